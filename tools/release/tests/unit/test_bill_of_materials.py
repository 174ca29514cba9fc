import json
from datetime import UTC, datetime

from tools.release.bill_of_materials import settle_bill

TIME = datetime(2026, 11, 23, 9, tzinfo=UTC)


def export(second, version="1.0"):
    return json.dumps(
        {
            "serialNumber": f"urn:uuid:{second}",
            "metadata": {"timestamp": f"2026-11-23T07:54:{second}Z"},
            "components": [{"name": "boto3", "version": version}],
        }
    )


def test_two_bills_of_the_same_components_are_the_same():
    assert settle_bill(export(1), TIME) == settle_bill(export(2), TIME)


def test_a_bill_has_the_commit_s_time():
    bill = json.loads(settle_bill(export(1), TIME))

    assert bill["metadata"]["timestamp"] == "2026-11-23T09:00:00+00:00"


def test_bills_of_other_components_have_other_numbers():
    first, second = (json.loads(settle_bill(export(1, v), TIME)) for v in ("1.0", "2.0"))

    assert first["serialNumber"] != second["serialNumber"]
    assert first["serialNumber"].startswith("urn:uuid:")
