"""The calls of a run, as JSON lines: one a permission that a call needed.

``{"by", "call", "action", "resource", "context", "cause", "source", "denied"}``, or ``unknown`` with the reason instead of
action, resource and context. ``by`` is the caller's ARN, ``call`` the API's operation, ``cause`` the SQL that Athena made the
call for, ``source`` the page that says so of a call which Athena makes and local Athena does not.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

_BACKLOG = 10_000
_AT_ONCE, _PAUSE_SECONDS = 50, 0.02
"""Works between two pauses, some 7 ms: Python's interpreter lock is somebody else's meanwhile."""
_REMEMBERED = 20_000
MAX_BYTES = 32 << 20
"""The size at which a file is put aside and a new one begun; one is kept aside, some 9,000 queries in all."""
_CHUNK = 1 << 16


class Journal:
    """Appends to *path*; may be used by many threads. A permission that the same caller used for the same cause just
    before is not written again. What is older than two files of *max_bytes* is lost, and counted."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.aside = path, path.with_suffix(".before")
        self._max_bytes = max_bytes
        self.aside.unlink(missing_ok=True)
        self._file = path.open("w", buffering=1 << 16, encoding="utf-8")
        self._written = 0
        """Characters in the file, which are ASCII."""
        self._lines = [0, 0]
        """Those aside, and those in the file."""
        self.lost = 0
        """Lines that are gone."""
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._backlog: deque[Callable[[], None]] = deque()
        self._working = threading.Lock()
        self._catching_up = False

    def write(self, **entry: Any) -> None:
        """Add a line; what is None is left out."""
        line = json.dumps({name: value for name, value in entry.items() if value}, separators=(",", ":"))
        with self._lock:
            if line in self._seen:
                return
            if self._written + len(line) >= self._max_bytes:
                self._put_aside()
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen.add(line)
            try:
                self._file.write(line + "\n")
            except OSError:  # a full disk: the call itself needs none
                self.lost += 1
                return
            self._written += len(line) + 1
            self._lines[1] += 1

    def _put_aside(self) -> None:
        self._file.close()
        self.path.replace(self.aside)
        self._file = self.path.open("w", buffering=1 << 16, encoding="utf-8")
        self.lost += self._lines[0]
        self._lines, self._written = [self._lines[1], 0], 0
        self._seen.clear()  # the lines that told of it may be gone soon

    def later(self, work: Callable[[], None]) -> None:
        """Have *work*, which writes, done when the journal is read: what a call needs takes longer to find out than a quick
        call takes. Of a long run some of it is done in between."""
        self._backlog.append(work)
        if len(self._backlog) >= _BACKLOG and not self._catching_up:
            with self._lock:
                begun, self._catching_up = self._catching_up, True
            if not begun:
                threading.Thread(target=self._catch_up, name="iam-journal", daemon=True).start()

    def read(self) -> Iterator[bytes]:
        """All lines up to now, in parts. Raises, before the first, what a work raises."""
        self._work()
        with self._lock, ExitStack() as opened:
            self._file.flush()
            files = [opened.enter_context(path.open("rb")) for path in (self.aside, self.path) if path.exists()]
            sizes = [path.stat().st_size for path in (self.aside, self.path) if path.exists()]
            opened.pop_all()

        def parts() -> Iterator[bytes]:
            for file, size in zip(files, sizes, strict=True):
                with file:
                    while size > 0 and (part := file.read(min(_CHUNK, size))):
                        size -= len(part)
                        yield part

        return parts()

    def _catch_up(self) -> None:
        """Do what is waiting, a little at a time: queries go on meanwhile."""
        try:
            while self._backlog:
                self._work(_AT_ONCE)
                time.sleep(_PAUSE_SECONDS)
        finally:
            self._catching_up = False

    def _work(self, most: int = sys.maxsize) -> None:
        """Raises what a work raises; that one stays, so that what cannot be written down never goes unnoticed."""
        with self._working:
            for _ in range(min(len(self._backlog), most)):
                self._backlog[0]()
                self._backlog.popleft()
