"""``local-athena check``, as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_athena.check.text import start, statements

# Statements that Athena refuses, by its own rules or by Trino's (io.trino.sql.analyzer.StatementAnalyzer, io.trino.sql.parser.ErrorHandler).
REFUSED = """\
select foo(1);
select reverse(1, 2);
create table t (id int) stored as parquet location 's3://b/t/';
select a from (values (1)) t(b);
  select cast('x' as foo);
selekt 1;
create table good with (format = 'PARQUET') as select 1 as a, 'x;' as b; -- taken; the next ones read it
select c, a from good;
create table good with (format = 'PARQUET') as select 1 as a;
/* two lines;
   of a comment */ select b
from good
where c = 1;
update good set a = 2
"""
PLACES = [(1, 8), (2, 8), (3, 1), (4, 8), (5, 10), (6, 1), (8, 8), (9, 1), (13, 7), (14, 1)]


def check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local_athena", "check", *map(str, words)], capture_output=True, text=True, check=False
    )


def test_each_refusal_is_a_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_text(REFUSED)
    (tmp_path / "good.sql").write_text("select 1; select * from nowhere; select approx_percentile(1.0, 0.5)")
    done = check(tmp_path, "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["line"], one["column"]) for one in told] == PLACES
    assert {Path(one["file"]).name for one in told} == {"bad.sql"}
    assert told[0]["message"] == "FUNCTION_NOT_FOUND: Function 'foo' not registered"
    assert "undecided: Table 'awsdatacatalog.default.nowhere' does not exist (read by good.sql)" in done.stderr
    assert done.stderr.endswith("3 would be taken, 10 refused, 1 undecided\n")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"select '\xff'", "can't decode"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "one.sql"
    if content is not None:
        file.write_bytes(content)
    done = check(file)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr


def node(name: str, kind: str, sql: str = "", *reads: str, **more: Any) -> dict[str, Any]:
    key = f"{kind}.shop.{name}"
    return {
        "unique_id": key, "resource_type": kind, "name": name, "schema": "shop", "columns": {}, "config": {},
        "original_file_path": f"models/{name}.sql", "compiled_path": f"target/compiled/{name}.sql", "compiled_code": sql,
        "depends_on": {"nodes": list(reads)}, **more,
    }  # fmt: skip


def manifest(folder: Path, *nodes: dict[str, Any], adapter: str = "athena") -> Path:
    """A target folder with as much of dbt's manifest as is read of it."""
    found = {one["unique_id"]: one for one in nodes}
    sources = {key: one for key, one in found.items() if one["resource_type"] == "source"}
    rest = {key: one for key, one in found.items() if key not in sources}
    target = folder / "target"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(
        json.dumps({"metadata": {"adapter_type": adapter}, "nodes": rest, "sources": sources})
    )
    return target


def test_models_are_checked_against_what_those_before_them_have(tmp_path: Path) -> None:
    columns = {"ID": {"data_type": "bigint"}, "at": {"data_type": "timestamp"}, "note": {"data_type": "string"}}
    target = manifest(
        tmp_path,
        node("last", "model", 'select day, nothing from "shop"."mid"', "model.shop.mid", config={"materialized": "table"}),
        node("mid", "model", 'select date(at) as day,\n note from "shop"."raw"', "source.shop.raw",
             config={"materialized": "incremental", "table_type": "iceberg"}),
        node("raw", "source", columns=columns),
        node("unknown", "source"),
        node("reads_it", "model", 'select * from "shop"."unknown"', "source.shop.unknown", config={"materialized": "view"}),
        node("not_null", "test", 'select * from "shop"."mid" where reverse(day) = 1', "model.shop.mid"),
    )  # fmt: skip
    done = check(target)
    assert sorted(done.stdout.splitlines()) == [
        f"{tmp_path}/target/compiled/last.sql:1:13: COLUMN_NOT_FOUND: Column 'nothing' cannot be resolved or requester is not authorized to access requested resources",
        f"{tmp_path}/target/compiled/not_null.sql:1:34: FUNCTION_NOT_FOUND: Unexpected parameters (date) for function reverse. "
        "Expected: reverse(array(T)), reverse(char(x)), reverse(varbinary), reverse(varchar(x))",
    ]
    assert done.stderr.endswith("1 would be taken, 2 refused, 1 undecided\n")
    assert done.returncode == 1


def test_a_project_that_was_compiled_for_another_engine_is_refused(tmp_path: Path) -> None:
    done = check(manifest(tmp_path, adapter="duckdb"))
    assert done.returncode == 2
    assert "was compiled for duckdb: run `dbt compile` with a target on Athena" in done.stderr


def test_statements_keep_their_places() -> None:
    text = "select ';' -- ;\n from \"a;b\"; /* ; */\n;select `c;d`\n;  "
    found = list(statements(text))
    assert [one.strip() for one in found] == ["select ';' -- ;\n from \"a;b\"", "select `c;d`"]
    assert [start(one) for one in found] == [(1, 1), (3, 2)]
