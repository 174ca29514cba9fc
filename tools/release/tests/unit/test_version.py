import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from tools.release.version import PARTS, bump, find_breaking_part

numbers = st.integers(0, 99)
versions = st.builds(lambda *parts: Version(".".join(map(str, parts))), numbers, numbers, numbers)


@pytest.mark.parametrize(
    ("part", "following"), [("major", "2.0.0"), ("minor", "1.3.0"), ("patch", "1.2.4")]
)
def test_the_parts_after_the_one_that_is_counted_up_are_zero(part, following):
    assert bump(Version("1.2.3"), part) == Version(following)


@given(versions, st.sampled_from(PARTS))
def test_a_version_is_above_the_one_before(version, part):
    assert bump(version, part) > version


@given(versions)
def test_only_a_break_leaves_the_range_of_siblings(version):
    # As siblings are pinned: ~=0.1.0 below 1.0, ~=1.2 from there on.
    places = 3 if version.major == 0 else 2
    siblings = SpecifierSet(f"~={'.'.join(map(str, version.release[:places]))}")
    breaking = PARTS.index(find_breaking_part(version))

    taken = [siblings.contains(bump(version, part)) for part in PARTS]

    assert taken == [place > breaking for place in range(len(PARTS))]
