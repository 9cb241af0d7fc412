"""Files of a dbt project that have changed, found by looking: no event of a system's, which shared and network folders lack."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lakeloop_project import DbtProject
from lakeloop_project.errors import UserError

_LOOK_SECONDS, _SETTLED_SECONDS = 0.2, 0.1
# Files that editors write aside: Emacs, Vim, and whatever is hidden.
_ASIDE = (".", "#")
_ASIDE_ENDINGS = ("~", ".swp", ".swx", ".tmp", ".bak")

Seen = dict[Path, tuple[int, int, int]]
"""Files with size, time in nanoseconds and inode."""


@dataclass(frozen=True)
class Changed:
    """Files that were written since the last look, and those that are gone."""

    written: tuple[Path, ...]
    gone: tuple[Path, ...]


def seen(folder: Path, before: Iterable[Path] = ()) -> Seen:
    """The project's own files as they are now; those that were there *before*, while its ``dbt_project.yml`` cannot be read."""
    try:
        files: Iterable[Path] = DbtProject.read(folder).own_files()
    except UserError:
        files = {folder / "dbt_project.yml", *before}
    found: Seen = {}
    for file in files:
        if not file.name.startswith(_ASIDE) and not file.name.endswith(_ASIDE_ENDINGS):
            with suppress(OSError):
                stat = os.stat(file)  # noqa: PTH116
                found[file] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found


def changes(look: Callable[[Seen], Seen], wait: Callable[[float], None] = time.sleep) -> Iterator[Changed]:
    """Changes, one after the other, each when two looks have found the same: a file is not read while it is being written.

    Args:
        look: gives the files as they are, and is given those of the look before.
        wait: waits some seconds.
    """
    before = look({})
    while True:
        wait(_LOOK_SECONDS)
        now = look(before)
        if now == before:
            continue
        while True:
            wait(_SETTLED_SECONDS)
            later = look(now)
            if later == now:
                break
            now = later
        written = tuple(sorted(file for file, state in now.items() if before.get(file) != state))
        gone = tuple(sorted(before.keys() - now.keys()))
        before = now
        if written or gone:
            yield Changed(written, gone)
