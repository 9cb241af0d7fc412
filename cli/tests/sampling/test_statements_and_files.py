"""Conditions of a sample, whose rows refer to each other, and the files that are written of it."""

import duckdb
import pytest
from lakeloop.errors import UserError
from lakeloop.sampling import command, landing, statements
from lakeloop.sampling.memory import Pull
from lakeloop.sampling.references import in_order, references
from lakeloop.sampling.statements import Rows
from lakeloop.sampling.tables import Column, Table
from lakeloop_project.sources import Column as Declared
from lakeloop_project.sources import Kind, SourceTable, parse_type


def table(name: str, types: dict[str, str], time: str | None = None, **more) -> Table:
    """crm.*name*, in Glue."""
    found = tuple(Column(column, parse_type(of)) for column, of in types.items())
    source = SourceTable(
        f"source.shop.crm.{name}",
        "crm",
        name,
        name,
        None,
        "crm",
        **{"kind": Kind.GLUE, "format": None, "columns": (), "folder": name, "file": "crm.yml"} | more,
    )
    return Table(source, found, (), next((one for one in found if one.name == time), None))


CUSTOMERS = table("customers", {"customer_id": "bigint"})
ORDERS = table("orders", {"order_id": "bigint", "customer_id": "varchar", "dt": "date"}, "dt")
ITEMS = table("items", {"order_id": "bigint", "buyer": "bigint"})
ALL = [ITEMS, ORDERS, CUSTOMERS]


def test_parents_come_before_their_children_and_circles_are_left_open():
    found = references(ALL, {})
    assert [(one.child, one.column, one.parent) for one in found] == [
        ("crm.items", "order_id", "crm.orders"),
        ("crm.orders", "customer_id", "crm.customers"),
    ]
    assert [one.name for one in in_order(ALL, found)] == ["crm.customers", "crm.orders", "crm.items"]
    circle = [table("as", {"a_id": "bigint", "b_id": "bigint"}), table("bs", {"a_id": "bigint", "b_id": "bigint"})]
    assert len(references(circle, {})) == 1


def test_a_relationship_of_models_is_one_of_the_tables_below_them():
    nodes = {
        "model.shop.stg_items": {"depends_on": ["source.shop.crm.items"]},
        "model.shop.stg_customers": {"depends_on": ["source.shop.crm.customers"]},
        "test.shop.relationships": {
            "depends_on": [],
            "relationship": {
                "of": "model.shop.stg_items",
                "column": "buyer",
                "to": "model.shop.stg_customers",
                "field": "customer_id",
            },
        },
    }
    told = next(one for one in references(ALL, nodes) if one.why == "a test")
    assert (told.child, told.column, told.parent, told.key) == ("crm.items", "buyer", "crm.customers", "customer_id")


def rows(since: str | None = None) -> Rows:
    return Rows({one.name: one for one in ALL}, references(ALL, {}), since, {"crm.customers": (Pull(None, 5),)})


def test_rows_come_if_their_parents_did_and_since_leaves_parents_alone():
    asked = rows("2026-11-01")
    assert asked.where(CUSTOMERS, Pull(None, None)) == ""
    where = asked.where(ORDERS, Pull(None, None))
    assert where.startswith('"dt" >= date \'2026-11-01\' and (cast("customer_id" as varchar) is null or')
    assert (
        'in (select cast("customer_id" as varchar) from "crm"."customers" where ((from_big_endian_64(xxhash64(' in where
    )
    asked.pulls["crm.customers"] = (Pull(None, None),)
    assert asked.where(ORDERS, Pull(None, None)) == "\"dt\" >= date '2026-11-01'"


def test_pulls_of_a_table_are_spans_of_its_time():
    asked = rows()
    asked.pulls["crm.orders"] = (Pull(None, None), Pull("2026-11-05", 7))
    where = asked.where(ITEMS, Pull(None, None))
    assert "((\"dt\" < date '2026-11-05') or (\"dt\" >= date '2026-11-05' and from_big_endian_64(" in where


