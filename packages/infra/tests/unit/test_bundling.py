import hashlib
import subprocess
import sys

import pytest

from infra.bundling import write_bundle
from infra.exceptions import BundlingError

SERVICES = ("dynamodb", "s3", "sqs")


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """The same bundle, built twice."""
    folders = [tmp_path_factory.mktemp("bundle") for _ in range(2)]
    for folder in folders:
        write_bundle("stream-processor", folder, services=SERVICES)
    return folders


@pytest.fixture(scope="module")
def bundle(bundles):
    return bundles[0]


@pytest.fixture
def run_in_bundle(bundle):
    """Run a program with only the bundle and the standard library."""

    def run(program):
        code = f"import sys; sys.path.insert(0, {str(bundle)!r})\n{program}"
        return subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", code],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def hash_files(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_give_the_same_files(bundles):
    first, second = map(hash_files, bundles)

    assert first == second


def test_a_bundle_has_no_file_that_depends_on_the_building_machine(bundle):
    names = {path.name for path in bundle.rglob("*")}

    # An installer's scripts name its interpreter, and its records have their hashes.
    assert not names & {"bin", "RECORD", ".lock", "direct_url.json", "__pycache__"}


@pytest.mark.parametrize(
    "handler",
    [
        "stream_processor.lambda_handlers.project_stream",
        "stream_processor.lambda_handlers.verify",
        "stream_processor.lambda_handlers.redrive",
        "stream_processor.lambda_handlers.rebuild_segment",
    ],
)
def test_every_entry_point_is_found(run_in_bundle, handler):
    module, _, function = handler.rpartition(".")

    result = run_in_bundle(f"from {module} import {function}")

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_the_model_of_a_needed_service_is_in_the_bundle(run_in_bundle, service):
    result = run_in_bundle(
        f"import boto3; boto3.client({service!r}, 'ap-southeast-1',"
        " aws_access_key_id='a', aws_secret_access_key='b')"
    )

    assert result.returncode == 0, result.stderr


def test_no_other_service_model_is_in_the_bundle(bundle):
    described = {path.name for path in (bundle / "botocore" / "data").iterdir() if path.is_dir()}

    assert described == set(SERVICES)


def test_compiled_modules_are_for_python_3_13_on_arm64(tmp_path):
    write_bundle("query-api", tmp_path, services=("dynamodb",))

    modules = [path.name for path in tmp_path.rglob("*.so")]

    suffixes = (".cpython-313-aarch64-linux-gnu.so", ".abi3.so")
    assert modules
    assert [name for name in modules if not name.endswith(suffixes)] == []


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(BundlingError, match="no-such-package"):
        write_bundle("no-such-package", tmp_path, services=())
