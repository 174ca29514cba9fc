"""SHA256SUMS, as `sha256sum --check` reads it."""

import hashlib
from pathlib import Path
from typing import Final

CHECKSUMS: Final = "SHA256SUMS"


def write_checksums(folder: Path) -> str:
    """Write and give the sums of all files of a folder."""
    files = sorted(each for each in folder.iterdir() if each.name != CHECKSUMS)
    text = "".join(f"{_hash(each)}  {each.name}\n" for each in files)
    (folder / CHECKSUMS).write_text(text, "utf-8")
    return text


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
