import pytest
from tools.release.trials import Source, find_trials


@pytest.fixture
def present(make_package):
    return {
        "models": make_package("models", "0.1.1"),
        "api": make_package("api", "0.3.0", "models~=0.1.0"),
    }


@pytest.fixture
def tagged(make_package):
    return {
        "models": Source(make_package("models", "0.1.0"), "models-v0.1.0"),
        "api": Source(make_package("api", "0.2.0", "models~=0.1.0"), "api-v0.2.0"),
    }


def test_what_was_released_is_tried_with_what_is_here_and_the_reverse(present, tagged):
    trials = find_trials(present, tagged, breaking=())

    assert list(map(str, trials)) == [
        "api-v0.2.0 with models as it is",
        "api as it is with models-v0.1.0",
    ]


def test_what_has_no_tag_is_told(present):
    trials = find_trials(present, {}, breaking=())

    assert list(trials) == [
        "models as it is with the last api: it has no tag yet",
        "api as it is with the last models: it has no tag yet",
    ]


def test_a_version_that_is_not_declared_is_not_tried(present, tagged, make_package):
    present["api"] = make_package("api", "0.3.0", "models~=0.1.1")

    trials = list(find_trials(present, tagged, breaking=()))

    assert trials[1] == "api as it is with models-v0.1.0: 0.1.0 is not declared"


def test_a_break_that_is_told_will_not_be_declared_by_what_was_released(present, tagged):
    trials = list(find_trials(present, tagged, breaking={"models"}))

    assert trials[0] == "api-v0.2.0 with models as it is: 0.2.0 is not declared"
