"""Athena's other clients against the emulator: what they read of answers and result files."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from tests.asking import Run, rows

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator

FIRST = (1, "a", 1.5, dt.date(2024, 7, 5), dt.datetime(2024, 7, 5, 1, 2, 3, 456000))
SECOND = (2, None, None, None, None)
NAMES = ["id", "name", "price", "day", "at"]


@pytest.fixture
def connection(aws_environment: dict[str, str]) -> Any:
    from pyathena import connect

    return connect(s3_staging_dir="s3://results/pyathena/", region_name="us-east-1")


def test_boto3(run: Run, athena: Any, table: str) -> None:
    execution = run(f"select * from {table} order by id")
    found = rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"]))
    assert found == [NAMES, ["1", "a", "1.5", "2024-07-05", "2024-07-05 01:02:03.456"], ["2", None, None, None, None]]
    assert execution["Statistics"]["DataScannedInBytes"] > 0


def test_pyathena(connection: Any, table: str) -> None:
    cursor = connection.cursor()
    assert cursor.execute(f"select * from {table} order by id").fetchall() == [FIRST, SECOND]
    assert [(c[0], c[1]) for c in cursor.description][:2] == [("id", "integer"), ("name", "varchar")]
    assert cursor.execute(f"select id from {table} where name = ?", ["'a'"], paramstyle="qmark").fetchall() == [(1,)]
    assert cursor.execute(f"show tables in {table.split('.')[0]}").fetchall() == [("t",)]


@pytest.mark.parametrize("unload", [False, True])
def test_pyathena_pandas(connection: Any, table: str, unload: bool) -> None:
    from pyathena.pandas.cursor import PandasCursor

    frame = connection.cursor(PandasCursor, unload=unload).execute(f"select * from {table} order by id").as_pandas()
    assert list(frame.columns) == NAMES
    assert frame["id"].tolist() == [1, 2]
    assert frame["price"].isna().tolist() == [False, True]
    assert frame["at"][0] == FIRST[4]


@pytest.mark.parametrize("unload", [False, True])
def test_pyathena_arrow(connection: Any, table: str, unload: bool, emulator: Settings, monkeypatch: Any) -> None:
    import pyarrow.fs
    from pyathena.arrow.cursor import ArrowCursor

    # this cursor reads S3 through Arrow, which PyAthena tells no endpoint
    monkeypatch.setattr(
        pyarrow.fs, "S3FileSystem", functools.partial(pyarrow.fs.S3FileSystem, endpoint_override=emulator.url)
    )
    found = connection.cursor(ArrowCursor, unload=unload).execute(f"select * from {table} order by id").as_arrow()
    assert found.column_names == NAMES
    assert found["id"].to_pylist() == [1, 2]
    assert found["price"].to_pylist() == [1.5, None]


def test_pyathena_arrow_with_managed_results(aws_environment: dict[str, str], athena: Any, table: str) -> None:
    """With managed results this cursor asks Athena for them, and Arrow's S3 has no part in it."""
    from pyathena import connect
    from pyathena.arrow.cursor import ArrowCursor

    managed = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
    athena.create_work_group(Name="managed", Configuration=managed)
    connection = connect(s3_staging_dir="", work_group="managed", region_name="us-east-1")
    cursor = connection.cursor(ArrowCursor).execute(f"select * from {table} order by id")
    assert cursor.output_location is None
    found = cursor.as_arrow()
    assert found.column_names == NAMES
    assert found["id"].to_pylist() == [1, 2]
    assert found["day"].to_pylist() == [FIRST[3], None]


@pytest.mark.parametrize(
    "mode",
    [
        {"ctas_approach": False},
        {"ctas_approach": True},
        {"ctas_approach": False, "unload_approach": True},
    ],
    ids=["plain", "ctas", "unload"],
)
def test_awswrangler(aws_environment: dict[str, str], table: str, mode: dict[str, bool]) -> None:
    import awswrangler

    output = f"s3://results/wrangler/{table}/{'-'.join(mode)}/"
    frame = awswrangler.athena.read_sql_query(
        f"select * from {table}", database=table.split(".")[0], s3_output=output, **mode
    ).sort_values("id")
    assert frame["id"].tolist() == [1, 2]
    assert frame["name"].isna().tolist() == [False, True]
    assert frame["day"].tolist()[0] == FIRST[3]


def test_awswrangler_reads_text_results(aws_environment: dict[str, str], table: str) -> None:
    import awswrangler

    database, name = table.split(".")
    where = {"table": name, "database": database, "s3_output": "s3://results/wrangler/text/"}
    assert awswrangler.athena.describe_table(**where)["Column Name"].tolist() == NAMES
    assert "CREATE EXTERNAL TABLE" in awswrangler.athena.show_create_table(**where)
