import pytest
from packaging.version import Version
from tools.release.siblings import find_conflicts, find_followers


@pytest.fixture
def packages(make_package):
    return [
        make_package("models"),
        make_package("api", "0.3.0", "models~=0.1.0", "boto3>=1"),
        make_package("stack", "0.1.0", "models~=0.1.0", "api[extra]~=0.3.0", is_released=False),
    ]


def test_a_patch_breaks_no_sibling(packages):
    assert list(find_conflicts(packages, packages[0], Version("0.1.1"))) == []


def test_every_sibling_that_a_version_breaks_is_named(packages):
    assert list(find_conflicts(packages, packages[0], Version("0.2.0"))) == [
        "api needs models~=0.1.0, and models would be 0.2.0",
        "stack needs models~=0.1.0, and models would be 0.2.0",
    ]


def test_a_package_cannot_be_released_before_the_sibling_version_that_it_needs(make_package):
    models, api = make_package("models"), make_package("api", "0.1.0", "models~=0.2.0")

    conflicts = list(find_conflicts([models, api], api, Version("0.1.1")))

    assert conflicts == ["api needs models~=0.2.0, and models would be 0.1.0"]


def test_what_other_packages_ask_of_each_other_is_in_no_release_s_way(make_package):
    models, api = make_package("models"), make_package("api", "0.1.0", "models~=0.2.0")
    other = make_package("other")

    assert list(find_conflicts([models, api, other], other, Version("0.2.0"))) == []


def test_a_package_whose_last_release_does_not_take_a_version_has_to_follow(packages):
    followers = find_followers(packages[:2], "models", Version("0.2.0"))

    assert followers == ["api 0.3.0 takes models~=0.1.0"]


def test_nothing_has_to_follow_a_version_that_is_taken(packages):
    assert find_followers(packages, "models", Version("0.1.9")) == []
