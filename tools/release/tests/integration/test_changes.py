def test_a_first_version_told_by_hand_passes(clone):
    result = clone.run("changes")

    assert result.returncode == 0, result.stdout + result.stderr
    names = [line.partition(":")[0] for line in result.stdout.splitlines()]
    assert names == ["notification-models", "query-api", "stream-processor"]


def test_a_change_since_the_last_release_that_no_fragment_tells_is_named(released):
    released.write("packages/models/src/notification_models/new.py", "")
    released.commit()

    result = released.run("changes")

    assert result.returncode == 1
    assert (
        "notification-models: changed since notification-models-v0.1.0: 1 files; "
        "no fragment in packages/models/changelog.d tells it\n"
    ) in result.stdout


def test_a_change_that_is_told_passes(released):
    released.write("packages/models/src/notification_models/new.py", "")
    released.write("packages/models/changelog.d/+new.added.md", "A new module.\n")

    result = released.run("changes")

    assert result.returncode == 0, result.stdout


def test_a_change_of_tests_needs_no_fragment(released):
    released.write("packages/models/tests/test_new.py", "")

    result = released.run("changes")

    assert (
        "notification-models: changed since notification-models-v0.1.0: 0 files\n" in result.stdout
    )
    assert result.returncode == 0


def test_a_file_that_towncrier_would_leave_out_is_named(clone):
    clone.write("packages/models/changelog.d/new.md", "A new module.\n")

    result = clone.run("changes")

    assert result.returncode == 1
    assert "changelog.d/new.md is not +<slug>." in result.stdout
