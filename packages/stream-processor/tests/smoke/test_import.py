import subprocess
import sys


def test_importing_the_lambda_reads_no_setting_and_makes_no_client():
    code = "import stream_processor.lambda_handlers as h; assert callable(h.project_stream)"

    subprocess.run([sys.executable, "-c", code], env={}, check=True)
