import hashlib
import subprocess
import sys
from types import MappingProxyType

import pytest

from infra.bundling import (
    OPERATOR_FUNCTIONS,
    QUERY_FUNCTION,
    STREAM_FUNCTION,
    BundleSpec,
    write_bundle,
)
from infra.exceptions import BundlingError
from testing.compiled_modules import ENVIRONMENT

SERVICES = ("dynamodb", "s3", "sqs")
QUERY_PROGRAM = (
    "import sitecustomize; from query_api.lambda_handlers import _get_function; _get_function()"
)
QUERY_VARIABLES = MappingProxyType(
    {
        "AWS_LAMBDA_FUNCTION_NAME": "notification-query",
        "AWS_REGION": "ap-southeast-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """The bundle of the operator functions, built twice."""
    folders = [tmp_path_factory.mktemp("bundle") for _ in range(2)]
    for folder in folders:
        write_bundle(OPERATOR_FUNCTIONS, folder)
    return folders


@pytest.fixture(scope="module")
def bundle(bundles):
    return bundles[0]


@pytest.fixture(scope="module")
def stream_bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(STREAM_FUNCTION, folder)
    return folder


@pytest.fixture(scope="module")
def query_bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(QUERY_FUNCTION, folder)
    return folder


def run_in(bundle, program, variables=MappingProxyType({})):
    """Run a program with a bundle, the standard library and this machine's compiled modules."""
    path = [str(bundle), ENVIRONMENT["PYTHONPATH"]]
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {path}\n{program}"],
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


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


@pytest.mark.parametrize("function", ["verify", "redrive", "rebuild_segment"])
def test_every_operator_function_is_in_its_bundle(bundle, function):
    result = run_in(
        bundle,
        f"import sitecustomize; from stream_processor.lambda_handlers import {function}; "
        "import stream_processor.operations.lambda_tools",
    )

    assert result.returncode == 0, result.stderr


def test_the_stream_function_is_in_its_bundle(stream_bundle):
    result = run_in(
        stream_bundle,
        "import sitecustomize; from stream_processor.lambda_handlers import project_stream",
    )

    assert result.returncode == 0, result.stderr


def test_the_query_function_is_in_its_bundle(query_bundle):
    result = run_in(query_bundle, QUERY_PROGRAM, QUERY_VARIABLES)

    assert result.returncode == 0, result.stderr


def test_the_query_function_imports_every_package_of_its_bundle(query_bundle):
    bundled = {path.name.removesuffix(".py") for path in query_bundle.iterdir()}
    packages = {name for name in bundled if not name.endswith(".dist-info")}

    result = run_in(query_bundle, f"{QUERY_PROGRAM}\nprint(*sys.modules)", QUERY_VARIABLES)

    assert "query_api" in packages
    # Data, of which nothing is read until a query names a time zone.
    assert packages - set(result.stdout.split()) == {"tzdata"}


def test_the_query_function_needs_no_time_zones_of_the_system(query_bundle):
    program = (
        "import sitecustomize; from query_api.read_model.counts import find_time_zone;"
        " print(find_time_zone('Asia/Taipei'), find_time_zone('Asia/Nowhere'))"
    )

    result = run_in(
        query_bundle, f"import zoneinfo; zoneinfo.reset_tzpath([]); {program}", QUERY_VARIABLES
    )

    assert result.stdout.split() == ["Asia/Taipei", "None"], result.stderr


@pytest.mark.parametrize("library", ["boto3", "botocore"])
def test_the_stream_function_has_no_sdk(stream_bundle, library):
    assert (stream_bundle / "stream_processor").exists()
    assert not (stream_bundle / library).exists()


@pytest.mark.parametrize("service", SERVICES)
def test_the_model_of_a_needed_service_is_in_the_bundle(bundle, service):
    result = run_in(
        bundle,
        f"import boto3; boto3.client({service!r}, 'ap-southeast-1',"
        " aws_access_key_id='a', aws_secret_access_key='b')",
    )

    assert result.returncode == 0, result.stderr


def test_no_other_service_model_is_in_the_bundle(bundle):
    described = {path.name for path in (bundle / "botocore" / "data").iterdir() if path.is_dir()}

    assert described == set(SERVICES)


def test_compiled_modules_are_for_python_3_13_on_arm64(query_bundle):
    modules = [path.name for path in query_bundle.rglob("*.so")]

    suffixes = (".cpython-313-aarch64-linux-gnu.so", ".abi3.so")
    assert modules
    assert [name for name in modules if not name.endswith(suffixes)] == []


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(BundlingError, match="no-such-package"):
        write_bundle(BundleSpec("name", "no-such-package"), tmp_path)
