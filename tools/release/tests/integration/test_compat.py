CODEC = "packages/models/src/notification_models/codec.py"


def test_what_has_no_tag_is_skipped_with_the_reason(clone):
    result = clone.run("compat")

    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("skipped: ") and "has no tag yet" in line for line in lines)


def test_what_was_released_works_with_what_is_here(released):
    result = released.run("compat")

    assert result.returncode == 0, result.stdout
    passed = [line for line in result.stdout.splitlines() if line.startswith("passed")]
    assert passed == [
        "passed: query-api as it is with notification-models-v0.1.0",
        "passed: stream-processor-v0.1.0 with notification-models as it is",
        "passed: stream-processor as it is with notification-models-v0.1.0",
        "passed: rows of notification-models-v0.1.0 read by notification-models as it is",
        "passed: rows of notification-models as it is read by notification-models-v0.1.0",
    ]


def test_a_name_that_a_released_service_needs_cannot_go(released):
    for path in released.root.glob("packages/models/src/notification_models/*.py"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("decode_command_record", "read_command_record"), "utf-8")

    result = released.run("compat")

    assert result.returncode == 1
    assert "FAILED: stream-processor-v0.1.0 with notification-models as it is" in result.stdout
    assert "cannot import name 'decode_command_record'" in result.stdout


def test_an_attribute_that_the_released_reader_needs_cannot_be_renamed(released):
    released.replace(CODEC, '"notification_title"', '"title"')

    result = released.run("compat")

    assert result.returncode == 1
    assert "FAILED: rows of notification-models as it is read by" in result.stdout
