"""Writes rows as one version of the models does, or reads them as another; it imports only that.

`encode` takes the corpus and gives DynamoDB items, `decode` takes items and gives the corpus again.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from notification_models import (
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_row,
    encode_row,
)


def _make_row(entry: dict[str, Any]) -> Row | Tombstone:
    if "record" in entry:
        return Row(record=NotificationRecord(**entry["record"]), version=entry["version"])
    fields = dict(entry["tombstone"])
    key = RowKey(fields.pop("user_id"), fields.pop("notification_key"))
    return Tombstone(key=key, version=entry["version"], **fields)


def _describe(row: Row | Tombstone) -> dict[str, Any]:
    if isinstance(row, Row):
        return {"record": asdict(row.record), "version": row.version}
    times = {"deleted_at": row.deleted_at, "expires_at": row.expires_at}
    return {"tombstone": asdict(row.key) | times, "version": row.version}


def main() -> None:
    """Encode or decode what comes in."""
    rows = json.load(sys.stdin)
    if sys.argv[1] == "encode":
        json.dump([encode_row(_make_row(each)) for each in rows], sys.stdout)
    else:
        json.dump([_describe(decode_row(each)) for each in rows], sys.stdout)


if __name__ == "__main__":
    main()
