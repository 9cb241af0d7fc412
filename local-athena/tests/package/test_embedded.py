"""``serve --embedded`` and what stands on it: ``local_athena.testing``, and the fixture in somebody's project."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from werkzeug.test import Client

from local_athena.embedded import Embedded
from local_athena.testing import Athena, QueryFailed, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def athena(server: Server) -> Athena:
    server.reset()
    return Athena(server.url)


def test_values_are_pythons(athena: Athena) -> None:
    (row,) = athena.sql(
        "select 1 as i, 1.5e0 as d, decimal '9.90' as m, true as b, date '2026-11-30' as day, "
        "timestamp '2026-11-30 01:02:03.004' as at, null as n, 'x' as s, x'00ff' as v, array[1] as a"
    )
    assert row == {
        "i": 1, "d": 1.5, "m": Decimal("9.90"), "b": True, "day": dt.date(2026, 11, 30),
        "at": dt.datetime(2026, 11, 30, 1, 2, 3, 4000), "n": None, "s": "x", "v": b"\x00\xff", "a": "[1]",
    }  # fmt: skip
    assert athena.sql("select ? as a", "'it''s'") == [{"a": "it's"}]
    with pytest.raises(QueryFailed, match="TABLE_NOT_FOUND") as caught:
        athena.sql("select * from nowhere")
    assert caught.value.code == "TABLE_NOT_FOUND"


@pytest.mark.parametrize("kind", ["rows", "pandas", "arrow", "csv", "json", "parquet"])
def test_tables_are_loaded(athena: Athena, tmp_path: Path, kind: str) -> None:
    rows = [{"id": 1, "Name": "a", "at": dt.datetime(2026, 1, 2, 3, 4, 5)}, {"id": 2, "Name": None, "at": None}]
    frame = pd.DataFrame(rows)
    data: Any = {"rows": rows, "pandas": frame, "arrow": pa.Table.from_pylist(rows)}.get(kind)
    if data is None:
        data = tmp_path / f"it.{kind}"
        write = {"csv": frame.to_csv, "parquet": frame.to_parquet}.get(kind)
        if write:
            write(data, index=False)
        else:
            frame.to_json(data, orient="records", lines=True, date_format="iso", date_unit="s")
    for _ in range(2):  # a second time in place of the first
        athena.load("crm.people", data)
        found = athena.sql("select id, name, cast(at as timestamp(0)) as at from crm.people order by id")
    assert found == [
        {"id": 1, "name": "a", "at": dt.datetime(2026, 1, 2, 3, 4, 5)},
        {"id": 2, "name": "" if kind == "csv" else None, "at": None},
    ]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        ([], ValueError, "no rows, so no columns"),
        ("it.xlsx", ValueError, r"ends with one of \.csv, "),
        (5, TypeError, "int is neither rows"),
        ([{"a": dt.timedelta(1)}], TypeError, "no type for Arrow's duration"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_what_was_there(
    athena: Athena, data: Any, error: type[Exception], said: str
) -> None:
    athena.load("t", [{"a": 1}])
    with pytest.raises(error, match=said):
        athena.load("t", data)
    assert athena.sql("select * from t") == [{"a": 1}]


def test_a_reset_leaves_nothing(athena: Athena, server: Server) -> None:
    athena.load("crm.people", [{"id": 1}])
    athena.sql(
        "create table t with (table_type='ICEBERG', is_external=false, location='s3://athena-results/t/') as select 1 as a"
    )
    server.reset()
    glue, s3 = athena.client("glue"), athena.client("s3")
    assert [one["Name"] for one in glue.get_databases()["DatabaseList"]] == ["default"]
    assert glue.get_tables(DatabaseName="default")["TableList"] == []
    assert s3.list_objects_v2(Bucket=athena.bucket)["KeyCount"] == 0
    assert athena.client("athena").list_query_executions()["QueryExecutionIds"] == []


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/health", {}, 200),
        ("GET", "/health", {"Origin": "http://localhost:3000"}, 403),
        ("POST", "/_local-athena/reset", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("PUT", "/athena-results/x", {"Referer": "http://example.com/"}, 403),
        ("GET", "/health", {"Host": "evil.example:80"}, 403),
    ],
)
def test_no_web_page_and_no_other_name_is_let_in(
    server: Server, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request(method, path, headers=headers)
    assert connection.getresponse().status == status


def test_it_ends_with_whoever_started_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import os; from local_athena.testing import Server; s = Server(); print(s._process.pid); os._exit(1)"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.wait()
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        """It learns that its input has ended."""


def test_moto_is_asked_one_thing_at_a_time(tmp_path: Path) -> None:
    """Its listings answer 500 where another thread deletes what they list."""
    embedded = Embedded(0, tmp_path)
    both = Barrier(2, timeout=0.2)

    def moto(environ: dict[str, Any], start: Any) -> list[bytes]:
        with suppress(BrokenBarrierError):
            both.wait()
            met.append(True)
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    met: list[bool] = []
    embedded._moto = moto  # type: ignore[assignment]
    client = Client(embedded._answer)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(client.put, "/b/k", data=b"x", base_url=embedded.url) for _ in range(2)]
        assert [one.result().data for one in asked] == [b"x", b"x"]
    embedded.close()
    assert met == []


PROJECT = """
import awswrangler as wr
import boto3
from pyathena import connect

seen = []


def code_under_test():
    athena = boto3.client("athena")
    return athena.start_query_execution(QueryString="create view made as select 1 as a")


def test_clients(athena):
    code_under_test()
    athena.load("t", [{"a": 1}])
    assert connect(region_name="us-east-1").cursor().execute("select * from t").fetchall() == [(1,)]
    assert athena.connect().cursor().execute("select * from t").fetchall() == [(1,)]
    assert wr.athena.read_sql_query("select * from t", database="default")["a"].to_list() == [1]
    seen.append(boto3.client("sts").meta.endpoint_url)


def test_empty_again(athena):
    assert athena.sql("show tables") == []
    assert seen == [athena.url]


def test_without():
    import os

    assert os.environ.get("AWS_ENDPOINT_URL") == "https://before.example"
"""


def test_the_fixture_in_a_project(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PROJECT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "AWS_ENDPOINT_URL": "https://before.example",
            "AWS_PROFILE": "no-such-profile",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
