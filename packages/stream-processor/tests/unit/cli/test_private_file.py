import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stream_processor.cli.options import CouldNotRunError
from stream_processor.cli.private_file import open_private_file

FULL = Path("/dev/full")
WRITE_TO_STDOUT = textwrap.dedent("""
    from stream_processor.cli.options import CouldNotRunError
    from stream_processor.cli.private_file import open_private_file
    try:
        with open_private_file(None) as file:
            file.write(b"line")
    except CouldNotRunError as error:
        raise SystemExit(error.message)
""")


def test_its_owner_alone_can_read_it(tmp_path):
    path = tmp_path / "export"

    with open_private_file(path) as file:
        file.write(b"line")

    assert path.read_bytes() == b"line"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_existing_file_is_refused_and_kept(tmp_path):
    path = tmp_path / "export"
    path.write_text("kept")

    with pytest.raises(CouldNotRunError, match="File exists"), open_private_file(path):
        pass

    assert path.read_text() == "kept"


def test_a_link_is_not_followed(tmp_path):
    path, target = tmp_path / "export", tmp_path / "target"
    path.symlink_to(target)

    with pytest.raises(CouldNotRunError), open_private_file(path):
        pass

    assert not target.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_unfinished_file_is_deleted(tmp_path, error):
    path = tmp_path / "export"

    def write():
        with open_private_file(path) as file:
            file.write(b"line")
            raise error

    with pytest.raises(error):
        write()

    assert not path.exists()


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    path = tmp_path / "missing" / "export"

    with pytest.raises(CouldNotRunError) as caught, open_private_file(path):
        pass

    assert caught.value.message == f"{path}: No such file or directory"


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_standard_output_that_cannot_be_written_is_one_line():
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", WRITE_TO_STDOUT],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.stderr.splitlines()[0] == "standard output: No space left on device"
