"""The calls of a run, as JSON lines: one a permission that a call needed.

``{"by", "call", "action", "resource", "context", "cause", "source", "denied"}``, or ``unknown`` with the reason
instead of action, resource and context. ``by`` is the caller's ARN, ``call`` the API's operation, ``cause`` the SQL that
Athena made the call for, ``source`` the page that says so of a call which Athena makes and local Athena does not.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

LOG = logging.getLogger(__name__)

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
        self._failure: Exception | None = None
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._run, name="iam-journal", daemon=True).start()

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
        """Have *work*, which writes, done by the journal's own thread: a call does not wait until it is written down."""
        self._work.put(work)

    def read(self) -> bytes:
        """All lines up to now.

        Raises:
            RuntimeError: a call could not be written down.
        """
        done = threading.Event()
        self.later(done.set)
        done.wait()
        if self._failure:
            raise RuntimeError(f"A call could not be written down: {self._failure!r}") from self._failure
        with self._lock:
            self._file.flush()
            return self.path.read_bytes()

    def _run(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            except Exception as error:
                LOG.exception("A call could not be written down")
                self._failure = error
