"""A table's position in the stream, and which changes are new to it. No calls.

Position and rows are committed together, so the table is the only checkpoint: whatever comes again is known by it. Two things make
changes come again. The transport replays a batch: its offsets are not above the shard's. A capture that was killed sends again
what it had sent, under new offsets: its places in the source's log are not above the shard's, for within a shard a table's places
only rise.

Rows that one record of PostgreSQL's log holds (COPY writes such) share a place: those that were seen there are told apart by their
keys. Rows of a snapshot share one as well, and are known by the snapshot's id and their offset.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from lakeloop_changes import LANES, Change, Position, canonical, lane, partition_key

PROPERTY = "lakeloop.changes.position."
_SNAPSHOT = ("r", "s")
_DIGITS = 16
# Attempts that a shard's records may still come again of: those of an hour's failures, not of all time.
_ATTEMPTS = 8


class Verdict(Enum):
    """``BACK``: a snapshot begins before changes that were written already, which no snapshot of the same database does."""

    NEW = "new"
    REPLAY = "replay"
    BACK = "back"


@dataclass(frozen=True)
class Place:
    """How far a lane is: ``at`` is the highest place in the source's log, ``seen`` are the changes at that place."""

    at: Position
    seen: frozenset[str]


@dataclass(frozen=True)
class Reached:
    """How far a table is in one shard.

    ``offset`` is the transport's; ``lanes`` are those that changes came of; ``attempts`` the ids of the last snapshots that rows
    came of.
    """

    offset: int = -1
    lanes: Mapping[int, Place] = field(default_factory=dict)
    attempts: tuple[str, ...] = ()

    @property
    def at(self) -> Position | None:
        """The highest place in the source's log, None before the first change."""
        return max((place.at for place in self.lanes.values()), default=None)

    def judge(self, offset: int, change: Change) -> Verdict:
        """Whether *change*, which came at *offset*, is new to the table."""
        if change.op in _SNAPSHOT:
            if offset <= self.offset and change.snapshot in self.attempts:
                return Verdict.REPLAY
            return Verdict.BACK if self.at is not None and change.commit_lsn < self.at.commit_lsn else Verdict.NEW
        place = self.lanes.get(_lane(change))
        if place is None or change.position[:2] > place.at[:2]:
            return Verdict.NEW
        if change.position[:2] == place.at[:2] and _identity(change) not in place.seen:
            return Verdict.NEW
        return Verdict.REPLAY

    def past(self, offset: int, change: Change) -> Reached:
        """The position with *change*, which came at *offset* and was new, behind it."""
        if change.op in _SNAPSHOT:
            assert change.snapshot is not None
            others = [attempt for attempt in self.attempts if attempt != change.snapshot]
            return replace(self, offset=offset, attempts=(*others, change.snapshot)[-_ATTEMPTS:])
        number, identity = _lane(change), _identity(change)
        place = self.lanes.get(number)
        if place is not None and change.position[:2] == place.at[:2]:
            now = Place(max(place.at, change.position), place.seen | {identity})
        else:
            now = Place(change.position, frozenset({identity}))
        return replace(self, offset=offset, lanes={**self.lanes, number: now})


def _lane(change: Change) -> int:
    return lane(partition_key(change))


def _identity(change: Change) -> str:
    """A name for *change* among those at its place: not its rank, which a capture that begins in their midst counts anew."""
    if change.key is not None:
        words = [change.op, canonical(change.key)]
    else:
        images = [None if row is None else canonical(row) for row in (change.before, change.after)]
        words = [change.op, str(change.rank), *(text or "" for text in images)]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:_DIGITS]


class Positions:
    """A table's positions of one source, by shard. Not changed in place: ``past`` makes others."""

    def __init__(self, by_shard: Mapping[str, Reached] | None = None) -> None:
        self._by_shard = dict(by_shard or {})

    def judge(self, shard: str, offset: int, change: Change) -> Verdict:
        """Whether *change*, which came from *shard* at *offset*, is new to the table."""
        return self._by_shard.get(shard, Reached()).judge(offset, change)

    def at(self, shard: str) -> Position | None:
        """The highest place in the source's log that came from *shard*; None if none did."""
        return self._by_shard.get(shard, Reached()).at

    def behind(self, shard: str, change: Change) -> Positions:
        """The positions with *change* behind them, which came from *shard* long ago: its offset there is left as it is."""
        return self.past(shard, self._by_shard.get(shard, Reached()).offset, change)

    def past(self, shard: str, offset: int, change: Change) -> Positions:
        """The positions with *change* behind them."""
        reached = self._by_shard.get(shard, Reached()).past(offset, change)
        return Positions({**self._by_shard, shard: reached})

    def written(self) -> str:
        """JSON for the table's property."""
        return canonical({shard: _written(reached) for shard, reached in self._by_shard.items()})

    def summary(self) -> str:
        """JSON for people, of which each snapshot keeps one: how far the shards were."""
        found = {shard: _written(reached) for shard, reached in self._by_shard.items()}
        return canonical({shard: {name: words[name] for name in ("offset", "at")} for shard, words in found.items()})

    @classmethod
    def read(cls, text: str | None) -> Positions:
        """The positions in *text*, a table's property; None: there is none yet."""
        found: Mapping[str, Mapping[str, Any]] = json.loads(text) if text else {}
        return cls({shard: _read(words) for shard, words in found.items()})


def _written(reached: Reached) -> dict[str, Any]:
    return {
        # As text: a sequence number of Kinesis has 56 digits, which few readers of JSON keep.
        "offset": str(reached.offset),
        "at": None if reached.at is None else list(reached.at),
        "lanes": {str(number): [*place.at, *sorted(place.seen)] for number, place in reached.lanes.items()},
        "attempts": list(reached.attempts),
    }


def _read(words: Mapping[str, Any]) -> Reached:
    if "lanes" in words:
        lanes = {
            int(number): Place(Position(*place[:3]), frozenset(place[3:])) for number, place in words["lanes"].items()
        }
    elif words["at"] is not None:
        # Of a writer that knew no lanes: all of them are as far.
        lanes = dict.fromkeys(range(LANES), Place(Position(*words["at"]), frozenset(words["seen"])))
    else:
        lanes = {}
    return Reached(int(words["offset"]), lanes, tuple(words["attempts"]))
