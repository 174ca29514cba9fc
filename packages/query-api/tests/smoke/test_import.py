import subprocess
import sys


def test_importing_the_app_reads_no_settings():
    command = "import query_api.asgi, query_api.server, query_api.__main__"

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", command],
        env={"QUERY_PORT": "not a port", "AWS_PROFILE": "nobody-has-this-profile"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
