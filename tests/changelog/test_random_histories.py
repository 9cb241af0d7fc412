"""Random histories of a table, captured, delivered by shards, twice and late, and cut into runs anywhere: the incremental state is
that of a rebuild, and both are the table; the history is what the table was."""

import random
from zlib import crc32

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import Phase, given, settings

from tests.changelog.rendered import Models
from tests.changelog.shop import Row, Shop, append, create

pytestmark = pytest.mark.slow

KEYS = st.integers(1, 5)
CHANGES = st.one_of(
    st.tuples(st.just("put"), KEYS, st.one_of(st.none(), st.integers(1, 3))),
    st.tuples(st.just("delete"), KEYS, st.none()),
    st.tuples(st.just("move"), KEYS, KEYS),
    st.tuples(st.just("truncate"), st.just(0), st.none()),
)
COMMITS = st.tuples(st.just("commit"), st.lists(CHANGES, min_size=1, max_size=3), st.integers(0, 5))
STEPS = st.one_of(COMMITS, COMMITS, st.tuples(st.just("snapshot"), st.integers(0, 4), st.just(3)))


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """A shop whose capture ends with a snapshot that was whole, or with changes after one."""
    shop = Shop(captured=False)
    shop.commit(draw(st.lists(CHANGES, max_size=4)), 1)
    shop.snapshot(*draw(st.sampled_from([(1, 1), (1, 3), (2, 3)])))
    for step, *words in draw(st.lists(STEPS, max_size=12)):
        getattr(shop, step)(*words)
    if not shop.captured:
        shop.snapshot(1, 1)
    return shop


def delivered(records: list[Row], chance: random.Random) -> list[Row]:
    """*records* as shards deliver them: each in its order, at its own pace, some of it again."""
    shards: dict[int, list[Row]] = {}
    for record in records:
        shards.setdefault(crc32((record["_key"] or "table").encode()) % 3, []).append(record)
    found: list[Row] = []
    while any(shards.values()):
        shard = chance.choice([rows for rows in shards.values() if rows])
        count = chance.randint(1, 4)
        found += shard[:count]
        if chance.random() < 0.2:
            found += shard[: chance.randint(1, count)]
        del shard[:count]
    return found


@given(shops(), st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=30, deadline=None, phases=[Phase.generate])
def test_however_changes_arrive_the_lake_is_the_table(shop: Shop, chance: random.Random, out_of_order: bool) -> None:
    records = delivered(shop.records, chance)
    if out_of_order:
        chance.shuffle(records)
    with duckdb.connect() as connection:
        create(connection)
        models = Models(connection)
        models.run()
        while records:
            count = chance.randint(1, 6)
            append(connection, records[:count])
            del records[:count]
            models.run()
            incremental = models.state()
            models.run()
            assert models.arrived() == 0
        assert models.live() == shop.rows
        models.rebuild()
        assert models.live() == shop.rows
        if shop.records:
            assert models.state() == incremental
        history = [(row[0], row[1], *row[4:6]) for row in models.history()]
        assert history == shop.versions()
