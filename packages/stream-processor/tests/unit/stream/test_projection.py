import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import InvalidRecordError, NotificationRecord, Row, RowKey, Tombstone
from stream_processor.stream.projection import (
    NO_ROW,
    PlannedWrite,
    Projection,
    plan_writes,
    project,
)
from stream_processor.stream.stream_record import decode_stream_record

KEY = RowKey("test_user_001", "1704067200000#tx_001")
VERSION = "2026-11-23T09:00:00.000#" + "7".zfill(40)
TOMBSTONE = Tombstone(
    key=KEY,
    version=VERSION,
    deleted_at=1_704_067_260_000,
    expires_at=1_704_067_260 + 691_200,
)


@pytest.fixture
def project_raw(make_record):
    return lambda **images: project(decode_stream_record(make_record(7, **images)))


def test_an_insert_writes_the_served_part_of_the_record(project_raw, make_item):
    projection = project_raw(new=make_item())

    assert projection.poison is None
    assert projection.writes == (
        Row(
            record=NotificationRecord(
                user_id="test_user_001",
                transaction_id="tx_001",
                created_at=1_704_067_200_000,
                notification_title="新年快樂",
                status="SENT",
                platform="IOS",
                marketing_id="campaign_2024_new_year",
                ap_id="mobile-app-001",
            ),
            version=VERSION,
        ),
    )


def test_a_modify_writes_the_new_image(project_raw, make_item):
    (row,) = project_raw(old=make_item(), new=make_item(status="DELIVERED")).writes

    assert row.record.status == "DELIVERED"


def test_a_remove_writes_a_tombstone_that_lives_eight_days(project_raw, make_item):
    assert project_raw(old=make_item()) == Projection((TOMBSTONE,))


def test_a_changed_user_moves_the_row(project_raw, make_item):
    buried, row = project_raw(old=make_item(), new=make_item(user_id="test_user_002")).writes

    assert buried == TOMBSTONE
    assert row.key == RowKey("test_user_002", "1704067200000#tx_001")


def test_a_change_that_makes_a_record_poison_buries_its_row(project_raw, make_item):
    writes, poison, _ = project_raw(old=make_item(), new=make_item(user_id=None))

    assert writes == (TOMBSTONE,)
    assert (poison.attribute, poison.reason) == ("user_id", "is missing")


@pytest.mark.parametrize("old", [None, {"user_id": None}])
def test_poison_that_had_no_row_writes_nothing(project_raw, make_item, old):
    images = {} if old is None else {"old": make_item(**old)}

    writes, poison, _ = project_raw(new=make_item(user_id=None), **images)

    assert writes == ()
    assert poison.attribute == "user_id"


@pytest.mark.parametrize("user_id", [None, {"NULL": True}, {"N": "5"}, {"S": ""}])
def test_the_removal_of_a_poison_record_writes_nothing(project_raw, make_item, user_id):
    poison = make_item(user_id=None) | ({"user_id": user_id} if user_id else {})

    assert project_raw(old=poison) == Projection(())


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("user_id", "text"), ("user_id", {}), ("user_id", {"S": 5}), ("created_at", None)],
)
def test_the_removal_of_what_is_no_item_is_malformed(make_record, make_item, attribute, value):
    raw = make_record(7, old=make_item())
    raw["dynamodb"]["OldImage"][attribute] = value

    with pytest.raises(InvalidRecordError) as caught:
        project(decode_stream_record(raw))

    assert caught.value.attribute == "OldImage"


def test_a_corrected_record_is_projected_though_its_old_image_had_no_user(project_raw, make_item):
    (row,) = project_raw(old=make_item(user_id=None), new=make_item()).writes

    assert row.key == KEY


@pytest.mark.parametrize(
    ("event_name", "image"),
    [("INSERT", "NewImage"), ("MODIFY", "NewImage"), ("REMOVE", "OldImage")],
)
def test_a_record_without_its_image_is_poison(make_record, make_item, event_name, image):
    raw = make_record(7, old=make_item(), new=make_item())
    raw["eventName"] = event_name
    del raw["dynamodb"][image]

    with pytest.raises(InvalidRecordError) as caught:
        project(decode_stream_record(raw))

    assert caught.value.attribute == image


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (None, {}, NO_ROW),
        ({}, {"status": "DELIVERED"}, "SENT"),
        ({"status": "failed"}, {}, "FAILED"),
        ({"status": None}, {}, None),
        ({"status": "BOUNCED"}, {"user_id": "test_user_002"}, "BOUNCED"),
        ({"user_id": None}, {}, NO_ROW),
        ({}, {"user_id": None}, NO_ROW),
        ({}, None, NO_ROW),
    ],
)
def test_a_projection_has_the_status_of_the_row_before(project_raw, make_item, old, new, status):
    images = {"old": old, "new": new}

    projection = project_raw(
        **{name: make_item(**image) for name, image in images.items() if image is not None}
    )

    assert projection.status_before == status


def make_projection(user, version):
    tombstone = Tombstone(key=RowKey(user, "k"), version=version, deleted_at=0, expires_at=0)
    return Projection((tombstone,))


def test_the_newest_of_several_changes_of_a_row_keeps_the_position_of_the_first():
    older, other, newer = changes = [
        make_projection(user, version) for user, version in [("a", "1"), ("b", "3"), ("a", "2")]
    ]

    planned = plan_writes(changes)

    assert planned == [
        PlannedWrite(newer.writes[0], 0, 2, [older, newer]),
        PlannedWrite(other.writes[0], 1, 1, [other]),
    ]


@pytest.mark.parametrize(("overwritten", "status"), [("", "A"), ("1", "B"), ("2", "C")])
def test_the_status_before_a_write_is_that_before_its_first_change_that_was_new(
    overwritten, status
):
    changes = [
        make_projection("a", version)._replace(status_before=before)
        for version, before in [("1", "A"), ("2", "B"), ("3", "C")]
    ]

    (write,) = plan_writes(changes)

    assert write.find_status_before(overwritten) == status


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9))))
def test_a_plan_writes_each_row_once_with_its_newest_version(changes):
    planned = plan_writes(make_projection(user, str(version)) for user, version in changes)

    assert {write.row.key: write.row.version for write in planned} == {
        RowKey(user, "k"): str(max(version for each, version in changes if each == user))
        for user, _ in changes
    }
    assert {write.row.key.user_id: write.position for write in planned} == {
        user: min(at for at, (each, _) in enumerate(changes) if each == user) for user, _ in changes
    }


def test_where_expired_rows_are_kept_an_expiry_writes_nothing(make_record, make_item):
    identity = {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}
    expiry = decode_stream_record(make_record(1, old=make_item()) | identity)
    delete = decode_stream_record(make_record(1, old=make_item()))

    assert project(expiry, keeps_expired=True) == Projection(())
    assert project(delete, keeps_expired=True) == project(expiry) == project(delete)
