"""Python's garbage collector goes through the whole heap while nothing happens, and not in the middle of a call.

After thousands of queries such a pass takes 0.2 s, in which no thread of the process gets on. Young objects, most of the garbage,
are collected as ever.
"""

from __future__ import annotations

import gc
import threading
import time

SECONDS = 1.0
_IDLE = 0.05
"""The part of a processor's time at most that a process takes to which nothing happens."""
_YOUNG, _MIDDLE, _WHOLE = 2000, 10, 200
"""Objects, and passes over younger ones, that lead to a pass: the whole heap after some minutes under load without a pause."""


def begin() -> None:
    """Leave out all that is there now, which stays to the end, and look for pauses from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _WHOLE)
    threading.Thread(target=_watch, name="collector", daemon=True).start()


def _watch() -> None:
    before = time.process_time()
    while True:
        time.sleep(SECONDS)
        now = time.process_time()
        collect_if_due(now - before)
        before = time.process_time()


def collect_if_due(seconds: float) -> bool:
    """Go through the whole heap if that is due and the process took no more than *seconds* of the processor's
    time in the last ``SECONDS``. Says whether it did."""
    due = seconds <= _IDLE * SECONDS and gc.get_count()[2] >= _MIDDLE
    if due:
        gc.collect()
    return due
