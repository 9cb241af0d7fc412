"""The calls of a run, as JSON lines: one a permission that a call needed.

``{"by", "call", "action", "resource", "context", "cause", "source", "denied"}``, or ``unknown`` with the reason instead of
action, resource and context. ``by`` is the caller's ARN, ``call`` the API's operation, ``cause`` the SQL that Athena made the
call for, ``source`` the page that says so of a call which Athena makes and local Athena does not.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

_BACKLOG = 10_000
_REMEMBERED = 20_000


class Journal:
    """Appends to *path*; may be used by many threads. A permission that the same caller used for the same cause just
    before is not written again."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", buffering=1 << 16, encoding="utf-8")
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._backlog: deque[Callable[[], None]] = deque()
        self._working = threading.Lock()

    def write(self, **entry: Any) -> None:
        """Add a line; what is None is left out."""
        line = json.dumps({name: value for name, value in entry.items() if value}, separators=(",", ":"))
        with self._lock:
            if line in self._seen:
                return
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen.add(line)
            self._file.write(line + "\n")

    def later(self, work: Callable[[], None]) -> None:
        """Have *work*, which writes, done when the journal is read: what a call needs takes longer to find out than a quick
        call takes. Of a long run some of it is done in between."""
        self._backlog.append(work)
        if len(self._backlog) >= _BACKLOG and not self._working.locked():
            threading.Thread(target=self._work, name="iam-journal", daemon=True).start()

    def read(self) -> bytes:
        """All lines up to now."""
        self._work()
        with self._lock:
            self._file.flush()
            return self.path.read_bytes()

    def _work(self) -> None:
        """Raises what a work raises; that one stays, so that what cannot be written down never goes unnoticed."""
        with self._working:
            for _ in range(len(self._backlog)):
                self._backlog[0]()
                self._backlog.popleft()
