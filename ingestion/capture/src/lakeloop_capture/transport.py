"""The interface to a stream: records go in, in their order, or an error says that not all of them did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from lakeloop_changes import lane


class Record(NamedTuple):
    """A record of *table* for a stream. Within a lane, and so of a row, the order holds. ``snapshot``: it has no order."""

    table: str
    key: str
    data: bytes
    snapshot: bool = False

    @property
    def lane(self) -> tuple[str, int]:
        """Those that have to enter one after the other."""
        return self.table, lane(self.key)


class Transport(Protocol):
    """A stream."""

    limit: int
    """Bytes of the largest record, its key included."""

    def check(self) -> str:
        """The stream's identity: one that is made anew under the same name has another.

        Raises:
            CaptureRefused: it is not there, or not to be written to.
            CaptureFailed: it does not answer.
        """

    def append(self, records: Sequence[Record]) -> None:
        """Put all of *records* into the stream and come back when it has them.

        A lane's records enter each partition of the stream in their order and without gaps: at any moment, also after an error
        or a ``kill -9``, it holds the first so many of them. Those of a snapshot may enter in any order, before
        the changes that follow them.

        Raises:
            CaptureFailed: not all of them are in the stream.
        """
