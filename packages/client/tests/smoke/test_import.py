import subprocess
import sys

import notification_client


def test_every_exported_name_exists():
    missing = [
        name for name in notification_client.__all__ if not hasattr(notification_client, name)
    ]

    assert notification_client.__all__
    assert missing == []


def test_the_client_imports_nothing_of_aws_and_not_its_command_line():
    program = "import sys, notification_client; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    modules = set(done.stdout.split())
    assert "notification_client.client" in modules
    # httpx imports click and rich, if they are there.
    assert not modules & {"boto3", "botocore", "notification_client.cli"}
