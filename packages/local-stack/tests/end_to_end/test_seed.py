import re
import signal
import subprocess
import sys
import time

INCIDENT = "ap=mobile-app-002,from=1h,share=1,reason=Provider certificate expired,minutes=60"


def test_seeded_records_are_served_and_removed_again(http, up, run_command):
    options = ("--records=200", "--days=0.05", "--endpoint-url", up.emulator_url)

    seeded = run_command("seed", *options, f"--incident={INCIDENT}", "--seed=3")

    assert (seeded.returncode, seeded.stderr) == (0, "")
    assert "200 of 200 notifications written" in seeded.stdout
    found = re.search(r"Incident: (\d+) of mobile-app-002 failed", seeded.stdout)
    assert found, seeded.stdout
    assert wait_for_rows(http, up, "seed-3-0000199") == 1

    removed = run_command("seed", *options, "--seed=3", "--clean")

    assert (removed.returncode, removed.stderr) == (0, "")
    assert removed.stdout == "200 records of seed 3 removed\n"
    assert wait_for_rows(http, up, "seed-3-0000199", expected=0) == 0


def wait_for_rows(http, up, transaction_id, expected=1):
    deadline = time.monotonic() + 20
    while True:
        response = http.post(
            f"{up.api_url}/query/transaction", json={"transaction_id": transaction_id}
        )
        count = response.json()["total_count"]
        if count == expected or time.monotonic() > deadline:
            return count
        time.sleep(0.05)


# The test run may ignore signals, as in a background job.
_WITH_DEFAULT_SIGNAL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_after_an_interruption_it_says_what_was_written(http, up, query_service, run_command):
    endpoint = ("--endpoint-url", up.emulator_url)
    command = [query_service, "seed", "--records=1000000", "--seed=4", *endpoint]
    process = subprocess.Popen(
        [sys.executable, "-c", _WITH_DEFAULT_SIGNAL, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert wait_for_rows(http, up, "seed-4-0000000") >= 1
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=20)

    assert process.returncode == 130
    assert printed == ""
    found = re.match(r"Interrupted: (\d+) of 1000000 notifications written in ", errors)
    assert found, errors
    assert "--seed 4 --until " in errors
    written = int(found[1])
    assert written > 0
    # Batches that were under way may be written and not counted.
    removed = run_command("seed", f"--records={written + 1000}", "--seed=4", "--clean", *endpoint)
    assert removed.returncode == 0
    assert written <= int(removed.stdout.split()[0]) <= written + 200
