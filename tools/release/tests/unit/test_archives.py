import os
import tarfile
import zipfile
from pathlib import PurePosixPath

import pytest
from tools.release.archives import write_tar, write_zip

NAMES = ["z.txt", "a/b.py", "a/a.so"]
TIME_S = 1_795_420_117


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


def test_a_zip_follows_from_names_and_contents_alone(folders, tmp_path):
    targets = [tmp_path / "1.zip", tmp_path / "2.zip"]

    for target, folder in zip(targets, folders, strict=True):
        write_zip(target, folder)

    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_a_zip_holds_every_file_for_all_to_read(folders, tmp_path):
    write_zip(tmp_path / "1.zip", folders[1])

    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert {each: archive.read(each).decode() for each in archive.namelist()} == {
            name: name for name in NAMES
        }
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o644}


def test_a_tar_follows_from_names_contents_and_the_time_that_is_given(folders, tmp_path):
    targets = [tmp_path / "1.tar", tmp_path / "2.tar"]
    paths = [list(map(PurePosixPath, NAMES)), list(map(PurePosixPath, reversed(NAMES)))]

    for target, folder, order in zip(targets, folders, paths, strict=True):
        write_tar(target, folder, order, TIME_S)

    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_a_tar_holds_the_files_that_are_named(folders, tmp_path):
    write_tar(tmp_path / "1.tar", folders[0], [PurePosixPath("a/b.py")], TIME_S)

    with tarfile.open(tmp_path / "1.tar") as archive:
        (entry,) = archive.getmembers()
        assert (entry.name, entry.mtime, entry.uid, entry.uname) == ("a/b.py", TIME_S, 0, "")
