import re
from datetime import UTC, datetime

import pytest
from tools.release.command import run

FRAGMENT = "packages/models/changelog.d/+faster.changed.md"
TEXT = "Rows are decoded in half the time."


def get_commit(clone):
    return clone.repository.git("rev-parse", "HEAD")


def test_a_first_release_is_of_what_there_is_and_dates_its_section(clone):
    clone.release("models", "minor")

    assert clone.repository.git("describe").strip() == "notification-models-v0.1.0"
    assert re.search(r"## 0\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n- The first\.", read_changelog(clone))


def read_changelog(clone):
    return clone.read("packages/models/CHANGELOG.md")


def test_a_release_changes_the_package_and_the_lock_alone(released):
    before = get_commit(released).strip()
    released.write(FRAGMENT, f"{TEXT}\n")
    released.commit()

    released.release("notification-models", "patch")

    changed = released.repository.git("diff", "--name-only", before).split()
    assert changed == [f"packages/models/{n}" for n in ("CHANGELOG.md", "pyproject.toml")] + [
        "uv.lock"
    ]
    assert released.repository.is_clean()
    assert 'version = "0.1.1"' in released.read("packages/models/pyproject.toml")
    run("uv", "lock", "--check", folder=released.root)


def test_a_release_is_told_tagged_and_built(released):
    released.write(FRAGMENT, f"{TEXT}\n")
    released.commit()

    released.release("models", "patch")

    assert released.repository.git("describe").strip() == "notification-models-v0.1.1"
    today = datetime.now(UTC).date()
    assert f"## 0.1.1 ({today})\n\n### Changed\n\n- {TEXT}\n\n\n## 0.1.0 (" in read_changelog(
        released
    )
    built = released.root / "dist/models"
    assert {each.name for each in built.iterdir()} == {
        "SHA256SUMS",
        "notification_models-0.1.1-py3-none-any.whl",
        "notification_models-0.1.1.cdx.json",
        "notification_models-0.1.1.tar.gz",
    }
    run("sha256sum", "--check", "SHA256SUMS", folder=built)


def test_a_dry_run_tells_and_changes_nothing(clone):
    before = get_commit(clone)

    result = clone.run("release", "models", "minor", "--dry-run")

    assert result.returncode == 0
    assert "notification-models-v0.1.0" in result.stdout
    assert "- The first." in result.stdout
    assert clone.repository.is_clean()
    assert get_commit(clone) == before
    assert clone.repository.git("tag") == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("models", "patch", "--test-command=false"), "a test of notification-models is red"),
        (("infra", "patch"), "infra is never released"),
        (("nothing", "patch"), "there is no package 'nothing'"),
    ],
)
def test_what_is_refused_is_told_in_a_line_and_changes_nothing(clone, arguments, reason):
    before = get_commit(clone)

    result = clone.run("release", *arguments)

    assert result.returncode == 1
    assert re.fullmatch(rf"refused: {reason}.*\n", result.stderr)
    assert get_commit(clone) == before
    assert clone.repository.git("tag") == ""


def test_a_tree_with_changes_that_are_not_committed_is_refused(clone):
    clone.write("packages/models/src/new.py", "")

    result = clone.run("release", "models", "patch")

    assert result.stderr == "refused: not everything is committed: see git status\n"


def test_a_version_that_siblings_do_not_take_is_refused_with_their_names(released):
    released.write("packages/models/changelog.d/+gone.breaking.md", "Gone.\n")
    released.commit()

    result = released.run("release", "models", "minor")

    assert [line.split()[1] for line in result.stderr.splitlines()] == [
        "infra",
        "local-stack",
        "query-api",
        "stream-processor",
    ]


def test_who_has_to_follow_a_break_is_told(released):
    released.write("packages/models/changelog.d/+gone.breaking.md", "Gone.\n")
    for name in ("infra", "local-stack", "query-api", "stream-processor"):
        path = f"packages/{name}/pyproject.toml"
        released.replace(path, "notification-models~=0.1.0", "notification-models~=0.2.0")
    released.commit()

    result = released.run("release", "models", "minor", "--dry-run")

    assert "must follow: stream-processor 0.1.0 takes notification-models~=0.1.0" in result.stdout
    assert "query-api" not in result.stdout


def test_a_release_that_cannot_be_tagged_leaves_everything_as_it_was(clone):
    clone.repository.git("commit", "--quiet", "--allow-empty", "--message=on another branch")
    clone.repository.git("tag", "notification-models-v0.1.0")
    clone.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    before = get_commit(clone)

    result = clone.run("release", "models", "minor", "--test-command=true")

    assert result.returncode == 1
    assert "already exists" in result.stderr
    assert get_commit(clone) == before
    assert clone.repository.is_clean()
