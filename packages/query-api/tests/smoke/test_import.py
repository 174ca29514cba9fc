import subprocess
import sys
from importlib.util import find_spec

import pytest


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


@pytest.mark.parametrize("library", ["polyfactory", "faker"])
def test_the_service_runs_without_the_test_libraries_that_litestar_requires(library):
    # The lock excludes them from every environment: that of these tests, the image's and Lambda's.
    assert find_spec(library) is None
