import shutil
import subprocess

import pytest

from local_stack.demo.instructions import render_instructions

INSTRUCTIONS = render_instructions("http://127.0.0.1:1", "http://127.0.0.1:2", "http://queue")


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_the_exports_keep_the_users_own_proxy_exceptions(name):
    bash = shutil.which("bash")
    assert bash, "the commands are for a shell"
    exports = [line for line in INSTRUCTIONS.splitlines() if "export " in line]

    done = subprocess.run(
        [bash, "-c", "\n".join([*exports, 'echo "$NO_PROXY $no_proxy"'])],
        env={name: "intranet.example"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["127.0.0.1,intranet.example"] * 2


def test_the_way_to_the_incident_is_printed_only_if_there_is_one():
    instructions = render_instructions("http://a", "http://b", "http://c", has_incident=True)

    assert "notifications summary failures" in instructions
    assert "notifications" not in INSTRUCTIONS.replace("notification-quarantine", "")
