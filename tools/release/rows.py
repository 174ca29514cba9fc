"""Whether a version of the models gives back the rows that another one wrote."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def find_losses(
    corpus: Sequence[Mapping[str, Any]], decoded: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Name what the reader made otherwise of rows than the writer was given.

    A field that the corpus does not have is no loss: it is one that a later version brought.
    """
    for number, (written, read) in enumerate(zip(corpus, decoded, strict=True)):
        yield from _compare(f"row {number}", written, read)


def _compare(path: str, written: object, read: object) -> Iterator[str]:
    if isinstance(written, Mapping) and isinstance(read, Mapping):
        for name, value in written.items():
            yield from _compare(f"{path} {name}", value, read.get(name))
    elif written != read:
        yield f"{path}: {written!r} was written and {read!r} read"
