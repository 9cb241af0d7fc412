"""Locks of ``multiprocessing`` on a machine without shared memory.

Lambda has no ``/dev/shm``, so creating a semaphore raises OSError (function not implemented); dbt takes its locks from a
``multiprocessing`` context and runs its nodes in a ``ThreadPool``, whose queue holds such locks too. dbt starts no
process, only threads, for which a lock of ``threading`` does the same. Every context, the pool's queue included, gets its
locks from the two methods replaced here.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import threading
from multiprocessing import context
from typing import Any


def install() -> None:
    """Make every lock of ``multiprocessing`` one between threads. Must run before dbt is imported."""
    base: Any = context.BaseContext
    base.Lock = lambda _self: threading.Lock()
    base.RLock = lambda _self: threading.RLock()
