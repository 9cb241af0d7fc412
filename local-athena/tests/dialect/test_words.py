"""Queries whose texts and names look like words that their translation is made of."""

from __future__ import annotations

import pytest
from tests.dialect.conftest import Run

from local_athena.dialect import functions
from local_athena.errors import AthenaError

T = "from (values ('a', 1), ('b', 2), ('b', 3), ('c', 4), ('d', 5)) t(s, n)"
ROWS = (
    (f"select s, row_number() over (order by s) {T} group by s having max(s) < 'lambda ' and s < 'c'", [("a", 1), ("b", 2)]),
    (f"select s, row_number() over (order by s) {T} group by s having max(s) < 'trino_' and s < 'b'", [("a", 1)]),
    (f"""select "trino_s", count(*) over () {T.replace("t(s", 't("trino_s"')} group by "trino_s" having max("trino_s") < 'b'""", [("a", 1)]),
    (f"select s, ' OVER (' {T} group by s having any_match(array_agg(n), x -> x = 1)", [("a", " OVER (")]),
    (f"select (select max(r) from (select rank() over (order by n) r {T})), s {T} group by s having any_match(array_agg(n), x -> x = 1)", [(5, "a")]),
    ("""select "it's", try("a" / "b'") from (values (1, 2, 0), (4, 6, 3)) t("it's", "a", "b'") group by "it's", "a", "b'" """, [(1, None), (4, 2)]),
    ("""select try("a'" / cast(s || '"t"."a''"' as integer)) from (values (1, 'x')) t("a'", s)""", [(None,)]),
    ("select case when n > 1 then s else null end, if(n > 1, s) from (values (1, 'x'), (2, 'y')) t(n, s)", [(None, None), ("y", "y")]),
    ("select case when n > 1 then n else fail('odd') end from (values 2) t(n)", [(2,)]),
)  # fmt: skip
REFUSED = (
    # The window would count the groups that HAVING drops.
    f"select s {T} group by s having any_match(array_agg(n), x -> x > 1) order by count(*) over (partition by s < 'c'), s",
    f"select numeric_histogram(distinct 2, n + length('DISTINCT ') * 0) {T}",
    f"select approx_percentile(distinct n, length('DISTINCT '), 0.5e0) {T}",
    "select * from ((select 1) a cross join (select 2) b) tablesample bernoulli (50)",
)
DISTINCT = (
    "avg(distinct n)",
    "checksum(distinct n)",
    "histogram(distinct n)",
    "map_agg(distinct n, n)",
    "reduce_agg(distinct n, 0, (a, b) -> a + b, (a, b) -> a + b)",
    "multimap_agg(distinct n, n)",
    "listagg(distinct s, ',') within group (order by s)",
    "approx_percentile(distinct n, 0.5e0)",
    "approx_most_frequent(distinct 3, n, 10)",
)


@pytest.mark.parametrize(("sql", "rows"), ROWS)
def test_words_in_texts_and_names_decide_nothing(sql: str, rows: list[tuple[object, ...]], run: Run) -> None:
    found, _ = run(sql)
    assert sorted(map(repr, found)) == sorted(map(repr, rows))


@pytest.mark.parametrize("sql", REFUSED)
def test_refused_by_name(sql: str, run: Run) -> None:
    with pytest.raises(AthenaError) as caught:
        run(sql)
    assert caught.value.code == "NOT_SUPPORTED"


@pytest.mark.parametrize("call", DISTINCT)
def test_distinct_sees_each_value_once(call: str, run: Run) -> None:
    several, _ = run(f"select {call} from (values ('a', 1), ('a', 1), ('a', 1), ('b', 2)) t(s, n)")
    once, _ = run(f"select {call.replace('distinct ', '')} from (values ('a', 1), ('b', 2)) t(s, n)")
    assert several == once


def test_every_special_aggregate_that_takes_distinct_is_tried() -> None:
    tried = {call.partition("(")[0] for call in DISTINCT}
    assert tried | {"map_union"} == functions.DISTINCT - {
        *functions.AGGREGATES
    }  # maps are refused with DISTINCT in any case
