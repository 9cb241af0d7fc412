"""Locks of ``multiprocessing`` on a machine without shared memory.

Lambda has no ``/dev/shm``, so creating a semaphore raises OSError (function not implemented); dbt takes its locks from a
``multiprocessing`` context and runs its nodes in a ``ThreadPool``, whose queue holds such locks too; the parse of a project with
semantic models makes an executor of processes, whose queue has a semaphore, and hands it nothing. dbt starts no process, only
threads, for which those of ``threading`` do the same. Every context, the queues included, gets its own from the methods
replaced here.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import threading
from multiprocessing import context
from typing import Any


def install() -> None:
    """Make every lock and semaphore of ``multiprocessing`` one between threads. Must run before dbt is imported."""
    base: Any = context.BaseContext
    base.Lock = lambda _self: threading.Lock()
    base.RLock = lambda _self: threading.RLock()
    base.Semaphore = lambda _self, value=1: threading.Semaphore(value)
    base.BoundedSemaphore = lambda _self, value=1: threading.BoundedSemaphore(value)
