import pytest

GOLDEN = "packages/core/tests/golden/rows-0.1.0.json"


def test_every_public_package_has_a_line(unreleased):
    result = unreleased.run("changes")

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == "example-core: never released\nexample-service: never released\n"


def test_a_first_release_needs_a_handwritten_section_or_a_fragment(unreleased):
    unreleased.write("packages/core/CHANGELOG.md", "# Changelog\n")

    result = unreleased.run("changes")

    assert result.returncode == 1
    assert (
        "example-core: never released\n  no fragment in packages/core/changelog.d\n"
        in result.stdout
    )


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_change_without_a_fragment_is_a_mistake(released, is_committed):
    released.write("packages/core/src/example_core/new.py", "")
    if is_committed:
        released.commit()

    result = released.run("changes")

    assert result.returncode == 1
    assert (
        "example-core: files changed since example-core-v0.1.0: 1\n"
        "  no fragment in packages/core/changelog.d\n"
    ) in result.stdout


def test_a_change_with_a_fragment_passes(released):
    released.write("packages/core/src/example_core/new.py", "")
    released.write("packages/core/changelog.d/+new.added.md", "A new module.\n")

    result = released.run("changes")

    assert result.returncode == 0, result.stdout


def test_a_change_of_tests_needs_no_fragment(released):
    released.write("packages/core/tests/test_new.py", "")

    result = released.run("changes")

    assert "example-core: files changed since example-core-v0.1.0: 0\n" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("name", ["new.md", "+new.invented.md"])
def test_a_fragment_that_towncrier_would_ignore_is_a_mistake(unreleased, name):
    unreleased.write(f"packages/core/changelog.d/{name}", "A new module.\n")

    result = unreleased.run("changes")

    assert result.returncode == 1
    assert f"changelog.d/{name} is not named +<slug>.<breaking|added|" in result.stdout


def test_a_golden_file_may_change_until_it_is_released(released):
    released.write(GOLDEN, "[]")
    released.commit()
    released.write(GOLDEN, "[1]")
    assert released.run("changes").returncode == 0

    released.commit()
    released.repository.git("tag", "example-core-v0.1.1")
    released.write(GOLDEN, "[2]")
    result = released.run("changes")

    assert result.returncode == 1
    assert "tests/golden/rows-0.1.0.json was released: add a file for the next" in result.stdout
