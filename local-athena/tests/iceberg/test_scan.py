"""Which files a query reads, how many bytes, and deletes that other engines wrote."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from local_athena import dialect
from local_athena.tables.iceberg import IcebergTable
from local_athena.tables.iceberg.planning import Plan, plan, wholly_matching
from local_athena.tables.iceberg.predicates import exact, might_match

from .conftest import Lake, tuples
from .deletes import write_position_deletes

COLUMNS = {
    "id": "bigint",
    "s": "varchar",
    "d": "double",
    "day": "date",
    "ts": "timestamp(6)",
    "price": "decimal(9,2)",
    "ok": "boolean",
}


type Shared = tuple[IcebergTable, dict[str, pa.Table]]


def files_sql(number: int) -> str:
    """Ten rows whose values grow with *number*; nulls and a NaN here and there."""
    return f"""SELECT {number} * 10 + i, CASE WHEN i = 3 THEN NULL ELSE 's' || ({number} * 10 + i) END,
        CASE WHEN {number} = 2 AND i = 5 THEN 'nan'::DOUBLE ELSE {number} * 10 + i + 0.5 END,
        DATE '2024-01-01' + {number} + (i // 5)::INTEGER,
        TIMESTAMP '2024-01-01' + INTERVAL ({number}) DAY + INTERVAL (i) HOUR, {number} + i // 4,
        CASE WHEN {number} % 2 = 0 THEN NULL ELSE {number} = 1 END FROM range(10) t(i)"""


def where(text: str) -> exp.Expression:
    found: exp.Expression = dialect.parse(f"SELECT 1 FROM t WHERE {text}").args["where"].this
    return found


def planned(table: IcebergTable, predicate: exp.Expression) -> Plan:
    """The files that a query with *predicate* reads, from manifests in memory."""
    condition = might_match(predicate, table.schema)
    return plan(table.manifests, table.table.metadata, table.schema, table.snapshot, condition)


@pytest.fixture(scope="module")
def shared(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    from .conftest import reset

    reset(endpoint)
    lake = Lake(endpoint, tmp_path_factory.mktemp("lake"))
    lake.create("t", COLUMNS, files_sql(0))
    for number in range(1, 5):
        lake.insert("t", files_sql(number))
    table, data = lake.load("t"), {}
    for scanned in table.scan(lake.connection, "r", {*COLUMNS, "$path"}).files:
        columns = ", ".join(COLUMNS)
        data[scanned] = lake.connection.execute(
            f"SELECT {columns} FROM r WHERE \"$path\" = '{scanned}'"
        ).to_arrow_table()
    return table, data


@pytest.fixture
def table(lake: Lake) -> Lake:
    lake.create("t", COLUMNS, files_sql(0))
    for number in range(1, 5):
        lake.insert("t", files_sql(number))
    return lake


@pytest.mark.parametrize(
    ("predicate", "files"),
    [
        ("id = 17", 1), ("17 = id", 1), ("id < 20", 2), ("id between 15 and 25", 2), ("id in (1, 49)", 2), ("not id < 40", 1),
        ("s = 's33'", 2), ("day = DATE '2024-01-04'", 2), ("ts >= TIMESTAMP '2024-01-04 05:00:00'", 2),
        ("ok is not null", 2), ("ok", 1),
        ("price > DECIMAL '5.00'", 1), ("id + 1 = 18", 5), ("id = 17 and s || 'x' = 'y'", 1), ("id = 17 or s || 'x' = 'y'", 5),
        ("id = -5", 0), ("id = 17 and id = 18", 1), ("d > 49.5", 1), ("id > 2.5", 5), ("t.id = 17", 1),
    ],
)  # fmt: skip
def test_files_are_skipped(shared: Shared, predicate: str, files: int) -> None:
    assert len(planned(shared[0], where(predicate)).files) == files


@pytest.mark.parametrize(("spec", "predicate", "files"), [
    ("day(ts)", "ts >= TIMESTAMP '2024-01-03 00:00:00' and ts < TIMESTAMP '2024-01-04 00:00:00'", 1),
    ("month(day)", "day < DATE '2024-02-01'", 1), ("bucket(id, 8)", "id = 3", 1), ("truncate(s, 2)", "s = 's1'", 1),
    ("s", "s is null", 1),
])  # fmt: skip
def test_partitions_are_skipped(lake: Lake, spec: str, predicate: str, files: int) -> None:
    lake.create("t", COLUMNS, files_sql(0).replace("range(10)", "range(90)"), [spec])
    assert len(lake.load("t").scan(lake.connection, "r", None, where(predicate)).files) == files


NUMBER = st.integers(-3, 55)
LITERALS = {
    "id": NUMBER.map(str),
    "d": NUMBER.map(lambda n: f"{n}.5e0"),
    "s": st.integers(0, 60).map(lambda n: f"'s{n}'"),
    "day": st.integers(1, 12).map(lambda n: f"DATE '2024-01-{n:02}'"),
    "ts": st.integers(1, 9).map(lambda n: f"TIMESTAMP '2024-01-{n:02} 03:00:00'"),
    "price": NUMBER.map(lambda n: f"DECIMAL '{n}.25'"),
}


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    column = draw(st.sampled_from(list(LITERALS)))
    literal = LITERALS[column]
    match draw(st.integers(0, 4)):
        case 0:
            return f"{column} is {draw(st.sampled_from(['', 'not ']))}null"
        case 1:
            items = ", ".join(draw(st.lists(literal, min_size=1, max_size=3)))
            return f"{column} {draw(st.sampled_from(['', 'not ']))}in ({items})"
        case 2:
            return f"{column} between {draw(literal)} and {draw(literal)}"
        case 3:
            return draw(st.sampled_from(["ok", "not ok", "ok = true", "abs(id) < 20"]))
    return f"{column} {draw(st.sampled_from(['=', '<>', '<', '<=', '>', '>=']))} {draw(literal)}"


PREDICATES = st.recursive(
    comparisons(),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
    | inner.map(lambda p: f"not ({p})"),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(predicate=PREDICATES)
def test_no_row_is_lost_and_no_file_is_wrongly_whole(shared: Shared, predicate: str) -> None:
    """Against each file's rows: skipped files hold no matching row, files called whole hold no other."""
    table, data = shared
    connection = dialect.connect()
    tree = where(predicate)
    kept_files = planned(table, tree).files
    kept = {file.file_path for file in kept_files}
    expression = exact(tree, table.schema)
    whole = wholly_matching(kept_files, table.schema, expression) if expression is not None else set()
    count = dialect.parse(f"SELECT count(*) FROM rows WHERE {predicate}")
    sql = dialect.translate(count, {"rows": table.columns}).sql
    for uri, rows in data.items():
        connection.register("rows", rows)
        matching = connection.execute(sql).fetchall()[0][0]
        assert uri in kept or matching == 0
        assert uri not in whole or matching == rows.num_rows


def test_bytes_are_those_of_the_columns_used(lake: Lake) -> None:
    lake.create("t", {"a": "bigint", "b": "varchar"}, "SELECT i, repeat('x' || hash(i), 10) FROM range(20000) t(i)")
    table = lake.load("t")
    a, b, both = (table.scan(lake.connection, "r", columns).bytes for columns in ({"a"}, {"b"}, {"a", "b"}))
    assert 0 < a < b and both == a + b
    assert table.scan(lake.connection, "r", set()).bytes == 0
    assert lake.connection.execute("SELECT count(*) FROM r").fetchall() == [(20000,)]
    stored = lake.tables.files.storage.head(table.scan(lake.connection, "r").files[0])
    assert stored and both <= stored.size


def test_the_planner_knows_how_many_rows_there_are(lake: Lake) -> None:
    """Without that it builds a join's hash table from the larger side."""
    lake.create(
        "t",
        {"a": "bigint", "b": "row(x integer, y array(varchar))"},
        "SELECT i, {'x': 1, 'y': ['a']} FROM range(5000) t(i)",
    )
    lake.load("t").scan(lake.connection, "r")
    (plan,) = lake.connection.execute("EXPLAIN SELECT * FROM r").fetchall()
    assert "~5,000 rows" in plan[1]


def test_hidden_columns(table: Lake) -> None:
    scanned = table.load("t").scan(table.connection, "r", {"id", "$path", "$file_modified_time"})
    rows = table.connection.execute(
        'SELECT "$path", min(id), epoch(max("$file_modified_time")) FROM r GROUP BY 1'
    ).fetchall()
    assert {path for path, *_ in rows} == set(scanned.files)
    assert all(abs(at - dt.datetime.now(dt.UTC).timestamp()) < 3600 for *_, at in rows)
    paths = {file.file.file_path: file.file.lower_bounds[1] for file in table.pyiceberg("t").scan().plan_files()}
    assert {path: low.to_bytes(8, "little") for path, low, _ in rows} == paths


def test_position_deletes_of_another_engine(table: Lake) -> None:
    files = {file.file.file_path: file.file for file in table.pyiceberg("t").scan().plan_files()}
    gone = [(path, position) for path in list(files)[:2] for position in (0, 4)]
    write_position_deletes(table, "t", gone)
    rows = table.rows("t")
    assert len(rows) == 46
    assert rows == tuples(table.pyiceberg("t").scan().to_arrow())
    # Rewriting a file that has deletes does not bring the rows back, nor take others away.
    table.change("t", "update t set s = 'new' where id % 10 = 1")
    assert len(table.rows("t")) == 46
    assert table.change("t", "delete from t where id >= 0").rows == 46
    assert table.rows("t") == []
