"""Runs are the commands that people type; their outcome is what they leave."""

import io
import json
import os
import stat
from datetime import date

import pytest
from lakeloop_dagster import commands, outcome
from lakeloop_dagster.places import Ask, Environment, Local


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A checkout whose `uv` writes down its words, prints, and leaves what dbt leaves."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$*" > {tmp_path}/typed\n'
        'echo "The run 20261130T030000Z-abcd1234 has begun. It goes on whatever becomes of this terminal."\n'
        f"[ -e {tmp_path}/printed ] && cat {tmp_path}/printed\n"
        'echo "the last line" >&2\n'
        f"[ -e {tmp_path}/left ] && cp {tmp_path}/left {tmp_path}/.lakeloop/target/run_results.json\n"
        f"exit $(cat {tmp_path}/code)\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / ".lakeloop" / "target").mkdir(parents=True)
    (tmp_path / "code").write_text("0")
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return tmp_path


def typed(root):
    return (root / "typed").read_text().strip().removeprefix("run --quiet --locked --no-dev lakeloop ")


RESULTS = {
    "results": [
        {
            "unique_id": "model.shop.orders",
            "status": "success",
            "execution_time": 1.5,
            "adapter_response": {"rows_affected": 7},
        }
    ]
}


BUILD = Ask(("build",), ("fqn:shop.orders",))
AS_JSON = " --log-format json --log-level debug"


def followed(running):
    """The nodes that were told on the way, and the outcome."""
    told = []
    while True:
        try:
            told.append(next(running))
        except StopIteration as end:
            return told, end.value


def test_here_it_is_dbt_on_duckdb_and_its_log_tells_on_the_way(root):
    (root / "left").write_text(json.dumps(RESULTS))
    run_result = {
        "status": "success",
        "execution_time": 1.5,
        "adapter_response": {"rows_affected": 7.0},
        "num_failures": 0,
    }
    log = [
        {"info": {"name": "LogModelResult", "level": "info", "msg": "1 of 1 OK"}, "data": {}},
        {"info": {"name": "SQLQuery", "level": "debug", "msg": "select"}, "data": {}},
        {
            "info": {"name": "NodeFinished", "level": "debug", "msg": "done"},
            "data": {"node_info": {"unique_id": "model.shop.orders"}, "run_result": run_result},
        },
    ]
    (root / "printed").write_text("".join(json.dumps(line) + "\n" for line in log))
    lines = []
    told, ended = followed(Local(root, "/raw").run(BUILD, lines.append))
    assert typed(root) == "dbt-local build --select fqn:shop.orders" + AS_JSON
    assert ended.succeeded and [dict(node.figures) for node in told] == [{"seconds": 1.5, "rows": 7}]
    assert ended.nodes == told
    assert lines[1:] == ["1 of 1 OK", "the last line"] and ended.said.endswith("the last line")


def test_results_of_an_earlier_run_are_no_outcome(root):
    (root / ".lakeloop" / "target" / "run_results.json").write_text(json.dumps(RESULTS))
    (root / "code").write_text("2")
    _, ended = followed(Local(root, "/raw").run(Ask(("build",)), print))
    assert typed(root) == "dbt-local build" + AS_JSON
    assert not ended.succeeded and ended.nodes == []


@pytest.mark.parametrize(("on", "where"), [("", "env=dev wait=600"), ("aws", "env=dev on=aws wait=600")])
def test_in_an_environment_it_is_a_run_of_the_pipeline(root, monkeypatch, on, where):
    summary = {"nodes": [{"unique_id": "model.shop.orders", "dollars": 0.01, "bytes_scanned": 5, "rows": 7}]}
    left = {"run_results.json": RESULTS, "summary.json": summary}
    monkeypatch.setattr(Environment, "_left", lambda self, run_id, name: left[name])
    monkeypatch.setattr(Environment, "_ended", lambda self, run_id, known: ())
    _, ended = followed(Environment(root, "dev", "artifacts", on).run(BUILD, print))
    assert typed(root) == f"run {where} build --select fqn:shop.orders"
    assert ended.run_id == "20261130T030000Z-abcd1234"
    figures = {"seconds": 1.5, "rows": 7, "dollars": 0.01, "bytes": 5, "run": ended.run_id}
    assert dict(ended.nodes[0].figures) == figures


def test_a_run_of_days_and_of_files_says_so(root, monkeypatch):
    monkeypatch.setattr(Environment, "_left", lambda self, run_id, name: None)
    monkeypatch.setattr(Environment, "_ended", lambda self, run_id, known: ())
    days = (date(2026, 4, 1), date(2026, 4, 10))
    followed(Environment(root, "dev", "artifacts").run(Ask(("build",), days=days, arrived=("shop.orders",)), print))
    assert typed(root) == "run env=dev wait=600 arrived=shop.orders arrived_from=2026-04-01 build"


def test_the_journal_tells_on_the_way(root, monkeypatch):
    class S3:
        class exceptions:  # noqa: N801 - as boto3 has it
            NoSuchKey = KeyError

        def get_paginator(self, name):
            return self

        def paginate(self, Bucket, Prefix):  # noqa: N803
            return [
                {"Contents": [{"Key": f"{Prefix}{name}.json", "LastModified": name} for name in ("b", "a", "hooks")]}
            ]

        def get_object(self, Bucket, Key):  # noqa: N803
            if "/journal/" not in Key:
                raise KeyError
            name = Key.rsplit("/", 1)[-1].removesuffix(".json")
            result = {"unique_id": f"model.shop.{name}", "status": "success", "message": "", "execution_time": 2.0}
            entry = {"result": result, "queries": [{"bytes_scanned": 7}], "dollars": 0.25, "round": 1}
            return {"Body": io.BytesIO(json.dumps({"results": []} if name == "hooks" else entry).encode())}

    monkeypatch.setattr("boto3.client", lambda service: S3())
    told, ended = followed(Environment(root, "dev", "artifacts").run(BUILD, print))
    assert [node.unique_id for node in told] == ["model.shop.a", "model.shop.b"]
    figures = {
        "seconds": 2.0,
        "bytes": 7,
        "queries": 1,
        "dollars": 0.25,
        "round": 1,
        "run": "20261130T030000Z-abcd1234",
    }
    assert dict(told[0].figures) == figures and not ended.nodes


def test_freshness_is_told_by_what_it_leaves():
    left = {"results": [{"unique_id": "source.shop.raw.orders", "status": "warn", "max_loaded_at_time_ago_in_s": 90.2}]}
    (node,) = outcome.nodes(left)
    assert node.status == "warn" and node.figures["age_seconds"] == 90


def test_a_run_that_is_refused_says_why(root, monkeypatch):
    monkeypatch.setattr(Environment, "_left", lambda self, run_id, name: None)
    monkeypatch.setattr(Environment, "_ended", lambda self, run_id, known: ())
    (root / "code").write_text("2")
    _, ended = followed(Environment(root, "dev", "artifacts").run(Ask(("build",)), print))
    assert not ended.succeeded and "the last line" in ended.said


def test_only_the_last_lines_are_kept(root, monkeypatch):
    monkeypatch.setattr(commands, "SHOWN", 1)
    assert followed(Local(root, "/raw").run(Ask(("build",)), print))[1].said == "the last line"
