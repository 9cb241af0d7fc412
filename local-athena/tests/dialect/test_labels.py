"""Names of a result's columns keep the letters of the query. Source: awswrangler's ``test_to_iceberg_uppercase_columns``."""

from __future__ import annotations

import pytest

from local_athena import dialect
from local_athena.dialect.queries.labels import labels


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ('select Id, "Name", T.Na, 1 as Foo, count(*) from t', ["Id", "Name", "Na", "Foo", "_col4"]),
        ("select (Id), r.Foo.Leaf from t", ["Id", "Leaf"]),
        ("(select Id from t) order by 1", ["Id"]),
        ("select Id from t union all select other from t", ["Id"]),
        ("select * from (select 1 as Foo, 2 b) x", ["Foo", "b"]),
        ("with q(A, b) as (select 1, 2) select * from Q", ["A", "b"]),
        ("with q as (select 1 as Aa), z as (select * from q) select * from z", ["Aa"]),
        ('select * from (values (1, 2)) t(Id, "Name")', ["Id", "Name"]),
        ("select * from unnest(array[1]) as u(Val)", ["Val"]),
        ("select t.* as (Xx, y) from t", ["Xx", "y"]),
        ("select u.*, T.Z from (select 1 as X) t cross join (select 2 as Y) U", ["Y", "Z"]),
        ("values (1, 2)", ["_col0", "_col1"]),
    ],
)
def test_names_are_shown_as_they_are_written(sql: str, shown: list[str]) -> None:
    assert labels(dialect.parse(sql), [name.lower() for name in shown]) == shown


def test_columns_of_a_table_keep_the_names_of_the_table() -> None:
    assert labels(dialect.parse("select A, *, B from t"), ["a", "x", "y", "b"]) == ["A", "x", "y", "B"]
    assert labels(dialect.parse("select *, C from t join u using (K)"), ["k", "x", "c"]) == ["k", "x", "C"]
    assert labels(dialect.parse("select X, * from t, (select 1 as Z) u, v"), ["x", "k", "z", "l"]) == [
        "X",
        "k",
        "z",
        "l",
    ]
