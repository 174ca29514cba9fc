import os
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from tools.release.artefacts import write_checksums, write_tar, write_zip
from tools.release.command import run

NAMES = ["z.txt", "a/b.py", "a/a.so"]
TIME = datetime(2026, 11, 23, 9, tzinfo=UTC)


def fill(folder, names, mode):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(mode)
        os.utime(path, (mode, mode))


@pytest.fixture
def folders(tmp_path):
    """The same files, written in another order, at another time, with other permissions."""
    first, second = tmp_path / "first", tmp_path / "second"
    fill(first, NAMES, 0o644)
    fill(second, reversed(NAMES), 0o700)
    return first, second


def test_a_zip_depends_on_names_and_contents_only(folders, tmp_path):
    targets = [tmp_path / "1.zip", tmp_path / "2.zip"]

    for target, folder in zip(targets, folders, strict=True):
        write_zip(target, folder)

    assert targets[0].read_bytes() == targets[1].read_bytes()
    with zipfile.ZipFile(targets[1]) as archive:
        assert {each: archive.read(each).decode() for each in archive.namelist()} == {
            name: name for name in NAMES
        }
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o644}


def test_a_tar_depends_on_names_contents_and_the_given_time_only(folders, tmp_path):
    targets = [tmp_path / "1.tar", tmp_path / "2.tar"]
    orders = [NAMES, reversed(NAMES)]

    for target, folder, names in zip(targets, folders, orders, strict=True):
        write_tar(target, folder, map(PurePosixPath, names), TIME)

    assert targets[0].read_bytes() == targets[1].read_bytes()
    with tarfile.open(targets[1]) as archive:
        assert archive.getnames() == sorted(NAMES)
        assert {(each.mtime, each.mode, each.uid, each.uname) for each in archive} == {
            (TIME.timestamp(), 0o644, 0, "")
        }


def test_sha256sum_accepts_the_checksums_of_a_second_build(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"wheel")
    (tmp_path / "b.tar.gz").write_bytes(b"sdist")

    write_checksums(tmp_path)
    text = write_checksums(tmp_path)

    run("sha256sum", "--check", "--strict", "SHA256SUMS", folder=tmp_path)
    assert [line.split()[1] for line in text.splitlines()] == ["a.whl", "b.tar.gz"]
