"""Artefacts whose bytes depend only on their content: no owner, no build time, a fixed order."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

CHECKSUMS: Final = "SHA256SUMS"
# The earliest time of a zip, which the CDK uses too: a commit that does not change a function's
# code does not change its zip either.
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_FILE_MODE: Final = 0o644
_UNIX: Final = 3


def write_zip(target: Path, folder: Path) -> None:
    """Zip all files below a folder."""
    paths = sorted(each for each in folder.rglob("*") if each.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, path.read_bytes())


def write_tar(
    target: Path, root: Path, paths: Iterable[PurePosixPath], modified_at: datetime
) -> None:
    """Write files below a root into a tar.

    Args:
        modified_at: the modification time of every file.
    """
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(paths):
            content = (root / path).read_bytes()
            entry = tarfile.TarInfo(path.as_posix())
            entry.size, entry.mode = len(content), _FILE_MODE
            entry.mtime = int(modified_at.timestamp())
            archive.addfile(entry, io.BytesIO(content))


def write_checksums(folder: Path) -> str:
    """Write SHA256SUMS, as `sha256sum --check` reads it, over a folder's files; return its text."""
    files = sorted(each for each in folder.iterdir() if each.name != CHECKSUMS)
    text = "".join(f"{_hash(each)}  {each.name}\n" for each in files)
    (folder / CHECKSUMS).write_text(text, "utf-8")
    return text


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
