"""Archives whose bytes follow from what is in them: in order, with no owner and no time of day."""

import io
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

# The earliest that a zip can tell, and what the CDK dates its own with: the code that a function
# has been given does not change with a commit that changes none of it.
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


def write_tar(target: Path, root: Path, paths: Iterable[PurePosixPath], time_s: int) -> None:
    """Put files below a root into a tar.

    Args:
        time_s: when all of them were made, in seconds since the epoch.
    """
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(paths):
            content = (root / path).read_bytes()
            entry = tarfile.TarInfo(path.as_posix())
            entry.size, entry.mtime, entry.mode = len(content), time_s, _FILE_MODE
            archive.addfile(entry, io.BytesIO(content))
