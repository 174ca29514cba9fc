"""Lets a history come to rest, and compares the read model with the command side."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from stream_processor.operations.redrive import RedrivenEntry
from trials.checker.expected import oracle
from trials.checker.expected.judge import CheckFailedError, compare, find_live
from trials.checker.world import World

_HIDDEN_MS: Final = 601_000
_MOST_DELIVERIES: Final = 100
_MOST_REDRIVES: Final = 5
# What a redrive cannot repair: poison, a record that may have expired, an entry of another form.
_LASTING: Final = ("poison", "gone", "it is not", "have no key")


def settle(world: World, erased: str | None) -> None:
    """Deliver everything, redrive every failure, and compare.

    Args:
        erased: the user to erase in the end; None for nobody.

    Raises:
        CheckFailedError: the read model is not the projection of the command side, or a tool does
            not say what is true.
    """
    world.finish_all()
    world.network.failure_rate = 0
    world.is_calm = True
    world.source.discards = False
    _drain(world)
    world.source.discards = True
    # The messages that a killed redrive had received are shown again.
    world.clock.now_ms += _HIDDEN_MS
    if not world.tools.keeps_expired:
        _check_counts(world)
    if _is_stream_enough(world):
        _compare(world)
    world.source.has_delivered_all = True
    world.network.has_refused = False
    _redrive(world)
    if world.stream.has_lost:
        world.run("rebuild", lambda me: world.tools.rebuild(me, 2))
        _verify(world, is_repairing=True)
        world.stream.has_lost = False
    _compare(world)
    world.rows.catch_up()
    if not world.tools.keeps_expired:
        _check_counts(world)
    if erased is not None:
        _erase(world, erased)
    world.check_findings()
    world.judge.check_reached(world.tools.reached)
    world.is_calm = False


def _is_stream_enough(world: World) -> bool:
    """Return whether no failure but that of a poison record is stored, which has no row."""
    is_complete = world.source.has_delivered_all and not world.stream.has_lost
    return is_complete and not world.network.has_refused


def _drain(world: World) -> None:
    for lane in world.stream.lanes:
        deliveries = 0
        while not lane.is_drained:
            world.source.poll(lane)
            world.finish_all()
            world.check_findings()
            deliveries += 1
            if deliveries > _MOST_DELIVERIES + 2 * len(lane.records):
                raise CheckFailedError(f"a shard is held: {str(lane.batch)[:2000]}")


def _redrive(world: World) -> None:
    """Redrive until only entries that no redrive can repair remain."""
    for _ in range(_MOST_REDRIVES):
        entries = [entry for store in ("s3", "queue") for entry in _redrive_store(world, store)]
        reasons = {reason for entry in entries for reason in entry.remaining}
        if all(any(word in reason for word in _LASTING) for reason in reasons):
            return
    raise CheckFailedError(f"failures remain: {reasons}")


def _erase(world: World, user_id: str) -> None:
    """Erase a person, and check that nothing of theirs is left or comes back."""
    receipt = world.run("erase", lambda me: world.tools.erase(me, user_id, lag_s=1))
    if receipt is None or not receipt.is_complete:
        raise CheckFailedError(f"an erasure with nothing beside it is not complete: {receipt}")
    for _ in range(2):
        records = [key for key, item in world.commands.items.items() if _is_of(item, user_id)]
        rows = [key for key in find_live(world.rows.items) if key.user_id == user_id]
        if records or rows:
            raise CheckFailedError(f"{records} and {rows} are left of an erased person")
        _drain(world)


def _is_of(item: Mapping[str, Any], user_id: str) -> bool:
    return bool(item.get("user_id") == {"S": user_id})


def _redrive_store(world: World, store: str) -> list[RedrivenEntry]:
    return world.run(f"redrive {store}", lambda me: world.tools.redrive(me, store)) or []


def _verify(world: World, *, is_repairing: bool) -> Any:  # noqa: ANN401 - VerifyCounts
    world.clock.now_ms += 2000  # scans see all that was written
    return world.run(
        "verify", lambda me: world.tools.verify(me, 2, lag_s=1, is_repairing=is_repairing)
    )


def _check_counts(world: World) -> None:
    """Check that `verify` counts what differs, before it is repaired too."""
    counts = _verify(world, is_repairing=False)
    differences = compare(world.commands.items, world.rows.items)
    expected = {name: len(keys) for name, keys in differences.items()}
    sources = world.commands.items.values()
    expected["poison"] = sum(oracle.find_key(source) is None for source in sources)
    counted = {name: getattr(counts, name) for name in expected}
    if counted != expected:
        raise CheckFailedError(f"verify counts {counted}, not {expected}: {differences}")


def _compare(world: World) -> None:
    differences = compare(world.commands.items, world.rows.items)
    ignored = _find_ignored(world) if world.tools.keeps_expired else ()
    remaining = {
        name: kept
        for name, keys in differences.items()
        if (kept := [key for key in keys if key.notification_key not in ignored])
    }
    if remaining:
        raise CheckFailedError(f"the read model differs: {remaining}")


def _find_ignored(world: World) -> Collection[str]:
    """Return the sort keys whose rows may stay where rows outlive their expired records."""
    return {
        item["notification_key"]["S"]
        for item in world.rows.items.values()
        if (key := world.judge.find_record(item["notification_key"]["S"])) is None
        or key in world.expired
        or key not in world.commands.items
    }
