import pytest

from notification_models import InvalidRecordError
from stream_processor.stream.stream_record import EventName, decode_stream_record


def test_a_record_is_decoded(make_record, make_item):
    old, new = make_item(), make_item(status="DELIVERED")

    record = decode_stream_record(make_record(12345678901234567890123, old=old, new=new))

    assert record.event_name is EventName.MODIFY
    assert record.version == "2026-11-23T09:00:00.000#" + "12345678901234567890123".zfill(40)
    assert record.changed_at_ms == 1_704_067_260_000
    assert (record.old_image, record.new_image) == (old, new)


def test_the_text_form_of_a_record_shows_no_image(make_record, make_item):
    record = decode_stream_record(make_record(1, old=make_item(), new=make_item()))

    assert "canary" not in repr(record)
    assert "test_user" not in repr(record)


@pytest.mark.parametrize("part", ["eventName", "eventSourceARN", "dynamodb"])
def test_a_record_without_a_part_is_poison(make_record, make_item, part):
    raw = make_record(1, new=make_item())
    del raw[part]

    with pytest.raises(InvalidRecordError) as caught:
        decode_stream_record(raw)

    assert (caught.value.attribute, caught.value.reason) == (part, "is missing")


@pytest.mark.parametrize("part", ["SequenceNumber", "ApproximateCreationDateTime"])
def test_a_record_without_a_part_of_its_change_is_poison(make_record, make_item, part):
    raw = make_record(1, new=make_item())
    del raw["dynamodb"][part]

    with pytest.raises(InvalidRecordError) as caught:
        decode_stream_record(raw)

    assert (caught.value.attribute, caught.value.reason) == (part, "is missing")


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("eventName", "UPSERT"),
        ("eventName", []),
        ("eventSourceARN", 5),
        ("userIdentity", "text"),
        ("eventSourceARN", "arn:aws:kinesis:ap-southeast-1:123456789012:stream/x"),
        ("eventSourceARN", "arn:aws:dynamodb:ap-southeast-1:123456789012:table/x/stream/"),
    ],
)
def test_a_record_with_an_invalid_part_is_poison(make_record, make_item, part, value):
    raw = make_record(1, new=make_item()) | {part: value}

    with pytest.raises(InvalidRecordError) as caught:
        decode_stream_record(raw)

    assert caught.value.attribute == part


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("SequenceNumber", 5),
        ("SequenceNumber", ""),
        ("SequenceNumber", "12a"),
        ("SequenceNumber", "1" * 41),
        ("ApproximateCreationDateTime", "1704067260"),
        ("ApproximateCreationDateTime", float("nan")),
        ("ApproximateCreationDateTime", -1),
        ("ApproximateCreationDateTime", 1e300),
        ("NewImage", "text"),
        ("OldImage", []),
    ],
)
def test_a_record_with_an_invalid_part_of_its_change_is_poison(make_record, make_item, part, value):
    raw = make_record(1, new=make_item())
    raw["dynamodb"][part] = value

    with pytest.raises(InvalidRecordError) as caught:
        decode_stream_record(raw)

    assert caught.value.attribute == part


@pytest.mark.parametrize("label", ["9999", "latest", "2026-11-23", "2026-11-23 09:00:00"])
def test_a_record_of_a_stream_whose_label_is_no_time_is_poison(make_record, make_item, label):
    raw = make_record(1, new=make_item(), stream_arn=f"arn:aws:dynamodb:r:1:table/c/stream/{label}")

    with pytest.raises(InvalidRecordError) as caught:
        decode_stream_record(raw)

    assert caught.value.attribute == "StreamLabel"


@pytest.mark.parametrize("raw", [None, [], "text", 5])
def test_what_is_no_object_is_poison(raw):
    with pytest.raises(InvalidRecordError):
        decode_stream_record(raw)


@pytest.mark.parametrize(
    ("identity", "is_expiry"),
    [
        ({"type": "Service", "principalId": "dynamodb.amazonaws.com"}, True),
        ({"type": "Service", "principalId": "other.amazonaws.com"}, False),
        (None, False),
    ],
)
def test_a_removal_by_dynamodb_is_an_expiry(make_record, make_item, identity, is_expiry):
    raw = make_record(1, old=make_item()) | {"userIdentity": identity}

    assert decode_stream_record(raw).is_expiry is is_expiry
    assert decode_stream_record(make_record(1, old=make_item())).is_expiry is False
