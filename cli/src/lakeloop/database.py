"""The offline database: built aside, put in place when the build is good, never half."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@contextmanager
def exclusive(workspace: Workspace) -> Iterator[None]:
    """Hold the checkout's build lock.

    Raises:
        UserError: another build holds it.
    """
    workspace.state.mkdir(parents=True, exist_ok=True)
    with (workspace.state / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"Another `just dbt-local` is building in {workspace.state}. Wait until it ends.") from None
        yield


def begin(workspace: Workspace, raw: Path, *, resume: bool) -> bool:
    """Lay a copy of the last good database (or of the failed one, to *resume*) where dbt will build.

    Incremental models and snapshots would mix two businesses, so a database that was built from other raw data is not
    built upon.

    Returns:
        False if there was a database of other raw data and the build begins with an empty one.
    """
    building = workspace.building
    shutil.rmtree(building.parent, ignore_errors=True)
    building.parent.mkdir(parents=True)
    last = workspace.failed if resume and workspace.failed.exists() else workspace.database
    origin = origin_of(workspace, raw)
    same = not last.exists() or (_origin_file(last).exists() and _origin_file(last).read_text("utf-8") == origin)
    if same and last.exists():
        shutil.copyfile(last, building)
    _origin_file(building).write_text(origin, "utf-8")
    return same


def finish(workspace: Workspace, *, good: bool) -> Path:
    """Put a *good* build in the last one's place, or a failed one aside; returns where it is now."""
    building = workspace.building
    _checkpoint(building)
    place = workspace.database if good else workspace.failed
    place.parent.mkdir(parents=True, exist_ok=True)
    if building.exists():
        _origin_file(building).replace(_origin_file(place))
        building.replace(place)
    if good:
        shutil.rmtree(workspace.failed.parent, ignore_errors=True)
    shutil.rmtree(building.parent)
    return place


def give_up(workspace: Workspace) -> None:
    """Forget a build in which nothing was built: the last good one and the last failed one stay as they are."""
    shutil.rmtree(workspace.building.parent)


def open_last(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """The last good database, read-only.

    Raises:
        UserError: there is none yet.
    """
    if not workspace.database.exists():
        raise UserError(f"Nothing is built yet: {workspace.database} does not exist. Run `just dbt-local` first.")
    return duckdb.connect(str(workspace.database), read_only=True)


def origin_of(workspace: Workspace, raw: Path) -> str:
    """The text that tells one set of raw data from another: its folder, and the notes that a generator left in it.

    A note is a hidden JSON file right in the folder (``.feed.json``), such as the options that the data was made with.
    """
    folder = raw.relative_to(workspace.root) if raw.is_relative_to(workspace.root) else raw
    notes = sorted(raw.glob(".*.json")) if raw.is_dir() else []
    return "\n".join([str(folder), *(note.read_text("utf-8", errors="replace") for note in notes)])


def _origin_file(database: Path) -> Path:
    return database.with_suffix(".raw")


def _checkpoint(database: Path) -> None:
    """Bring a killed dbt's write-ahead log into the file, which is moved alone."""
    if database.with_suffix(".duckdb.wal").exists():
        with duckdb.connect(str(database)) as connection:
            connection.execute("checkpoint")
