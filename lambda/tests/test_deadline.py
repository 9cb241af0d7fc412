"""How an invocation's time is divided."""

from __future__ import annotations

import time
from types import SimpleNamespace

from dbt_runner.rounds import deadline
from hypothesis import given
from hypothesis import strategies as st


def of(seconds: float) -> deadline.Deadline:
    return deadline.of(SimpleNamespace(get_remaining_time_in_millis=lambda: int(seconds * 1000)))


@given(st.floats(10, 900))
def test_the_last_start_comes_before_the_cancelling_before_the_end(seconds):
    found = of(seconds)
    assert found.last_start < found.cancel < found.end
    assert 3 <= found.end - found.cancel <= 20
    assert 2 <= found.cancel - found.last_start <= 45
    assert found.end <= time.monotonic() + seconds
