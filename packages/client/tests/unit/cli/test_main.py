import subprocess
import sys
import textwrap

import pytest

# As on a machine where only the client is installed.
_WITHOUT = """
    import sys
    sys.modules[{missing!r}] = None
    from notification_client.cli.main import main
    main()
"""


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_a_missing_extra_is_named_in_one_line(missing):
    code = textwrap.dedent(_WITHOUT.format(missing=missing))

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        f"Error: the command line needs {missing}: pip install 'notification-client[cli]'\n"
    )
