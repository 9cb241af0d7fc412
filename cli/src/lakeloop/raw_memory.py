"""Raw tables that were in order when they were checked last, for as long as neither files nor declarations have changed.

A file is the same if its path, size and time are, which is what make and git go by.
"""

from __future__ import annotations

import hashlib
import pickle  # nosec B403: of a file that this module has written into the checkout
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw import Problem, RawTable, check_table
from lakeloop_raw.layout import files_of

from lakeloop import files
from lakeloop.errors import UserError

_VERSION = 1


@dataclass
class Memory:
    """Tables by the hash of their files' sizes and times and of their declarations."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    used: dict[str, RawTable] = field(default_factory=dict)
    """Those asked for in this process, which are kept."""


def read(file: Path | None) -> Memory:
    """The memory in *file*; an empty one if there is none that can be read."""
    if file is not None:
        with suppress(Exception):  # not there, half of one, or of another version of these classes
            version, tables = pickle.loads(file.read_bytes())  # nosec B301: written by `write`
            if version == _VERSION:
                return Memory(tables)
    return Memory()


def write(file: Path, memory: Memory) -> None:
    """Keep what was asked for; without room for it, the next command checks again."""
    if memory.used.keys() != memory.tables.keys():
        with suppress(UserError):
            files.write(file, pickle.dumps((_VERSION, memory.used)))


def check(memory: Memory, raw: Path, declared: SourceTable, *, athena: bool) -> tuple[RawTable, list[Problem]]:
    """``check_table``, from *memory* where nothing has changed. Only what is in order is remembered."""
    key = _key(raw, declared, athena)
    if key in memory.tables:
        memory.used[key] = memory.tables[key]
        return memory.tables[key], []
    found, problems = check_table(raw, declared, athena=athena)
    if not problems and key == _key(raw, declared, athena):
        memory.used[key] = found
    return found, problems


def _key(raw: Path, declared: SourceTable, athena: bool) -> str:
    key = hashlib.sha256(repr((declared, athena)).encode())
    for form, found in files_of(declared, raw).files.items():
        for file in found:
            with suppress(FileNotFoundError):
                stat = file.stat()
                key.update(f"{form} {file} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return key.hexdigest()
