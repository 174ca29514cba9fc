import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.release.command import RefusedError
from tools.release.packages import Package, find_conflicts, get_package, parse_package

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


def make_sibling(name, version, *requirements):
    return Package(
        name, name, Version(version), tuple(map(Requirement, requirements)), is_private=False
    )


def test_a_package_is_read_from_its_pyproject(package):
    assert package == Package(
        name="api",
        distribution="query-api",
        version=Version("0.1.0"),
        requirements=(Requirement("notification-models~=0.1.0"), Requirement("click>=8")),
        is_private=False,
    )
    assert package.tag == "query-api-v0.1.0"


def test_a_package_that_no_index_accepts_is_private():
    private = PYPROJECT.format(classifiers='"Private :: Do Not Upload"')

    assert parse_package("api", private).is_private


@pytest.mark.parametrize("name", ["api", "query-api"])
def test_a_package_is_found_by_its_folder_and_its_distribution(package, name):
    assert get_package({"api": package}, name) is package


def test_an_unknown_package_is_refused_with_a_list_of_the_known_ones(package):
    with pytest.raises(RefusedError, match="no package 'apy'; the packages are api"):
        get_package({"api": package}, "apy")


@pytest.mark.parametrize(
    ("version", "conflicts"),
    [
        ("0.1.1", []),
        (
            "0.2.0",
            [
                "api requires models~=0.1.0, but models would be 0.2.0",
                "stack requires models[extra]~=0.1.0, but models would be 0.2.0",
            ],
        ),
    ],
)
def test_every_sibling_that_excludes_a_version_conflicts_with_it(version, conflicts):
    siblings = [
        make_sibling("models", "0.1.0"),
        make_sibling("api", "0.3.0", "models~=0.1.0", "boto3>=1"),
        make_sibling("stack", "0.1.0", "models[extra]~=0.1.0", "api~=0.3.0"),
    ]

    assert find_conflicts(siblings, make_sibling("models", version)) == conflicts


def test_a_package_conflicts_with_a_sibling_that_is_too_old_for_it():
    models, api = make_sibling("models", "0.1.0"), make_sibling("api", "0.1.1", "models~=0.2.0")

    assert find_conflicts([models, api], api) == [
        "api requires models~=0.2.0, but models would be 0.1.0"
    ]


def test_conflicts_among_other_packages_do_not_matter():
    models, api = make_sibling("models", "0.1.0"), make_sibling("api", "0.1.0", "models~=0.2.0")
    other = make_sibling("other", "0.2.0")

    assert find_conflicts([models, api, other], other) == []
