"""The beginning of a run: goes on where the last one stopped, or takes a snapshot; never over a gap."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from lakeloop_capture.database import Database, Slot, State
from lakeloop_capture.errors import CaptureRefused

_ANEW = "`just cdc-up again=snapshot` takes all rows anew (on AWS: CAPTURE_AGAIN=snapshot for one start of the task)"


@dataclass(frozen=True, slots=True)
class Beginning:
    """A run's: the state that it starts from, and a line for the log."""

    state: State
    said: str


def begin(database: Database, slot: str, stream: str, again: bool, now: datetime) -> Beginning:
    """Look at tables, slot and what was kept, and make ready. *stream* is the identity of the one that changes will go to.

    A snapshot begins with a slot of its own: only the slot's making gives a view of the rows that ends where its changes begin.

    Raises:
        CaptureRefused: changes were lost, or would be. The message says which way is on.
        CaptureFailed: another process reads the slot.
    """
    tables = database.tables()
    kept, found, offset = database.state(), database.slot(), database.offset()
    if again:
        return _anew(database, tables, stream, now, "A snapshot was asked for")
    if kept is None:
        if found is not None:
            raise CaptureRefused(
                f"Slot {slot} is there and this capture did not make it. Choose CAPTURE_SLOT, or {_ANEW}."
            )
        return _anew(database, tables, stream, now, "First start")
    if not (kept.completed and whole(offset)):
        if kept.completed and offset is None:
            raise CaptureRefused(
                f"capture.debezium_offsets is empty, so nobody knows which changes were sent. {_ANEW}."
            )
        return _anew(database, tables, stream, now, f"Snapshot {kept.attempt} was interrupted")
    assert offset is not None
    if why := _gap(found, offset):
        raise CaptureRefused(f"Slot {slot} {why}: changes are lost, and none was passed over in silence. {_ANEW}.")
    if kept.stream != stream:
        raise CaptureRefused(
            f"The stream is another one than changes went to before ({kept.stream}, now {stream}): what nobody had read of "
            f"that one is lost. {_ANEW}."
        )
    if new := sorted(set(tables) - set(kept.tables)):
        raise CaptureRefused(
            f"Publication has tables that no snapshot has: {', '.join(new)}. Take them out of it, or {_ANEW}."
        )
    return Beginning(kept, f"Goes on behind snapshot {kept.attempt}")


def whole(offset: str | None) -> bool:
    """Whether Debezium's *offset* is behind a complete snapshot."""
    if offset is None:
        return False
    words = json.loads(offset)
    return not words.get("snapshot") or bool(words.get("snapshot_completed"))


def _gap(slot: Slot | None, offset: str) -> str:
    """The reason for which the slot has not all that follows *offset*, empty if it has.

    The slot is told of an offset after it was stored. One that is ahead was made anew, or somebody else read from it.
    """
    if slot is None:
        return "is gone"
    if slot.status == "lost":
        return "held more of the log than max_slot_wal_keep_size, and PostgreSQL gave it up"
    words = json.loads(offset)
    stored = max(int(words.get(name) or 0) for name in ("lsn", "lsn_proc", "lsn_commit"))
    if slot.confirmed > stored:
        return (
            f"is ahead of what was sent ({slot.confirmed} > {stored}): it was made anew, or somebody else read from it"
        )
    return ""


def _anew(database: Database, tables: tuple[str, ...], stream: str, now: datetime, why: str) -> Beginning:
    database.drop_slot()
    database.forget_offset()
    database.beat()
    state = State(now.isoformat(timespec="microseconds").replace("+00:00", "Z"), None, False, tables, stream)
    database.keep(state)
    return Beginning(state, f"{why}: snapshot {state.attempt} of {', '.join(tables)}")
