from datetime import date

from packaging.version import Version
from tools.release.changelog import date_section, get_section, has_unreleased_section

VERSION = Version("0.1.0")
CHANGELOG = "# Changelog\n\n## 0.1.0\n\n- First.\n\n## 0.0.1\n\n- Before.\n"


def test_a_section_written_by_hand_is_dated_when_it_is_released():
    dated = date_section(CHANGELOG, VERSION, date(2026, 11, 23))

    assert "\n## 0.1.0 (2026-11-23)\n\n- First.\n" in dated
    assert has_unreleased_section(CHANGELOG, VERSION)
    assert not has_unreleased_section(dated, VERSION)


def test_a_section_ends_where_the_next_begins():
    assert get_section(CHANGELOG, VERSION) == "- First."


def test_another_version_s_section_is_not_this_one_s():
    assert not has_unreleased_section(CHANGELOG, Version("0.1.1"))
