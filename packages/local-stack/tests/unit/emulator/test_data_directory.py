import os

import pytest

from local_stack.emulator.data_directory import lock_data_directory
from local_stack.exceptions import DataDirectoryError

STATE = '{"__ministack_format__": 2, "payload": {}}'


@pytest.fixture
def used(tmp_path):
    """A data directory with the files of an earlier stack."""
    with lock_data_directory(tmp_path / "data") as directory:
        (directory / "emulator.log").touch()
        (directory / "s3").mkdir()
        (directory / "state").mkdir()
        for name in ("dynamodb", "s3", "sqs"):
            (directory / "state" / f"{name}.json").write_text(STATE)
    return directory


@pytest.fixture
def refuse():
    """Try to use a directory; returns the reason of the refusal. The directory stays as it was."""

    def lock(directory):
        before = _describe(directory)
        with pytest.raises(DataDirectoryError) as raised, lock_data_directory(directory):
            pass
        assert _describe(directory) == before
        return raised.value.reason

    return lock


def _describe(directory):
    files = (each for each in directory.rglob("*") if each.is_file())
    return {file: file.read_bytes() for file in files if file.suffix != ".lock"}


def test_a_missing_directory_is_created(tmp_path):
    with lock_data_directory(tmp_path / "new" / "data") as directory:
        assert directory.is_dir()


def test_a_directory_in_use_is_an_error(tmp_path):
    with (
        lock_data_directory(tmp_path),
        pytest.raises(DataDirectoryError, match="in use by another stack"),
        lock_data_directory(tmp_path),
    ):
        pass


def test_a_directory_can_be_used_again(tmp_path):
    with lock_data_directory(tmp_path):
        pass

    with lock_data_directory(tmp_path) as directory:
        assert directory == tmp_path.resolve()


def test_a_path_that_is_not_a_directory_is_an_error(tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    with pytest.raises(DataDirectoryError, match="cannot be used"), lock_data_directory(file):
        pass


def test_the_directory_of_an_earlier_stack_can_be_used(used):
    with lock_data_directory(used) as directory:
        assert directory == used


@pytest.mark.parametrize("name", ["dynamodb", "s3", "sqs"])
@pytest.mark.parametrize(
    "content",
    [b"", STATE[:-1].encode(), b"\xff\x00\xfe", b"[" * 100_000],
    ids=["empty", "truncated", "random", "nested"],
)
def test_a_state_file_that_is_not_complete_json_is_an_error(used, refuse, name, content):
    (used / "state" / f"{name}.json").write_bytes(content)

    assert f"state/{name}.json is not complete JSON. Nothing was changed" in refuse(used)


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", '{"__ministack_format__": 2}', '{"__ministack_format__": 2, "payload": []}'],
)
def test_a_state_file_of_another_program_is_an_error(used, refuse, content):
    (used / "state" / "other.json").write_text(content)

    assert "state/other.json is not a state of the emulator" in refuse(used)


@pytest.mark.parametrize("name", ["dynamodb", "s3", "sqs"])
def test_a_missing_state_file_is_an_error(used, refuse, name):
    (used / "state" / f"{name}.json").unlink()

    assert f"state/{name}.json is missing" in refuse(used)


def test_a_directory_in_place_of_a_state_file_is_an_error(used, refuse):
    (used / "state" / "dynamodb.json").unlink()
    (used / "state" / "dynamodb.json").mkdir()

    assert "state/dynamodb.json cannot be read" in refuse(used)


@pytest.mark.parametrize("name", ["state", "s3"])
def test_a_file_in_place_of_a_directory_is_an_error(tmp_path, refuse, name):
    (tmp_path / name).touch()

    assert refuse(tmp_path) == f"cannot be used: {name} is not a directory"


@pytest.mark.parametrize("name", ["emulator.log", "emulator.lock", "stack.lock"])
def test_a_directory_in_place_of_a_file_is_an_error(tmp_path, refuse, name):
    (tmp_path / name).mkdir()

    assert refuse(tmp_path) == f"cannot be used: {name} is not a file"


def test_a_directory_with_other_contents_is_an_error(tmp_path, refuse):
    (tmp_path / "thesis.txt").write_text("chapter 1")
    (tmp_path / "emulator.log").write_text("of another emulator")

    assert "has other contents, such as thesis.txt" in refuse(tmp_path)
    assert not (tmp_path / "stack.lock").exists()


def test_a_stacks_directory_may_have_other_contents_too(used):
    (used / "notes.txt").touch()

    with lock_data_directory(used) as directory:
        assert directory == used


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do all")
@pytest.mark.parametrize("name", ["state", "s3", "emulator.log"])
def test_what_may_not_be_written_is_an_error(used, refuse, name):
    (used / name).chmod(0o500)

    assert refuse(used) == f"cannot be used: {name} is not writable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do all")
def test_a_state_file_that_may_not_be_read_is_an_error(used):
    (used / "state" / "sqs.json").chmod(0)

    with (
        pytest.raises(DataDirectoryError, match=r"state/sqs\.json cannot be read: Permission"),
        lock_data_directory(used),
    ):
        pass
