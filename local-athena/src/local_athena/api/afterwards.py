"""Actions that a call starts once its answer is on the way.

A query that begins before StartQueryExecution has answered competes with the answer for Python's one interpreter lock,
and a third of a short query's time is waiting for it. A server that sends answers from another thread says so with
``collecting``; for any other caller nothing is put off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial

type Action = Callable[[], None]

_COLLECTED: ContextVar[list[Action] | None] = ContextVar("actions after the answer", default=None)


@contextmanager
def collecting() -> Iterator[list[Action]]:
    """The actions of the calls inside, which have to be taken whatever comes of the answer."""
    actions: list[Action] = []
    token = _COLLECTED.set(actions)
    try:
        yield actions
    finally:
        _COLLECTED.reset(token)


def afterwards(action: Action) -> None:
    """Take *action*, in the context of this moment, now or when the answer is on its way."""
    collected = _COLLECTED.get()
    if collected is None:
        action()
    else:
        collected.append(partial(copy_context().run, action))
