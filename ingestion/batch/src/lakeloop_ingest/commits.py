"""Commits: a load becomes visible, and the state moves, at one moment and once.

In ``_ingest/<pipeline>/`` of the raw zone, which neither Athena nor DuckDB reads:

- ``staged/<load>/<n>.parquet``: files of a load that is being made;
- ``commits/<number>.json``: a load that counts, with the state after it. It is created, never changed, and its number is the next
  one: of two runs at once, one finds it taken.

After a commit its files go to their tables' folders under names that the commit tells. A run that was killed before its commit has
done nothing; one that was killed after it is finished by the next run. Each file goes there whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.store import Exists, Store

HIDDEN = "_ingest"
VERSION = 1
_KEPT = 5
# Longer than any run: what was staged and never committed is a killed run's.
_ABANDONED = timedelta(days=2)


@dataclass(frozen=True)
class Placed:
    """A file of a load: its table, its rows, where it is staged and its place in the raw zone."""

    table: str
    rows: int
    bytes: int
    staged: str
    key: str


@dataclass(frozen=True)
class Commit:
    """A load and the state after it.

    ``cursors`` are states of cursors by table, ``columns`` the types of a table's columns by name, ``schema`` is dlt's.
    """

    number: int = 0
    load: str = ""
    at: str = ""
    files: tuple[Placed, ...] = ()
    cursors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None

    def encode(self) -> bytes:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1).encode()


class Log:
    """The commits of a pipeline in *store*."""

    def __init__(self, store: Store, pipeline: str) -> None:
        self._store = store
        self._pipeline = pipeline
        self._folder = f"{HIDDEN}/{pipeline}"

    def latest(self) -> Commit:
        """The last commit; number 0 if there is none. Raises ``IngestError`` if it is of a newer version."""
        numbers = self._numbers()
        if not numbers:
            return Commit()
        key = self._key(numbers[-1])
        said = json.loads(self._store.read(key))
        if said.pop("version", None) != VERSION:
            raise IngestError(
                f"{self._store.name}/{key} was written by another version of this program: take that one."
            )
        return Commit(**{**said, "files": tuple(Placed(**file) for file in said["files"])})

    def finish(self, commit: Commit) -> int:
        """Bring the files of *commit* where they belong, if they are not there yet; how many were not."""
        moved = sum(self._store.move(file.staged, file.key) for file in self._waiting(commit))
        self._tidy(commit)
        return moved

    def stage(self, load: str, files: Sequence[Path]) -> list[str]:
        """Send *files*, which nobody reads yet; their keys."""
        keys = [f"{self._folder}/staged/{load}/{number}.parquet" for number, _ in enumerate(files)]
        for file, key in zip(files, keys, strict=True):
            self._store.send(file, key)
        return keys

    def commit(self, commit: Commit) -> None:
        """Have *commit* count.

        Raises:
            IngestError: another run has committed since this one began; what this one staged is gone.
        """
        key = self._key(commit.number)
        try:
            self._store.create(key, commit.encode())
            if self._numbers()[-1] == commit.number:
                return
            self._store.delete(key)  # so late that its number had been taken, and tidied away
        except Exists:
            pass
        for file in commit.files:
            self._store.delete(file.staged)
        raise IngestError(
            f"Another run of {self._pipeline} has ended since this one began. This one has brought nothing: type it again."
        )

    def _waiting(self, commit: Commit) -> list[Placed]:
        staged = {key for key, _ in self._store.keys(f"{self._folder}/staged/{commit.load}/")} if commit.load else set()
        return [file for file in commit.files if file.staged in staged]

    def _tidy(self, commit: Commit) -> None:
        """Remove old commits, and what killed runs have staged."""
        for number in self._numbers()[:-_KEPT]:
            self._store.delete(self._key(number))
        for key, written in list(self._store.keys(f"{self._folder}/staged/")):
            if written < datetime.now(UTC) - _ABANDONED and not key.startswith(f"{self._folder}/staged/{commit.load}/"):
                self._store.delete(key)

    def _numbers(self) -> list[int]:
        prefix = f"{self._folder}/commits/"
        return sorted(int(key.removeprefix(prefix).removesuffix(".json")) for key, _ in self._store.keys(prefix))

    def _key(self, number: int) -> str:
        return f"{self._folder}/commits/{number:09d}.json"
