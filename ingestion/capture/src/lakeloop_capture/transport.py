"""The interface to a stream: records go in, in their order, or an error says that not all of them did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Record(NamedTuple):
    """A record for a stream. ``lane`` is the table: within a lane and a key, the order holds. ``snapshot``: it has no order."""

    lane: str
    key: str
    data: bytes
    snapshot: bool = False


class Transport(Protocol):
    """A stream."""

    limit: int
    """Bytes of the largest record, its key included."""

    def check(self) -> None:
        """Raises ``CaptureRefused`` if the stream is not there, or not to be written to."""

    def append(self, records: Sequence[Record]) -> None:
        """Put all of *records* into the stream and come back when it has them.

        A lane's records enter each partition of the stream in their order and without gaps: at any moment, also after an error
        or a ``kill -9``, it holds the first so many of them. Those of a snapshot may enter in any order.

        Raises:
            CaptureFailed: not all of them are in the stream.
        """