def test_about_as_many_rows_are_drawn_as_are_wanted():
    assert statements.threshold(100, 100) is None
    assert statements.threshold(100, 50) == 0
    assert statements.threshold(4, 1) == -(2**62)


def test_timestamps_come_as_text_or_inside_other_values_with_milliseconds():
    events = table("events", {"at": "timestamp", "of": "struct<end:timestamp,ids:array<int>>", "tags": "array<string>"})
    assert 'unload (select cast("at" as varchar) as "at", ' in statements.unload(events, "", None, "key", "s3://a/b/")
    assert 'cast("of" as row("end" timestamp(3), "ids" array(integer))) as "of", "tags" as "tags"' in statements.unload(
        events, "", None, "key", "s3://a/b/"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"rows": "many"}, "rows=many is no number"),
        ({"rows": "0"}, "rows=0 is no number"),
        ({"since": "november"}, "since=november is no day"),
        ({"cap": "much"}, "cap=much is no size"),
    ],
)
def test_a_word_that_is_none_is_said(words, message):
    with pytest.raises(UserError, match=message):
        command.asked(words)


def test_sizes_and_days_are_read():
    question = command.asked({"rows": "10,000", "since": "2026-11-01", "cap": "500MB"})
    assert (question.rows, question.since, question.cap) == (10_000, "2026-11-01", 500 * 1024**2)


def came(folder, sql: str):
    """A file as UNLOAD leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"copy ({sql}) to '{folder}/0.parquet' (format parquet)")
    return [folder / "0.parquet"]


def test_later_rows_take_the_place_of_those_of_their_key(tmp_path):
    first = came(
        tmp_path / "a",
        "select * from (values (1, 'x', date '2026-11-01'), (2, 'x', date '2026-11-02')) t (order_id, customer_id, dt)",
    )
    landing.lay(ORDERS, first, None, None, tmp_path / "one")
    later = came(
        tmp_path / "b",
        "select * from (values (2, 'x', date '2026-11-02'), (1, 'y', date '2026-11-03')) t (order_id, customer_id, dt)",
    )

    assert landing.lay(ORDERS, later, tmp_path / "one", "2026-11-02", tmp_path / "two") == 2

    found = duckdb.sql(f"select order_id, customer_id from '{tmp_path}/two/*.parquet' order by 1").fetchall()
    assert found == [(1, "y"), (2, "x")]


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_raw_tables_are_written_in_their_format_a_folder_a_day(tmp_path, form):
    declared = tuple(
        Declared(name, parse_type(of), partition=name == "dt")
        for name, of in (("Order_Id", "bigint"), ("customer_id", "varchar"), ("dt", "date"))
    )
    raw = table(
        "orders",
        {"order_id": "bigint", "customer_id": "varchar", "dt": "date"},
        "dt",
        kind=Kind.RAW,
        format=form,
        columns=declared,
    )
    days = (
        "select * from (values (1, 'a', date '2026-11-01'), (2, 'b', date '2026-11-02')) t (order_id, customer_id, dt)"
    )
    landing.lay(raw, came(tmp_path / "a", days), None, None, tmp_path / "one")
    later = "select 3 as order_id, 'c' as customer_id, date '2026-11-02' as dt"

    assert landing.lay(raw, came(tmp_path / "b", later), tmp_path / "one", "2026-11-02", tmp_path / "two") == 2

    found = duckdb.sql(
        f"select * from read_{form}('{tmp_path}/two/*/*.{form}', hive_partitioning = true) order by 1"
    ).fetchall()
    assert [str(value) for value in found[0]] == ["1", "a", "2026-11-01"]
    assert [str(value) for value in found[1]] == ["3", "c", "2026-11-02"]
    read = duckdb.sql(f"select * from read_{form}('{tmp_path}/two/dt=2026-11-01/*', hive_partitioning = false)").columns
    assert read == ["Order_Id", "customer_id"]


def test_a_table_without_rows_has_its_columns(tmp_path):
    assert landing.lay(CUSTOMERS, [], None, None, tmp_path / "one") == 0
    assert duckdb.sql(f"select * from '{tmp_path}/one/*.parquet'").columns == ["customer_id"]
