import pytest

from local_stack.emulator.data_directory import lock_data_directory
from local_stack.exceptions import DataDirectoryError


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
