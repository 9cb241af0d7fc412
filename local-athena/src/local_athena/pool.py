"""Threads that work in the context of whoever gave them the work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


class Pool(ThreadPoolExecutor):
    """A pool whose work sees the context variables of its submitter: whose query it is (``queries.execution.CURRENT``)."""

    def submit[T](self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return super().submit(copy_context().run, function, *args, **kwargs)
