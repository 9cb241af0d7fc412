"""INSERT, UPDATE and MERGE convert what they store as Trino does, in Hive and Iceberg tables: values, failures, refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from local_athena.engine import Engine
from local_athena.storage import AwsClients

from .athena import Athena

# Column -> Hive's spelling of its type, in both tables; then those that only Hive's tables can have.
COLUMNS = {
    "i": "int", "b": "bigint", "r": "float", "f": "double", "d": "decimal(5,2)", "l": "decimal(20,1)", "dt": "date", "ts": "timestamp",
    "s": "string", "a": "array<int>", "m": "map<string,decimal(4,1)>", "st": "struct<x:int,y:date>",
    "n": "array<struct<x:decimal(3,1),y:array<date>>>", "t": "boolean",
}  # fmt: skip
OF_HIVE = {"ti": "tinyint", "si": "smallint", "v": "varchar(3)", "c": "char(3)", "av": "array<varchar(2)>"}

# Column, value, what is stored (None: the same as NULL).
STORED: list[tuple[str, str, Any]] = [
    ("i", "2.5e0", 3), ("i", "-2.5e0", -3), ("i", "0.49999999999999994e0", 0), ("i", "real '1.5'", 2), ("i", "decimal '2.5'", 3),
    ("i", "decimal '-2.5'", -3), ("i", "bigint '7'", 7), ("i", "1.0", 1), ("i", "null", None),
    ("b", "1e10", 10_000_000_000), ("b", "decimal '12345678901.5'", 12345678902), ("b", "tinyint '1'", 1),
    ("r", "0.1e0", 0.10000000149011612), ("r", "decimal '1.25'", 1.25), ("r", "16777217", 16777216.0), ("r", "1e300", float("inf")),
    ("f", "decimal '1.25'", 1.25), ("f", "bigint '3'", 3.0), ("f", "real '0.5'", 0.5),
    ("d", "1.005e0", Decimal("1.01")), ("d", "-1.005e0", Decimal("-1.01")), ("d", "decimal '12.345'", Decimal("12.35")), ("d", "7", Decimal("7.00")),
    ("d", "bigint '999'", Decimal("999.00")), ("d", "real '2.675'", Decimal("2.68")), ("d", "decimal '1.2345678901234567890123'", Decimal("1.23")),
    ("l", "1e18", Decimal("1000000000000000000.0")), ("l", "decimal '1234567890123456789.05'", Decimal("1234567890123456789.1")),
    ("dt", "timestamp '2024-05-06 23:59:59.999'", dt.date(2024, 5, 6)), ("dt", "timestamp '1969-12-31 23:59:59.999'", dt.date(1969, 12, 31)),
    ("dt", "timestamp '2024-05-06 23:30:00 America/New_York'", dt.date(2024, 5, 6)),
    ("ts", "date '2024-05-06'", dt.datetime(2024, 5, 6)), ("ts", "timestamp '2024-05-06 01:02:03'", dt.datetime(2024, 5, 6, 1, 2, 3)),
    ("ts", "timestamp '2024-05-06 23:30:00 America/New_York'", dt.datetime(2024, 5, 6, 23, 30)),
    ("ts", "timestamp '2024-05-06 23:30:00 +00:00'", dt.datetime(2024, 5, 6, 23, 30)),
    ("s", "cast('ab' as varchar(2))", "ab"), ("s", "cast('ab' as char(4))", "ab  "),
    ("a", "array[1.5e0, null]", [2, None]), ("a", "array[decimal '0.5']", [1]), ("a", "array[]", []),
    ("m", "map(array['k'], array[2.25e0])", [("k", Decimal("2.3"))]),
    ("st", "row(1.5e0, timestamp '2024-05-06 07:08:09')", {"x": 2, "y": dt.date(2024, 5, 6)}),
    ("st", "cast(row(1, date '2024-05-06') as row(p bigint, q date))", {"x": 1, "y": dt.date(2024, 5, 6)}),
    ("n", "array[row(1.25e0, array[timestamp '2024-05-06 07:08:09']), null]", [{"x": Decimal("1.3"), "y": [dt.date(2024, 5, 6)]}, None]),
]  # fmt: skip
STORED_IN_HIVE: list[tuple[str, str, Any]] = [
    ("ts", "timestamp '2024-05-06 01:02:03.123456'", dt.datetime(2024, 5, 6, 1, 2, 3, 123000)),
    ("ts", "timestamp '2024-05-06 01:02:03.9995'", dt.datetime(2024, 5, 6, 1, 2, 4)),
    ("ti", "127.4e0", 127), ("si", "bigint '300'", 300), ("v", "'abc  '", "abc"), ("v", "'ab '", "ab "), ("v", "cast('ab' as char(9))", "ab "),
    ("c", "'ab'", "ab "), ("c", "'abc   '", "abc"), ("c", "cast('x' as char(2))", "x  "), ("av", "array['ab', null]", ["ab", None]),
]  # fmt: skip
STORED_IN_ICEBERG: list[tuple[str, str, Any]] = [
    ("ts", "timestamp '2024-05-06 01:02:03.123456'", dt.datetime(2024, 5, 6, 1, 2, 3, 123456)),
]

# Column, value, the error when it is stored. Those of too long a text are INSERT's, in Hive's tables.
FAILING = [
    ("i", "3e9", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3.0E9"),
    ("i", "nan()", "INVALID_CAST_ARGUMENT: Cannot cast double NaN to integer"),
    ("i", "bigint '3000000000'", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3000000000"),
    ("i", "decimal '3000000000.5'", "INVALID_CAST_ARGUMENT: Cannot cast '3000000001' to INTEGER"),
    ("b", "1e19", "INVALID_CAST_ARGUMENT: Unable to cast 1.0E19 to bigint"),
    ("d", "1000e0", "INVALID_CAST_ARGUMENT: Cannot cast DOUBLE '1000.0' to DECIMAL(5, 2)"),
    ("d", "1e22", "INVALID_CAST_ARGUMENT: Cannot cast DOUBLE '1.0E22' to DECIMAL(5, 2)"),
    ("d", "real '1000'", "INVALID_CAST_ARGUMENT: Cannot cast REAL '1000.0' to DECIMAL(5, 2)"),
    ("d", "1000", "INVALID_CAST_ARGUMENT: Cannot cast INTEGER '1000' to DECIMAL(5, 2)"),
    ("d", "decimal '999.995'", "INVALID_CAST_ARGUMENT: Cannot cast DECIMAL(6, 3) '999.995' to DECIMAL(5, 2)"),
    ("a", "array[1.0e0, 3e9]", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3.0E9"),
    ("st", "row(3e9, null)", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3.0E9"),
]
FAILING_IN_HIVE = [
    ("ti", "128", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 128"),
    ("si", "40000e0", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for smallint: 40000.0"),
    ("v", "'abcd'", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar(4) to varchar(3) on INSERT"),
    ("v", "cast('abcd' as char(4))", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from char(4) to varchar(3) on INSERT"),
    ("c", "'abcd'", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when casting from varchar(4) to char(3) on INSERT"),
]  # fmt: skip

# Column, value, and the two types that the refusal names.
REFUSED = [
    ("i", "'1'", "integer", "varchar(1)"), ("i", "true", "integer", "boolean"), ("i", "date '2024-01-01'", "integer", "date"),
    ("d", "'1.5'", "decimal(5,2)", "varchar(3)"), ("dt", "'2024-01-01'", "date", "varchar(10)"), ("dt", "1", "date", "integer"),
    ("s", "1", "varchar", "integer"), ("s", "timestamp '2024-01-01 00:00:00'", "varchar", "timestamp(0)"), ("s", "x'00'", "varchar", "varbinary"),
    ("t", "1", "boolean", "integer"), ("a", "array['1']", "array(integer)", "array(varchar(1))"), ("a", "1", "array(integer)", "integer"),
    ("m", "map(array[1], array[1])", "map(varchar, decimal(4,1))", "map(integer, integer)"),
    ("st", "row(1)", "row(x integer, y date)", "row(integer)"), ("st", "row(date '2024-01-01', 1)", "row(x integer, y date)", "row(date, integer)"),
]  # fmt: skip
REFUSED_BY_HIVE = [
    ("av", "array['abc']", "array(varchar(2))", "array(varchar(3))"), ("v", "1", "varchar(3)", "integer"), ("c", "true", "char(3)", "boolean"),
]  # fmt: skip

WRITES = ("insert", "insert select", "update", "merge, matched", "merge, not matched")
NEEDS_A_ROW = ("update", "merge, matched")
MISSING = -7  # an id that no row has


def _statement(write: str, key: int, values: dict[str, str]) -> str:
    """The statement that stores *values* (by column) in the row of the id *key*."""
    columns, given = ", ".join(values), ", ".join(values.values())
    source = f"(select {key} as k, {', '.join(f'{value} as v_{name}' for name, value in values.items())}) s"
    match write:
        case "insert":
            return f"insert into ice (id, {columns}) values ({key}, {given})"
        case "insert select":
            return (
                f"insert into ice ({columns}, id) select {', '.join(f'v_{name}' for name in values)}, k from {source}"
            )
        case "update":
            return f"update ice set {', '.join(f'{name} = {value}' for name, value in values.items())} where id = {key}"
        case "merge, matched":
            sets = ", ".join(f"{name} = v_{name}" for name in values)
            return f"merge into ice using {source} on id = k when matched then update set {sets}"
    added = f"insert (id, {columns}) values (k, {', '.join(f'v_{name}' for name in values)})"
    return f"merge into ice using {source} on id = k when not matched then {added}"


@pytest.fixture(scope="module")
def athena(emptied_aws: Callable[[], AwsClients], tmp_path_factory: pytest.TempPathFactory) -> Athena:
    """The tables ``hive`` and ``ice``, to which every case adds rows of its own id."""
    aws = emptied_aws()
    aws.glue.create_database(DatabaseInput={"Name": "db"})
    athena = Athena(Engine(aws, tmp_path_factory.mktemp("engine")), aws)
    both = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    more = ", ".join(f"{name} {kind}" for name, kind in OF_HIVE.items())
    athena.run(f"create external table hive (id int, {both}, {more}) stored as parquet location 's3://lake/hive/'")
    athena.run(f"create table ice (id int, {both}) location 's3://lake/ice/' tblproperties ('table_type'='iceberg')")
    athena.run("insert into ice (id) values (0)")
    return athena


def _ids(cases: list[Any]) -> list[str]:
    return [f"{case[1]} into {case[0]}" for case in cases]


def _rounds(cases: list[tuple[str, str, Any]]) -> list[dict[str, tuple[str, Any]]]:
    """The first case of every column, the second ones, and so on: what one statement can store at once."""
    rounds: list[dict[str, tuple[str, Any]]] = []
    for column, value, stored in cases:
        free = next((one for one in rounds if column not in one), None)
        if free is None:
            rounds.append(free := {})
        free[column] = (value, stored)
    return rounds


@pytest.mark.parametrize("cases", _rounds(STORED + STORED_IN_HIVE))
def test_a_hive_table_stores(athena: Athena, cases: dict[str, tuple[str, Any]]) -> None:
    columns, values = ", ".join(cases), ", ".join(value for value, _ in cases.values())
    athena.run(f"alter table hive set location 's3://lake/hive/{next(athena._numbers)}/'")
    athena.run(f"insert into hive ({columns}, id) values ({values}, 1)")
    assert athena.rows(f"select {columns} from hive") == [tuple(stored for _, stored in cases.values())]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("cases", _rounds(STORED + STORED_IN_ICEBERG))
def test_an_iceberg_table_stores(athena: Athena, cases: dict[str, tuple[str, Any]], write: str) -> None:
    names, key = [*cases], next(athena._numbers)
    if write in NEEDS_A_ROW:
        athena.run(f"insert into ice (id) values ({key})")
    athena.run(_statement(write, key, {name: value for name, (value, _) in cases.items()}))
    assert athena.rows(f"select {', '.join(names)} from ice where id = {key}") == [
        tuple(stored for _, stored in cases.values())
    ]


@pytest.mark.parametrize(("column", "value", "message"), FAILING + FAILING_IN_HIVE, ids=_ids(FAILING + FAILING_IN_HIVE))
def test_a_value_that_does_not_fit_fails(athena: Athena, column: str, value: str, message: str) -> None:
    statements = [_statement("insert", 0, {column: value}).replace("ice", "hive")]
    if column in COLUMNS:
        statements += [_statement(write, MISSING if "not" in write else 0, {column: value}) for write in WRITES]
    before = athena.keys("")
    for statement in statements:
        assert athena.error(statement) == message, statement
    assert athena.keys("") == before


@pytest.mark.parametrize(
    ("column", "value", "wanted", "given"), REFUSED + REFUSED_BY_HIVE, ids=_ids(REFUSED + REFUSED_BY_HIVE)
)
def test_a_value_of_another_kind_is_refused(athena: Athena, column: str, value: str, wanted: str, given: str) -> None:
    message = (
        "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [integer, {}], Query: [integer, {}]"
    )
    assert athena.error(f"insert into hive (id, {column}) select 1, {value}") == message.format(wanted, given)
    if column not in COLUMNS:
        return
    assert athena.error(f"insert into ice (id, {column}) select 1, {value}") == message.format(wanted, given)
    assert athena.error(f"update ice set {column} = {value}") == (
        f"TYPE_MISMATCH: UPDATE table column types don't match SET expressions: Table: [{wanted}], Expressions: [{given}]"
    )
    merge = f"merge into ice using (select 1 as k, {value} as v) s on id = k when matched then delete when not matched then insert (id, {column}) values (k, v)"
    assert athena.error(merge) == (
        "TYPE_MISMATCH: MERGE table column types don't match for MERGE case 1, SET expressions: "
        f"Table: [integer, {wanted}], Expressions: [integer, {given}]"
    )


def test_a_partition_key_is_converted(athena: Athena) -> None:
    athena.run(
        "create external table parts (x int) partitioned by (k int, d date) stored as parquet location 's3://lake/parts/'"
    )
    athena.run("insert into parts values (1, 2.5e0, timestamp '2024-05-06 07:08:09')")
    assert athena.rows("show partitions parts") == ["k=3/d=2024-05-06"]


def test_types_that_only_a_ctas_gives(athena: Athena) -> None:
    athena.run(
        "create table moments with (table_type='iceberg', is_external=false, location='s3://lake/moments') as select 0 as id, "
        "timestamp '2024-01-01 00:00:00.000000 UTC' as z, time '01:02:03.000000' as c, cast(1 as decimal(10,2)) as d"
    )
    athena.run("insert into moments (id, z, c) values (1, date '2024-05-06', time '05:06:07 +02:00')")
    athena.run("insert into moments (id, z, d) select 2, timestamp '2024-05-06 07:08:09', sum(d) / 3 from moments")
    athena.run(
        "update moments set z = timestamp '2024-05-06 07:08:09.5 Asia/Tokyo', c = time '05:06:07.123' where id = 0"
    )
    assert athena.rows("select id, cast(z as varchar), cast(c as varchar), d from moments order by id") == [
        (0, "2024-05-05 22:08:09.500000 UTC", "05:06:07.123000", Decimal("1.00")),
        (1, "2024-05-06 00:00:00.000000 UTC", "05:06:07.000000", None),
        (2, "2024-05-06 07:08:09.000000 UTC", None, Decimal("0.33")),
    ]


def test_zones_inside_nested_values(athena: Athena) -> None:
    at = "cast(timestamp '2026-01-01 09:00:00 Asia/Tokyo' as timestamp(6) with time zone)"
    athena.run(
        "create table deep with (table_type='iceberg', is_external=false, location='s3://lake/deep') as select "
        f"cast(row({at}, 'x') as row(t timestamp(6) with time zone, s varchar)) r, map(array['k'], array[{at}]) m, map(array[{at}], array[1]) z, "
        "cast(null as map(varchar, timestamp(6) with time zone)) n, cast(null as row(t timestamp(6) with time zone)) o"
    )
    athena.run("insert into deep select * from deep")
    shown = "2026-01-01 00:00:00.000000 UTC"
    query = "select distinct cast(r.t as varchar), r.s, cast(m['k'] as varchar), z[r.t], n is null, o is null, o.t from deep"
    assert athena.rows(query) == [(shown, "x", shown, 1, True, True, None)]
    assert athena.rows("select r, m from deep limit 1") == [({"t": shown, "s": "x"}, [("k", shown)])]


def test_an_unnamed_column_is_null_of_its_type(athena: Athena) -> None:
    athena.run("insert into ice (id) values (-1)")
    assert athena.rows("select st, n, d from ice where id = -1") == [(None, None, None)]
