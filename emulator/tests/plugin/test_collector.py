"""Passes of the collector over the whole heap: between calls, not in the middle of one."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from localstack_plugin import collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def old_garbage() -> Iterator[weakref.ref[Cycle]]:
    """A cycle that only a pass over the whole heap finds; nothing is collected meanwhile unless the test says so."""
    cycle = Cycle()
    left = weakref.ref(cycle)
    gc.disable()
    gc.collect()
    for _ in range(10):
        gc.collect(1)
    del cycle
    yield left
    gc.enable()


def test_a_process_that_is_at_work_is_left_alone(old_garbage: weakref.ref[Cycle]) -> None:
    assert not collector.collect_if_due(0.5)
    assert old_garbage()


def test_a_pause_is_used_if_there_is_something_to_find(old_garbage: weakref.ref[Cycle]) -> None:
    assert collector.collect_if_due(0.0)
    assert old_garbage() is None
    assert not collector.collect_if_due(0.0)
