import subprocess
import sys

HEAVY = {"boto3", "botocore", "litestar", "pydantic", "urllib3"}


def test_the_package_imports_neither_botocore_nor_a_framework():
    program = "import sys, aws_client; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    modules = set(done.stdout.split())
    assert "aws_client.client" in modules
    assert not modules & HEAVY
