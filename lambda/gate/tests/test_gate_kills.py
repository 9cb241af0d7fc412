"""Both functions killed at any of their calls: nothing is lost, nothing is there twice."""

import pytest
from gate_lake import made
from hypothesis import given, settings
from hypothesis import strategies as st

FILES = {
    "incoming/shop/orders/a.csv": b"id,status\n1,paid\n",
    "incoming/shop/orders/dt=2024-01-02/a.csv": b"id,status\n2,sent\n",
    "incoming/shop/notes/n.csv": b"id\n3\n",
    "incoming/shop/orders/bad.csv": b"id,status\nx,\n",
    "incoming/shop/nothing/a.csv": b"id\n1\n",
}
BAD = {"incoming/shop/orders/bad.csv", "incoming/shop/nothing/a.csv"}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(kills=st.lists(st.integers(1, 25), min_size=1, max_size=8), twice=st.booleans())
def test_killed_anywhere(tmp_path_factory, kills, twice):
    with pytest.MonkeyPatch.context() as patch:
        lake = made(patch, tmp_path_factory.mktemp("lake"))
        seen, left = set(), list(kills)

        def see(name):
            """The rows that a run reads, and the kill that comes next."""
            seen.update(lake.aws.body(key) for key in lake.raw())
            if left:
                lake.aws.dies_at = lake.aws.calls + left.pop()

        lake.aws.dies_at = left.pop()
        for key, body in FILES.items():
            for _ in range(1 + twice):
                lake.send(key, body)
        for _ in range(len(kills) + 1):
            lake.settle(see)
            if left:
                lake.aws.dies_at = lake.aws.calls + left.pop()
                lake.aws.delayed.append((lake.aws.now, "{}"))
        good = sorted(body for key, body in FILES.items() if key not in BAD)
        assert sorted(lake.aws.body(key) for key in lake.raw()) == good
        assert set(lake.quarantine()) == BAD
        assert lake.aws.keys("incoming/") == []
        assert lake.waiting() == []
        assert seen >= set(good), "a run has read every good file"
