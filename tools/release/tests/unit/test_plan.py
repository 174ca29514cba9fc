from dataclasses import replace

import pytest
from tools.release.exceptions import RefusedError
from tools.release.plan import Situation, plan_release

FRAGMENT = "+faster.changed.md"


@pytest.fixture
def models(make_package):
    return make_package("models")


@pytest.fixture
def situation(models):
    """One that nothing is wrong with."""
    return Situation(
        packages={"models": models},
        last_releases=(models,),
        is_clean=True,
        was_released=True,
        is_told_by_hand=False,
        fragments=(FRAGMENT,),
        fragment_types=("breaking", "changed"),
    )


def test_a_plan_has_the_next_version_and_its_tag(situation, models):
    plan = plan_release(situation, models, "patch")

    assert plan.tag == "models-v0.1.1"
    assert not plan.is_first


def test_a_first_release_is_of_the_version_that_there_is(situation, models):
    unreleased = replace(situation, was_released=False, last_releases=())

    plan = plan_release(unreleased, models, "minor")

    assert plan.tag == "models-v0.1.0"
    assert plan.is_first


def test_a_first_release_may_be_told_by_hand(situation, models):
    unreleased = replace(situation, was_released=False, is_told_by_hand=True, fragments=())

    assert plan_release(unreleased, models, "minor").is_told_by_hand


@pytest.mark.parametrize(
    ("difference", "reason"),
    [
        ({"is_clean": False}, "not everything is committed"),
        ({"fragments": ()}, "no fragment in packages/models/changelog.d"),
        ({"fragments": (), "is_told_by_hand": True}, "no fragment"),
        ({"fragments": ("faster.md",)}, r"changelog.d/faster.md is not \+<slug>"),
        ({"fragments": ("+faster.quicker.md",)}, "is not"),
        ({"fragments": ("+gone.breaking.md",)}, "a fragment tells of a break"),
        ({"was_released": False, "is_told_by_hand": True}, "written by hand"),
    ],
)
def test_what_is_in_the_way_is_told(situation, models, difference, reason):
    with pytest.raises(RefusedError, match=reason):
        plan_release(replace(situation, **difference), models, "patch")


def test_all_that_is_in_the_way_is_told_at_once(situation, models):
    wrong = replace(situation, is_clean=False, fragments=())

    with pytest.raises(RefusedError) as raised:
        plan_release(wrong, models, "patch")

    assert len(raised.value.reasons) == 2
    assert len(str(raised.value).splitlines()) == 2


def test_a_break_may_be_a_minor_below_1(situation, models):
    breaking = replace(situation, fragments=("+gone.breaking.md",))

    assert plan_release(breaking, models, "minor").tag == "models-v0.2.0"


def test_a_constraint_of_a_sibling_is_in_the_way(situation, models, make_package):
    api = make_package("api", "0.1.0", "models~=0.1.0")
    wrong = replace(situation, packages={"models": models, "api": api})

    with pytest.raises(RefusedError, match="api needs models"):
        plan_release(wrong, models, "minor")


def test_who_has_to_follow_is_told(situation, models, make_package):
    before = make_package("api", "0.1.0", "models~=0.1.0")
    ready = make_package("api", "0.1.0", "models~=0.2.0")
    situation = replace(
        situation, packages={"models": models, "api": ready}, last_releases=(models, before)
    )

    plan = plan_release(situation, models, "minor")

    assert plan.followers == ("api 0.1.0 takes models~=0.1.0",)


def test_a_package_that_is_never_released_is_refused(situation, make_package):
    infra = make_package("infra", is_released=False)

    with pytest.raises(RefusedError, match="infra is never released"):
        plan_release(situation, infra, "patch")
