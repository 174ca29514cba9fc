import subprocess
import sys


def test_importing_the_lambda_reads_no_setting_and_makes_no_client():
    code = "import stream_processor.bootstrap as b; assert callable(b.lambda_handler)"

    subprocess.run([sys.executable, "-c", code], env={}, check=True)
