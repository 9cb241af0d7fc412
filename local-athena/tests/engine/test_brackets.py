"""Joins in brackets, ``FROM (a JOIN b ON ...)``, of catalog tables: a table of queries and their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local_athena.engine import Engine
from local_athena.storage import AwsClients

from .athena import Athena

# a: x, y; b: x, p (Iceberg); c: x, m, partitioned by k; v: a view that joins in brackets itself.
TABLES = [
    "create table a with (external_location='s3://lake/a') as select * from (values (1, 'a1'), (2, 'a2'), (3, 'a3')) t(x, y)",
    "create table b with (table_type='iceberg', is_external=false, location='s3://lake/b') as select * from (values (1, 10), (2, 20), (4, 40)) t(x, p)",
    "create table c with (external_location='s3://lake/c', partitioned_by=array['k']) as select * from (values (1, 'm1', 'u'), (2, 'm2', 'w'), (9, 'm9', 'w')) t(x, m, k)",
    "create table n with (external_location='s3://lake/n') as select * from (values (1, array['e', 'f'])) t(x, l)",
    "create view v as select a.x, y, p from (a join db.b on a.x = b.x)",
]

CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("select * from (a join b on a.x = b.x) order by 1", [(1, "a1", 1, 10), (2, "a2", 2, 20)]),
    ("select y, p from (a join b on a.x = b.x) where p > 10", [("a2", 20)]),
    ("select b.p from (db.a join awsdatacatalog.db.b on db.a.x = awsdatacatalog.db.b.x) where a.y = 'a1'", [(10,)]),
    ("select s.y, t.p from (a as s left join b as t on s.x = t.x) order by 1", [("a1", 10), ("a2", 20), ("a3", None)]),
    ("select x, y, p from (a full join b using (x)) order by 1", [(1, "a1", 10), (2, "a2", 20), (3, "a3", None), (4, None, 40)]),
    ("select y, p from (a right join b using (x)) order by 2", [("a1", 10), ("a2", 20), (None, 40)]),
    ("select count(*) from (a cross join b)", [(9,)]),
    ("select count(*), min(k) from ((a cross join b) cross join c)", [(27, "u")]),
    ("select y, p, m from ((a join b on a.x = b.x) join c on c.x = a.x) order by 1", [("a1", 10, "m1"), ("a2", 20, "m2")]),
    ("select y, p, m from (a join (b join c on b.x = c.x) on a.x = b.x) order by 1", [("a1", 10, "m1"), ("a2", 20, "m2")]),
    ("select y, p, m from (((a join b using (x)) join c using (x))) order by 1", [("a1", 10, "m1"), ("a2", 20, "m2")]),
    ("select a.y, b.p, c.m from a left join (b join c on b.x = c.x and c.k = 'w') on a.x = b.x order by 1", [("a1", None, None), ("a2", 20, "m2"), ("a3", None, None)]),
    ("select a.y, b.p, c.m from a left join b join c on b.x = c.x on a.x = b.x order by 1", [("a1", 10, "m1"), ("a2", 20, "m2"), ("a3", None, None)]),
    ("select a.y, b.p from c, (a join b on a.x = b.x) where c.x = a.x order by 1", [("a1", 10), ("a2", 20)]),
    ("select j.y, j.p from (a join b using (x)) as j where j.x = 2", [("a2", 20)]),
    ("select j.* from (a join b using (x)) as j(q, r, s) where q = 2", [(2, "a2", 20)]),
    ("select * from (select y from (a join b using (x)) where p = 10) s", [("a1",)]),
    ("with q as (select a.x, y, p from (a join b on a.x = b.x)) select y from q where p = 20", [("a2",)]),
    ("with a as (select 7 as x, 'cte' as y) select y from (a join (select 7 as x) z using (x))", [("cte",)]),
    ("select y from a where exists (select 1 from (b join c on b.x = c.x) where b.x = a.x and c.k = 'w')", [("a2",)]),
    ("select y from a where x in (select x from (b join c using (x)) where m = 'm1')", [("a1",)]),
    ("select (select max(p) from (b join c on b.x = c.x) where c.x = a.x) from a order by a.x", [(10,), (20,), (None,)]),
    ("select y from (a join b using (x)) union all select m from (b join c using (x)) order by 1", [("a1",), ("a2",), ("m1",), ("m2",)]),
    ("select y, e from (a join n using (x) cross join unnest(l) as u(e)) order by 2", [("a1", "e"), ("a1", "f")]),
    ("select y, e from (a join n using (x)) cross join unnest(l) as u(e) order by 2", [("a1", "e"), ("a1", "f")]),
    ("select y, e from (unnest(array[1, 3]) as u(e) join a on a.x = e) order by 2", [("a1", 1), ("a3", 3)]),
    ("select y, z from (lateral (select 1 as z) l join a on a.x = z)", [("a1", 1)]),
    ("select y, p from (a join (values 1, 3) w(x) using (x) left join b using (x)) order by 1", [("a1", 10), ("a3", None)]),
    ("select v.p, m from (v join c using (x)) order by 2", [(10, "m1"), (20, "m2")]),
    ("select s.p, m from ((select x, p from b) s join c using (x)) order by 2", [(10, "m1"), (20, "m2")]),
    ("select p, m from ((select x, p from b) join (c) using (x)) order by 2", [(10, "m1"), (20, "m2")]),
    ("select count(*) from (((select x from b)))", [(3,)]),
    ("select s.y from (a s join a t on s.x = t.x + 1) order by 1", [("a2",), ("a3",)]),
    ("select p from (b for timestamp as of current_timestamp join a using (x)) order by 1", [(10,), (20,)]),
    ('select count(distinct a."$path"), count(p) from (a join b using (x))', [(1, 2)]),
    ('select k from ("c$partitions" join (values \'u\') w(k) using (k))', [("u",)]),
    ("select count(*) from (a join b using (x)) as j tablesample bernoulli (100)", [(2,)]),
    ("with recursive q(i) as (select 1 union all select i + 1 from (q join a on a.x = q.i) where i < 3) select i from q order by 1", [(1,), (2,), (3,)]),
    ("select count(*) from (information_schema.tables t join information_schema.views v on v.table_name = t.table_name)", [(1,)]),
    ("select count(*) from (a tablesample bernoulli (100) join v tablesample bernoulli (0) on true)", [(0,)]),
    # Conditions reach the tables inside only where that changes nothing.
    ("select y from (a left join c on a.x = c.x) where c.k is null", [("a3",)]),
    ("select y from (a left join c on a.x = c.x) where k is null", [("a3",)]),
    ("select y from ((a left join c on a.x = c.x) cross join n) where c.k is null", [("a3",)]),
    ("select m from (c left join a on a.x = c.x) where c.k = 'w' order by 1", [("m2",), ("m9",)]),
    ("select c.k, o.k from (c join (c as o right join a on o.x = a.x) on c.x = a.x) where o.k = 'w'", [("w", "w")]),
    ("select m from (c join a on c.x = a.x) as c(x, m, z, k, y) where k = 1", [("m1",)]),
    ("select m, x from c as t(k, m, x) where k = 9", [("m9", "w")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def athena(emptied_aws: Callable[[], AwsClients], tmp_path_factory: pytest.TempPathFactory) -> Athena:
    """The tables above; the queries leave them as they are."""
    aws = emptied_aws()
    aws.glue.create_database(DatabaseInput={"Name": "db"})
    athena = Athena(Engine(aws, tmp_path_factory.mktemp("engine")), aws)
    for sql in TABLES:
        athena.run(sql)
    return athena


@pytest.mark.parametrize(("query", "rows"), CASES, ids=[case[0] for case in CASES])
def test_joins_in_brackets(athena: Athena, query: str, rows: list[tuple[Any, ...]]) -> None:
    assert athena.rows(query) == rows


@pytest.mark.parametrize(
    "tables", ["c join a on c.x = a.x", "c left join a on c.x = a.x", "a join c on c.x = a.x cross join n"]
)
def test_brackets_read_no_more(athena: Athena, tables: str) -> None:
    """Read as many columns and partitions as the same joins without brackets."""
    bare, bracketed = (athena.run(f"select m from {written} where c.k = 'w'") for written in (tables, f"({tables})"))
    everything = athena.run(f"select * from {tables}")
    assert 0 < bare.scanned_bytes == bracketed.scanned_bytes < everything.scanned_bytes
