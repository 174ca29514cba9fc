import io
import os
import signal

import pytest

from notification_client.cli.output.whole_lines import WholeLines


class _InterruptedStream(io.BytesIO):
    """Ctrl-C arrives in the middle of each write."""

    def write(self, data):
        written = super().write(data[:1])
        os.kill(os.getpid(), signal.SIGINT)
        return written + super().write(data[1:])


def test_an_interrupt_takes_effect_after_the_write():
    stream = _InterruptedStream()

    with pytest.raises(KeyboardInterrupt):
        WholeLines(stream).write("a whole line\n")

    assert stream.getvalue() == b"a whole line\n"


def test_the_handler_of_interrupts_is_as_before():
    before = signal.getsignal(signal.SIGINT)

    WholeLines(io.BytesIO()).write("line\n")

    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("encoding", "data"), [("utf-8", "年─\n".encode()), ("ascii", b"??\n"), ("big5", b"\xa6~?\n")]
)
def test_a_character_that_an_encoding_has_not_is_a_question_mark(encoding, data):
    stream = io.BytesIO()

    WholeLines(stream, encoding).write("年─\n")

    # Big5 has a line of its own, other encodings none.
    assert stream.getvalue() in {data, b"\xa6~\xa2w\n", b"\xa6~\xf9\xf9\n"}


def test_after_its_reader_has_gone_a_stream_leads_nowhere():
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as stream:
        with pytest.raises(BrokenPipeError):
            WholeLines(stream).write("line\n")
        stream.write(b"more")  # as Python does with its buffer at the end
