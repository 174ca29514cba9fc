import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from tools.release.exceptions import RefusedError
from tools.release.package import get_package, parse_package

PYPROJECT = """
[project]
name = "query-api"
version = "0.1.0"
dependencies = ["notification-models~=0.1.0"]
classifiers = [{classifiers}]

[project.optional-dependencies]
cli = ["click>=8"]
"""


@pytest.fixture
def package():
    return parse_package("api", PYPROJECT.format(classifiers=""))


def test_a_package_is_read_from_its_pyproject(package):
    assert package.distribution == "query-api"
    assert package.module == "query_api"
    assert package.version == Version("0.1.0")
    assert package.is_released


def test_what_an_extra_needs_is_a_requirement(package):
    assert package.find_requirement("click") == Requirement("click>=8")
    assert package.find_requirement("boto3") is None


def test_a_package_that_no_index_takes_is_never_released():
    private = PYPROJECT.format(classifiers='"Private :: Do Not Upload"')

    assert not parse_package("api", private).is_released


@pytest.mark.parametrize("name", ["api", "query-api"])
def test_a_package_goes_by_its_folder_and_by_its_distribution(package, name):
    assert get_package({"api": package}, name) is package


def test_an_unknown_package_is_refused_with_those_that_there_are(package):
    with pytest.raises(RefusedError, match="no package 'apy'; there are api"):
        get_package({"api": package}, "apy")
