import subprocess
import sys


def test_importing_the_lambda_handlers_reads_no_setting_and_creates_no_client():
    code = "import stream_processor.lambda_handlers as h; assert callable(h.project_stream)"

    subprocess.run([sys.executable, "-c", code], env={}, check=True)
