"""DynamoDB's pages of a campaign too large to be held, computed from the numbers of its rows.

Row 0 is the newest, and each further one is a millisecond older. The rows take turns among the
shards.
"""

import re
from collections.abc import Sequence
from typing import Final

from notification_models.values import MARKETING_SHARDS

CAMPAIGN: Final = "campaign_of_the_year"
BY: Final = ("status", "platform", "ap_id", "error_msg")
STATUSES: Final = ("DELIVERED", "DELIVERED", "SENT", "DELIVERED", "FAILED")
"""Of the rows of a shard, again and again."""
_PAGE_ROWS: Final = 2000
"""Of a page of DynamoDB, which has 1 MB: rows of 500 bytes."""

_NEWEST_MS: Final = 1_767_225_600_000
_SHARD: Final = re.compile(rf"{CAMPAIGN}#(\d)".encode())
_BEFORE: Final = re.compile(rb'":before":\{"S":"(\d{13})#')
_PLATFORMS: Final = ("IOS", "ANDROID", "WEBPUSH")
_KINDS: Final = 300
_APS: Final = 50
_REASON: Final = "The device token is no longer registered"


def find_page(request: bytes, rows: int) -> bytes | None:
    """Return the response to a Query that counts by `BY`; None if it is of no shard.

    Args:
        request: its body.
        rows: of the campaign.
    """
    shard = _SHARD.search(request)
    if shard is None:
        return None
    own = int(shard[1])
    before = _BEFORE.search(request)
    first = _NEWEST_MS - int(before[1]) + 1 if before else 0
    first += (own - first) % MARKETING_SHARDS
    numbers = range(first, rows, MARKETING_SHARDS)[:_PAGE_ROWS]
    has_more = bool(numbers) and numbers[-1] + MARKETING_SHARDS < rows
    return _encode_page(numbers, shard[0].decode(), has_more=has_more)


def _encode_page(numbers: Sequence[int], partition: str, *, has_more: bool) -> bytes:
    """Encode a page in few steps, as a benchmark has it share its core with the load."""
    kinds = [_ITEMS[number // MARKETING_SHARDS % _KINDS] for number in numbers]
    keys = [part for number in numbers for part in (_NEWEST_MS - number, number)]
    items = ",".join(kinds) % tuple(keys)
    last = ""
    if has_more:
        last_key = _KEY % (_NEWEST_MS - numbers[-1], numbers[-1])
        last = f',"LastEvaluatedKey":{{{last_key}}}'
    page = f'{{"Count":{len(numbers)},"Items":[{items}],"ScannedCount":{len(numbers)}{last}}}'
    return page.replace(_PARTITION, partition).encode()


_PARTITION: Final = f"{CAMPAIGN}#X"
_KEY: Final = f'"marketing_shard":{{"S":"{_PARTITION}"}},"notification_key":{{"S":"%d#tx_%08d"}}'


def _make_item(kind: int) -> str:
    status = STATUSES[kind % len(STATUSES)]
    attributes = {
        "status": status,
        "platform": _PLATFORMS[kind % len(_PLATFORMS)],
        "ap_id": f"mobile-app-{kind % _APS:03d}",
        **({"error_msg": _REASON} if status == "FAILED" else {}),
    }
    texts = [f'"{name}":{{"S":"{text}"}}' for name, text in attributes.items()]
    return f"{{{_KEY},{','.join(texts)}}}"


_ITEMS: Final = [_make_item(kind) for kind in range(_KINDS)]
