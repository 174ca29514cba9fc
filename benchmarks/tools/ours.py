"""The operator tools, wired as their commands wire them."""

import os
from collections.abc import Callable
from typing import Final

from aws_client import find_session
from benchmarks.aws_environment import make_aws_environment
from stream_processor.aws.retry import BatchRetry
from stream_processor.garbage import collect_rarely
from stream_processor.operations.operator_tools import open_operator_tools
from stream_processor.operations.rebuild import rebuild_all
from stream_processor.operations.rebuild_state import RebuildCounts, RebuildScope, RebuildState
from stream_processor.operations.stop_request import StopRequest
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally, VerifyCounts
from stream_processor.settings import Settings

_SEGMENTS: Final = 8  # the default of the commands
_SCOPE: Final = RebuildScope("command table", "read table")


def make_rebuild(url: str) -> Callable[[int], None]:
    """Return a rebuild of tables with a number of command records and no row."""
    os.environ.update(make_aws_environment(url))

    def rebuild(records: int) -> None:
        stop = StopRequest()
        state = RebuildState.open(None, _SCOPE, None, _SEGMENTS)
        with open_operator_tools(Settings(), find_session()) as tools:
            collect_rarely()
            rebuild_all(
                tools.create_rebuilder(stop.check),
                state,
                stop,
                report=lambda _: None,
                retry=BatchRetry(sleep=stop.sleep),
            )
        if state.counts != RebuildCounts(written=records):
            raise AssertionError(f"{state.counts}, {records} records")

    return rebuild


def make_verify(url: str) -> Callable[[int], None]:
    """Return a verification of tables with a number of command records and their rows."""
    os.environ.update(make_aws_environment(url))

    def verify(records: int) -> None:
        tally = Tally()
        with open_operator_tools(Settings(), find_session()) as tools:
            collect_rarely()
            verify_all(
                tools,
                choose_segments(None, _SEGMENTS),
                StopRequest(),
                tally.add,
                threads=_SEGMENTS,
                lag_s=30,
                is_repairing=False,
            )
        if tally.counts != VerifyCounts(records=records, rows=records):
            raise AssertionError(f"{tally.counts}, {records} records")

    return verify
