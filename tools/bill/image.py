"""Prints the bill of materials of an image, from inside: `python3 -m tools.bill.image NAME FOLDER`.

Lists what is installed there, not what should be: Debian packages, Python, its packages and
vendored files.
"""

import argparse
import platform
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tools.bill.bill import (
    Component,
    describe_distributions,
    encode_bill,
    load_vendored,
    make_bill,
    make_component,
)

_INSTALLED: Final = "install ok installed"


def describe_system(root: Path) -> list[Component]:
    """Describe a Debian system and its packages.

    Sources: https://www.freedesktop.org/software/systemd/man/os-release.html and dpkg-query(1)
    """
    release = (root / "etc/os-release").read_text("utf-8").splitlines()
    facts = dict(shlex.split(line)[0].split("=", 1) for line in release if "=" in line)
    system = make_component("operating-system", facts["ID"], facts["VERSION_ID"])
    return [system, *_describe_packages(root, facts["ID"], f"{facts['ID']}-{facts['VERSION_ID']}")]


def _describe_packages(root: Path, vendor: str, distribution: str) -> Iterator[Component]:
    for paragraph in (root / "var/lib/dpkg/status").read_text("utf-8").strip().split("\n\n"):
        lines = (line.partition(": ") for line in paragraph.splitlines())
        fields = {name: value for name, _, value in lines}
        if fields["Status"] == _INSTALLED:
            name, version, architecture = (
                fields[each] for each in ("Package", "Version", "Architecture")
            )
            # https://github.com/package-url/purl-spec: a colon stays as it is.
            place = f"{vendor}/{name}@{quote(version, safe=':')}"
            purl = f"pkg:deb/{place}?arch={architecture}&distro={distribution}"
            yield make_component("library", name, version) | {"bom-ref": purl, "purl": purl}


def describe_python() -> Component:
    """Describe the interpreter, which the official images compile themselves."""
    version = platform.python_version()
    return make_component("platform", "cpython", version) | {
        "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*"
    }


def describe_image(name: str, environment: Path, root: Path = Path("/")) -> str:
    """Return the bill of an image that runs a package in a virtual environment."""
    (site_packages,) = environment.glob("lib/python3*/site-packages")
    installed = describe_distributions(site_packages)
    (version,) = (each["version"] for each in installed if each["name"] == name)
    subject = make_component("container", f"{name}-image", version)
    others = (*describe_system(root), describe_python(), *load_vendored(site_packages))
    return encode_bill(make_bill(subject, [*installed, *others]))


def main() -> None:
    """Print the bill of materials of this system, as the image of a package."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("name", help="of the package's distribution")
    parser.add_argument("environment", type=Path, help="the virtual environment it is installed in")
    arguments = parser.parse_args()
    sys.stdout.write(describe_image(arguments.name, arguments.environment))


if __name__ == "__main__":
    main()
