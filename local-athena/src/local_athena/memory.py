"""The limit of the memory that queries take, all together: a query that would take more fails, and the process lives on.

Three limits, one behind the other:

1. DuckDB's: it counts what its operators hold, spills to disk, and refuses what is over.
2. A watch on the process: it does not count values on their way through an expression (2,048 rows of ``rpad(x, 1000000)``,
   lists within lists). Where the process holds more than it did before the queries, their limit and something beside, a query
   is stopped.
3. The system's, far beyond: an expression that cannot be stopped must not take the machine's memory. An allocation that fails
   ends its query mostly, and at worst the process, which is why the watch comes first.

The last two on Linux only.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

VARIABLE = "LOCAL_ATHENA_MEMORY"
"""The variable that says how much queries may take, such as ``4GB``."""
_DEFAULT = 2 << 30
_LEAST = 64 << 20
_BESIDE = 1 << 30
"""Bytes at most, and as many as the limit at most, that may be taken in addition while queries run: values that DuckDB does
not count, and the rest of the process."""
_BEYOND, _TIMES = 6 << 30, 16
"""Bytes at most, and so many times the limit at most, at which the system refuses more."""
_SIZE = re.compile(r"(\d+)\s*([KMG])I?B?", re.IGNORECASE)
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_STATM = Path("/proc/self/statm")
_RESIDENT, _DATA = 1, 5
"""Fields of ``/proc/self/statm``, in pages: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html"""


def limit(environment: Mapping[str, str] = os.environ) -> int:
    """Bytes that queries may take: 2 GB, or half of the machine's where that is less. Raises ``ValueError``."""
    said = environment.get(VARIABLE, "")
    if not said:
        return min(_DEFAULT, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
    found = _SIZE.fullmatch(said.strip())
    size = int(found[1]) * _UNITS[found[2].upper()] if found else 0
    if size < _LEAST:
        raise ValueError(f"{VARIABLE}={said} is not a size of memory of 64MB or more, such as 500MB or 4GB")
    return size


@cache
def allowed() -> int:
    """``limit``, read once."""
    return limit()


class Bound:
    """The second and the third limit, as long as anything is in ``held``. One for each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._before = resource.RLIM_INFINITY
        self._held = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Run a query within the limits. Raises nothing of its own; an allocation that is refused raises ``MemoryError``."""
        with self._lock:
            self._running += 1
            if self._running == 1:
                self._set()
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if not self._running:
                    self._lift()

    def passed(self) -> bool:
        """Whether the process holds more than queries may make it hold."""
        return sys.platform == "linux" and _pages(_RESIDENT) - self._held > allowed() + min(allowed(), _BESIDE)

    def _set(self) -> None:
        if sys.platform != "linux":
            return
        self._held = _pages(_RESIDENT)
        self._before, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = _pages(_DATA) + min(_TIMES * allowed(), _BEYOND)
        for other in (self._before, hard):
            wanted = wanted if other == resource.RLIM_INFINITY else min(wanted, other)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))

    def _lift(self) -> None:
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_DATA, (self._before, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _pages(field: int) -> int:
    """Bytes."""
    return int(_STATM.read_bytes().split()[field]) * resource.getpagesize()


BOUND = Bound()
