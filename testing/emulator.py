"""An AWS emulator for integration tests."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from testing.ports import find_ports
from testing.waiting import wait_until

REGION: Final = "ap-southeast-1"
_PROGRAM: Final = Path(__file__).with_name("emulator_process.py")


@contextmanager
def run_emulator(folder: Path) -> Iterator[str]:
    """Run an emulator for the length of a with block; yields its URL.

    Args:
        folder: for its temporary files.

    Raises:
        AssertionError: it did not start.
    """
    (port,) = find_ports(1)
    environment = os.environ | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "SERVICES": "dynamodb,dynamodbstreams,lambda,s3,sqs",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "TMPDIR": str(folder),
    }
    with subprocess.Popen(  # noqa: S603 - this interpreter, our program
        [sys.executable, _PROGRAM], env=environment, stdin=subprocess.PIPE
    ) as process:
        wait_until(lambda: _is_ready(port, process), "the emulator did not start in time")
        yield f"http://127.0.0.1:{port}"


def _is_ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, f"the emulator exited with status {process.returncode}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
