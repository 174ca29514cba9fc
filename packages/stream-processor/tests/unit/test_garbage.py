import subprocess
import sys

PROGRAM = """
import gc
from stream_processor.garbage import collect_rarely
collect_rarely()
print(gc.get_freeze_count() > 0, gc.get_threshold()[0])
"""


def test_the_objects_of_the_start_are_exempt_and_others_are_looked_at_rarely():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["True", "10000"]
