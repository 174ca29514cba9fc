import subprocess
import sys
import textwrap

import pytest

# As on a machine where only the client is installed.
_WITHOUT = """
    import sys
    sys.modules.update(dict.fromkeys({missing!r}))
    sys.argv[1:] = {arguments!r}
    from notification_client.cli.main import main
    main()
"""


def run(arguments, *missing):
    code = textwrap.dedent(_WITHOUT.format(missing=missing, arguments=arguments))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_a_missing_extra_is_named_in_one_line(missing):
    done = run([], missing)

    assert done.returncode == 2
    assert done.stderr == (
        f"Error: the command line needs {missing}: pip install 'notification-client[cli]'\n"
    )


def test_a_missing_extra_for_signatures_is_a_wrong_option():
    done = run(["user", "u_1", "--sigv4", "ap-southeast-1"], "botocore")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: --sigv4 needs an extra: pip install 'notification-client[sigv4]'"
    )
