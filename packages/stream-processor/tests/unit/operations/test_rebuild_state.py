import json
import stat
import sys

import pytest

from stream_processor.exceptions import RebuildStateError
from stream_processor.operations.rebuild_state import (
    RebuildCounts,
    RebuildScope,
    RebuildState,
    SegmentProgress,
)

SCOPE = RebuildScope("arn:command 1", "arn:read 1")
NEXT_KEY = {"transaction_id": {"S": "tx_新年"}, "created_at": {"N": "1"}}
HALF_WAY = SegmentProgress(counts=RebuildCounts(written=100, poison=1), next_key=NEXT_KEY)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.json"


def open_state(path, *, scope=SCOPE, total=None):
    return RebuildState.open(path, scope, total, default_total=3)


def test_a_new_rebuild_has_the_given_number_of_segments(path):
    assert open_state(None).segments == [SegmentProgress()] * 3
    assert open_state(path, total=5).segments == [SegmentProgress()] * 5


def test_recorded_progress_is_there_when_the_file_is_opened_again(path):
    open_state(path).record(1, HALF_WAY)

    again = open_state(path)

    assert again.segments == [SegmentProgress(), HALF_WAY, SegmentProgress()]
    assert again.counts == RebuildCounts(written=100, poison=1)


def test_a_rebuild_is_finished_when_every_segment_is_done(path):
    state = open_state(path, total=2)
    state.record(0, SegmentProgress(is_done=True))
    was_finished = state.is_finished
    state.record(1, SegmentProgress(is_done=True))

    assert not was_finished
    assert open_state(path).is_finished


def test_the_number_of_segments_may_be_left_out_or_be_the_same(path):
    open_state(path, total=7)

    assert len(open_state(path).segments) == len(open_state(path, total=7).segments) == 7


def test_another_number_of_segments_is_refused(path):
    open_state(path, total=7)

    with pytest.raises(RebuildStateError, match="has 7 segments, not 8"):
        open_state(path, total=8)


@pytest.mark.parametrize(
    "scope", [RebuildScope("arn:command 2", "arn:read 1"), RebuildScope("arn:command 1", "new")]
)
def test_other_tables_are_refused(path, scope):
    open_state(path)

    with pytest.raises(RebuildStateError, match="belongs to other tables"):
        open_state(path, scope=scope)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "nonsense", '{"format": 1, "segments": [{"counts": {"other": 1}}]}', "\ud800"],
)
def test_a_foreign_file_is_refused_and_left_unchanged(path, text):
    content = text.encode(errors="surrogatepass")
    path.write_bytes(content)

    with pytest.raises(RebuildStateError, match="not a state file of a rebuild"):
        open_state(path)

    assert path.read_bytes() == content


def test_a_file_of_another_version_is_refused(path):
    open_state(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))

    with pytest.raises(RebuildStateError, match="another version"):
        open_state(path)


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    with pytest.raises(RebuildStateError, match="cannot be written"):
        open_state(tmp_path / "no-such-folder" / "state.json")


def test_a_failed_write_leaves_the_file_whole(path):
    state = open_state(path)
    state.record(0, HALF_WAY)
    # A directory where the next write would begin: it fails before the file is touched.
    (path.parent / "state.json.new").mkdir()

    with pytest.raises(RebuildStateError):
        state.record(1, HALF_WAY)

    assert open_state(path).segments == [HALF_WAY, SegmentProgress(), SegmentProgress()]


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX permissions")
def test_only_its_owner_can_read_the_file(path):
    open_state(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
