"""`nox -s audit`: known vulnerabilities of every package in uv.lock, from the OSV database."""

import argparse
import subprocess
import sys
from typing import Final

_UV: Final = (sys.executable, "-m", "uv")
# Of all extras and groups. uv calls the command a preview: the version in the lock has it.
_AUDIT: Final = (*_UV, "audit", "--frozen", "--preview-features=audit-command")
_CHECK_LOCK: Final = (*_UV, "lock", "--check", "--quiet")
# uv's status for an error. The arguments and the lock are known to be good.
_NO_ANSWER: Final = 2


def main() -> int:
    """Look up known vulnerabilities of every locked package; fail if one has any.

    Where the database does not answer, print that nothing was looked up, and succeed: a change
    must not wait for somebody else's server.
    """
    parser = argparse.ArgumentParser(prog="nox -s audit --", description=main.__doc__)
    parser.add_argument("--ignore", action="append", default=[], metavar="ID")
    parser.add_argument("--service-url", default="https://api.osv.dev/")
    arguments = parser.parse_args()
    ignored = (f"--ignore={each}" for each in arguments.ignore)
    if status := _run(*_CHECK_LOCK):
        return status
    status = _run(*_AUDIT, f"--service-url={arguments.service_url}", *ignored)
    if status == _NO_ANSWER:
        print(  # noqa: T201 - the command's output
            f"COULD NOT LOOK for known vulnerabilities: no answer from {arguments.service_url}"
        )
        return 0
    return status


def _run(*command: str) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 - uv


if __name__ == "__main__":
    sys.exit(main())
