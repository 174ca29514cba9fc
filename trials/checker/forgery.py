"""Entries of the failure stores that no stream function and no event source has written."""

import json
import random
import re
from typing import Final

from trials.checker.world import World

_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+#\d{40}")
_LABELS: Final = ("9999", "2999-01-01T00:00:00.000", "2019-01-01", "")
_JUNK: Final = (
    *("", "null", "[]", "{}", "5", "[" * 200_000, '{"payload":' * 2000, "\x00"),
    *('{"payload": "[1]"}', '{"payload": {"Records": [null, 5, {}, {"dynamodb": []}]}}'),
)


def forge(world: World, chance: random.Random) -> None:
    """Add an entry of any form, or one of a known record with a version that no stream gives."""
    label = chance.choice(_LABELS)
    match chance.randrange(4):
        case 0:
            world.queue.send(chance.choice(_JUNK))
        case 1:
            world.bucket.add(chance.choice(_JUNK))
        case 2:
            for message in list(world.queue.messages.values())[:1]:
                world.queue.send(_VERSION.sub(f"{label}#{'9' * 40}", message.body))
        case _:
            records = [record for lane in world.stream.lanes for _, record in lane.records]
            for record in records[:1]:
                arn = record["eventSourceARN"].rpartition("/")[0]
                forged = record | {"eventSourceARN": f"{arn}/{label}"}
                world.bucket.add(json.dumps({"payload": json.dumps({"Records": [forged]})}))
