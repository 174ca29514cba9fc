from datetime import UTC, datetime

import pytest

from tools.release.command import run

FRAGMENT = "packages/core/changelog.d/+faster.changed.md"
BREAKING_FRAGMENT = "packages/core/changelog.d/+gone.breaking.md"
CHANGELOG = "packages/core/CHANGELOG.md"


@pytest.fixture
def today():
    return datetime.now(UTC).date()


def test_a_first_release_keeps_the_version_and_dates_the_handwritten_section(released, today):
    tags = released.repository.git("tag").split()

    assert tags == ["example-core-v0.1.0", "example-service-v0.1.0"]
    assert f"\n## 0.1.0 ({today})\n\n- The first.\n" in released.read(CHANGELOG)


def test_a_release_commits_tags_and_builds_one_package(released, today):
    before = released.get_commit()
    released.write(FRAGMENT, "Twice as fast.\n")
    released.commit()

    released.release("core", "patch")

    assert released.repository.git("describe").strip() == "example-core-v0.1.1"
    assert released.repository.is_clean()
    assert released.repository.git("diff", "--name-only", before).split() == [
        CHANGELOG,
        "packages/core/pyproject.toml",
        "uv.lock",
    ]
    assert 'version = "0.1.1"' in released.read("packages/core/pyproject.toml")
    section = f"## 0.1.1 ({today})\n\n### Changed\n\n- Twice as fast.\n\n\n## 0.1.0 ("
    assert section in released.read(CHANGELOG)
    run("uv", "lock", "--check", folder=released.root)
    built = released.root / "dist/core"
    assert {each.name for each in built.iterdir()} == {
        "SHA256SUMS",
        "example_core-0.1.1-py3-none-any.whl",
        "example_core-0.1.1.cdx.json",
        "example_core-0.1.1.tar.gz",
    }
    run("sha256sum", "--check", "--strict", "SHA256SUMS", folder=built)


def test_a_dry_run_describes_the_release_and_changes_nothing(unreleased):
    before = unreleased.get_commit()

    result = unreleased.run("release", "core", "minor", "--dry-run")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("example-core-v0.1.0 is the first release: test, commit, ")
    assert "- The first." in result.stdout
    assert unreleased.repository.is_clean()
    assert unreleased.get_commit() == before
    assert unreleased.repository.git("tag") == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("core", "patch", "--test-command=false"), "the tests failed, see above"),
        (("stack", "patch"), "example-stack is private and never released"),
        (("nothing", "patch"), "no package 'nothing'; the packages are core, service, stack"),
    ],
)
def test_a_refused_release_gives_its_reason_and_changes_nothing(unreleased, arguments, reason):
    before = unreleased.get_commit()

    result = unreleased.run("release", *arguments)

    assert result.returncode == 1
    assert result.stderr == f"refused: {reason}\n"
    assert unreleased.get_commit() == before
    assert unreleased.repository.git("tag") == ""


def test_every_reason_against_a_release_is_listed(released):
    released.write("packages/core/src/example_core/new.py", "")

    result = released.run("release", "core", "minor")

    assert result.stderr.splitlines() == [
        "refused: uncommitted changes: see git status",
        "refused: no fragment in packages/core/changelog.d",
        *(
            f"refused: example-{name} requires example-core~=0.1.0, but example-core would be 0.2.0"
            for name in ("service", "stack")
        ),
    ]


def test_a_handwritten_section_excludes_fragments(unreleased):
    unreleased.write(FRAGMENT, "Twice as fast.\n")
    unreleased.commit()

    result = unreleased.run("release", "core", "minor")

    assert result.stderr.startswith("refused: CHANGELOG.md has a handwritten section 0.1.0")


def test_only_a_first_release_may_have_a_handwritten_section(unreleased):
    unreleased.repository.git("tag", "example-core-v0.1.0")

    result = unreleased.run("release", "core", "patch")

    assert result.stderr == "refused: no fragment in packages/core/changelog.d\n"


@pytest.mark.parametrize(
    ("version", "part", "needed"), [("0.1.0", "patch", "minor"), ("1.2.0", "minor", "major")]
)
def test_a_breaking_change_needs_a_version_that_siblings_exclude(released, version, part, needed):
    released.replace("packages/service/pyproject.toml", '"0.1.0"', f'"{version}"')
    released.commit()
    released.repository.git("tag", "--force", f"example-service-v{version}")
    released.write("packages/service/changelog.d/+gone.breaking.md", "Gone.\n")
    released.commit()

    result = released.run("release", "service", part)

    assert result.stderr == (
        f"refused: a fragment is of type breaking: release a {needed}, not a {part}\n"
    )
    assert released.run("release", "service", needed, "--dry-run").returncode == 0


def test_an_edited_golden_file_is_refused(released):
    golden = "packages/service/tests/golden/rows-0.1.0.json"
    released.write(golden, "[1]")
    released.commit()
    released.repository.git("tag", "--force", "example-service-v0.1.0")
    released.write(golden, "[2]")
    released.write("packages/service/changelog.d/+faster.changed.md", "Twice as fast.\n")
    released.commit()

    result = released.run("release", "service", "patch")

    assert result.stderr.startswith("refused: tests/golden/rows-0.1.0.json was released")


def test_a_breaking_release_lists_who_must_follow(released):
    released.write(BREAKING_FRAGMENT, "Gone.\n")
    for name in ("service", "stack"):
        released.replace(f"packages/{name}/pyproject.toml", "core~=0.1.0", "core~=0.2.0")
    released.commit()

    result = released.run("release", "core", "minor", "--dry-run")

    followers = [line for line in result.stdout.splitlines() if line.startswith("must follow")]
    assert followers == ["must follow: example-service 0.1.0 requires example-core~=0.1.0"]


def test_a_release_that_cannot_be_tagged_is_undone(unreleased):
    before = unreleased.get_commit()
    unreleased.commit()
    unreleased.repository.git("tag", "example-core-v0.1.0")  # on a commit that is no ancestor
    unreleased.repository.git("reset", "--quiet", "--hard", before)

    result = unreleased.run("release", "core", "minor", "--test-command=true")

    assert result.returncode == 1
    assert "already exists" in result.stderr
    assert unreleased.get_commit() == before
    assert unreleased.repository.is_clean()
