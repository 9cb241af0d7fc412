"""When Python's collector looks for rubbish: not before an invocation has sent its first query, and less often than by default.

A manifest has some forty objects a node. The first collection after it is loaded looks at all of them, which at 2,000 models
takes as long as the rest of a start; while Athena answers, there is time. https://docs.python.org/3/library/gc.html
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Of young objects, and of collections of the younger generations. Python's own (700, 10, 10) are for programs with few
# objects: it would look at the manifest several times in an invocation that builds one model.
_THRESHOLDS = (10_000, 4, 2)


def clear() -> None:
    """Free what nothing refers to any more."""
    gc.collect()


def settle() -> None:
    """All that is there now stays: the collector need not look through it again."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()


@contextmanager
def paused() -> Iterator[None]:
    """No collection until the block ends, or until `resume`."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def resume() -> None:
    """Collect from now on."""
    gc.enable()
