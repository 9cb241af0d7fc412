"""The settings of a mapping, the records of a stream, and the ends that an invocation can have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

TRIM_HORIZON, AT_TIMESTAMP, AFTER, END = "TRIM_HORIZON", "AT_TIMESTAMP", "AFTER", "END"


@dataclass(frozen=True)
class Position:
    """A place in a shard: its beginning, a moment (seconds of the epoch), behind a sequence number, or its end."""

    kind: str
    value: str = ""


@dataclass(frozen=True)
class Policy:
    """A mapping's settings, in the words of
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""

    batch_size: int = 100
    window_seconds: float = 0.0
    bisect: bool = False
    retries: int = -1
    """How often a batch is tried again; -1 for as long as its records are there."""
    age_seconds: float = -1.0
    """Records that are older are given up; -1 for as long as they are there."""
    reports_failures: bool = False
    """Whether the function's answer may name the first record that failed."""


@dataclass(frozen=True)
class Record:
    """A record that was read. ``item`` is what the function is given of it."""

    sequence: str
    arrived: float
    """In seconds of the epoch."""
    item: Mapping[str, Any]
    size: int
    """Bytes of ``item`` as JSON."""


@dataclass(frozen=True)
class Page:
    """Records that one call read, and where the next goes on; None at the end of a closed shard."""

    records: Sequence[Record]
    cursor: Any


@dataclass(frozen=True)
class Shard:
    """A shard, and those that it came from."""

    id: str
    parents: tuple[str, ...] = ()


class Source(Protocol):
    """A stream: Kinesis's shards, Kafka's partitions."""

    def shards(self) -> Sequence[Shard]:
        """All that there are. Raises ``SourceError``."""

    def open(self, shard: str, position: Position) -> Any:
        """A cursor that reads from *position* on. Raises ``SourceError``."""

    def read(self, cursor: Any, limit: int) -> Page:
        """Up to *limit* records. Raises ``ExpiredCursor`` or another ``SourceError``."""

    def event(self, shard: str, records: Sequence[Record]) -> dict[str, Any]:
        """The event of a batch."""

    def wait(self, shard: str, seconds: float) -> None:
        """Wait until there may be something new, or for *seconds*."""


class SourceError(Exception):
    """The stream cannot be read now; it is tried again."""


class ExpiredCursor(SourceError):
    """The cursor is too old, and another one is needed."""


@dataclass(frozen=True)
class Done:
    """The function has taken the batch."""


@dataclass(frozen=True)
class NotInvoked:
    """The function was not reached (throttled, away): no try is spent."""

    why: str


@dataclass(frozen=True)
class Failed:
    """The function failed, on the whole batch or from the record ``first`` on."""

    request_id: str = ""
    function_error: str = ""
    """Empty if the function answered, and reported records that failed."""
    version: str = "$LATEST"
    first: str = ""


Outcome = Done | NotInvoked | Failed


@dataclass(frozen=True)
class Discarded:
    """Records that were given up, and why: ``RetryAttemptsExhausted`` or ``RecordAgeExceeded``."""

    shard: str
    records: Sequence[Record]
    condition: str
    invocations: int
    last: Failed | None
