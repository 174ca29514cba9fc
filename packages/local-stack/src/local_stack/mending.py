"""Mends the read model of a stack that was killed before it had projected everything."""

from typing import Final

import boto3

from stream_processor.operations.operator_tools import create_operator_tools
from stream_processor.operations.stop_request import StopRequest
from stream_processor.operations.verify import choose_segments
from stream_processor.operations.verify_counts import Tally
from stream_processor.settings import Settings

_THREADS: Final = 4


def mend_read_model(session: boto3.Session, endpoint_url: str) -> int:
    """Repair every row that is not what its command record calls for; returns how many.

    No stream will tell of a change that was made before the emulator started, so no lag is waited
    for; what changes meanwhile, the stream delivers.

    Raises:
        StreamProcessorError: the emulator did not answer.
    """
    tools = create_operator_tools(Settings(), session, endpoint_url)
    tally = Tally()
    with tools.executor:
        tools.create_verification(tally.add, threads=_THREADS, lag_s=0, is_repairing=True).run(
            choose_segments(None, _THREADS), StopRequest()
        )
    return tally.counts.repaired
