"""Columns that compiled SQL reads of tables that the project does not make."""

import pytest
from lakeloop.adopt.columns import hard_coded, read


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select a, b from src.t", {"a", "b"}),
        ('select x.A, "$path" as p from "awsdatacatalog"."src"."t" as x where x.c > 1', {"a", "c"}),
        (
            "with s as (select * from src.t), r as (select id as k, user_id from s) select * from r where k > 1",
            {"id", "user_id"},
        ),
        ("with s as (select * from src.t) select s.id, o.n from s join src.o on s.k = o.k", {"id", "k"}),
        ("select x.payload.id, tags[1], payload.name from src.t as x", {"payload", "tags"}),
        (
            "select x.id, u.tag from src.t x cross join unnest(x.tags) as u(tag) where region = 'eu'",
            {"id", "tags", "region"},
        ),
        ("select id from src.t union all select id from src.u order by id", {"id"}),
        ("select count(*) as n from src.t", set()),
        ("select id, sum(v) as total from src.t group by id order by total", {"id", "v"}),
        ("select (select max(b) from src.t) as m from src.u", {"b"}),
    ],
)
def test_the_columns_of_a_table(sql, columns):
    assert read([("m", "db.m", sql)]).columns["src.t"] == columns


def test_columns_reach_a_table_through_other_models():
    models = [
        ("base", "db.base", "select * from src.t"),
        ("stg", "db.stg", "with s as (select * from db.base) select *, 1 as one from s"),
        ("mart", "db.mart", "select stg.id, one, stg.name from db.stg"),
    ]
    found = read(models)
    assert found.columns["src.t"] == {"id", "name"}
    assert hard_coded(found, dict.fromkeys(("db.base", "db.stg"), "")) == ["src.t"]


def test_what_cannot_be_parsed_is_named():
    found = read([("good", "db.g", "select a from src.t"), ("bad", "db.b", "select from where (((")])
    assert (found.unread, found.columns) == (["bad"], {"src.t": {"a"}})
