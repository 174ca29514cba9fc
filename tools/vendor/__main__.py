"""Fetches npm packages in exact versions and writes those of their files that are used."""

import argparse
import json
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from tools.vendor.packages import PACKAGES, Package, adapt

_COMPONENT: Final = "component.cdx.json"


def main() -> None:
    """Vendor packages in the given versions, or all of them again in those that they have."""
    parser = argparse.ArgumentParser(prog="nox -s vendor --", description=main.__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE@VERSION")
    named = parser.parse_args().packages or [f"{name}@{_get_version(name)}" for name in PACKAGES]
    for each in named:
        name, _, version = each.rpartition("@")
        if name not in PACKAGES:
            parser.error(f"{each}: not one of {', '.join(PACKAGES)}, with a version")
        _vendor(name, version, PACKAGES[name])
        sys.stdout.write(f"{name} {version}\n")


def _get_version(name: str) -> str:
    component = PACKAGES[name].parent / name / _COMPONENT
    version: str = json.loads(component.read_text("utf-8"))["version"]
    return version


def _vendor(name: str, version: str, package: Package) -> None:
    folder = package.parent / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for path, content in _download(name, version, package).items():
        (folder / PurePosixPath(path).name).write_bytes(adapt(content))
    described = describe(name, version, package.license, folder)
    (folder / _COMPONENT).write_text(described, "utf-8")


def _download(name: str, version: str, package: Package) -> dict[str, bytes]:
    """Download the package's archive with npm, which checks its digest, and read the files."""
    with TemporaryDirectory() as temporary:
        command = [
            "npm",
            "pack",
            "--silent",
            f"{name}@{version}",
            f"--pack-destination={temporary}",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - see PACKAGES
        (archive,) = Path(temporary).iterdir()
        with tarfile.open(archive) as opened:
            return {each: _read(opened, f"package/{each}") for each in package.files}


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read()


def describe(name: str, version: str, license_id: str, folder: Path) -> str:
    """Describe the files in a folder as a component of a bill of materials (CycloneDX 1.5)."""
    purl = f"pkg:npm/{name}@{version}"
    component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"id": license_id}}],
        "components": [
            {
                "type": "file",
                "name": each.name,
                "hashes": [{"alg": "SHA-256", "content": sha256(each.read_bytes()).hexdigest()}],
            }
            for each in sorted(folder.iterdir())
            if each.name != _COMPONENT
        ],
    }
    return json.dumps(component, indent=2) + "\n"


if __name__ == "__main__":
    main()
