"""Runs are the commands that people type; their outcome is what they leave."""

import json
import os
import stat

import pytest
from lakeloop_dagster import places
from lakeloop_dagster.places import Environment, Local


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A checkout whose `uv` writes down its words, prints, and leaves what dbt leaves."""
    program = tmp_path / "bin" / "uv"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$*" > {tmp_path}/typed\n'
        'echo "The run 20261130T030000Z-abcd1234 has begun. It goes on whatever becomes of this terminal."\n'
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


def test_here_it_is_dbt_on_duckdb(root):
    (root / "left").write_text(json.dumps(RESULTS))
    lines = []
    outcome = Local(root).run("build", ["fqn:shop.orders"], lines.append)
    assert typed(root) == "dbt-local build --select fqn:shop.orders"
    assert outcome.succeeded and outcome.nodes[0].figures == {"seconds": 1.5, "rows": 7}
    assert lines[-1] == "the last line" and outcome.said.endswith("the last line")


def test_results_of_an_earlier_run_are_no_outcome(root):
    (root / ".lakeloop" / "target" / "run_results.json").write_text(json.dumps(RESULTS))
    (root / "code").write_text("2")
    outcome = Local(root).run("build", [], print)
    assert typed(root) == "dbt-local build"
    assert not outcome.succeeded and outcome.nodes == []


@pytest.mark.parametrize(("on", "where"), [("", "env=dev wait=600"), ("aws", "env=dev on=aws wait=600")])
def test_in_an_environment_it_is_a_run_of_the_pipeline(root, monkeypatch, on, where):
    summary = {"nodes": [{"unique_id": "model.shop.orders", "dollars": 0.01, "bytes": 5, "rows": 7}]}
    left = {"run_results.json": RESULTS, "summary.json": summary}
    monkeypatch.setattr(Environment, "_left", lambda self, run_id, name: left[name])
    outcome = Environment(root, "dev", "artifacts", on).run("build", ["fqn:shop.orders"], print)
    assert typed(root) == f"run {where} build --select fqn:shop.orders"
    assert outcome.run_id == "20261130T030000Z-abcd1234"
    assert outcome.nodes[0].figures == {"seconds": 1.5, "rows": 7, "dollars": 0.01, "bytes": 5}


def test_a_run_that_is_refused_says_why(root, monkeypatch):
    monkeypatch.setattr(Environment, "_left", lambda self, run_id, name: None)
    (root / "code").write_text("2")
    outcome = Environment(root, "dev", "artifacts").run("build", [], print)
    assert not outcome.succeeded and "the last line" in outcome.said


def test_only_the_last_lines_are_kept(root, monkeypatch):
    monkeypatch.setattr(places, "_SHOWN", 1)
    assert Local(root).run("build", [], print).said == "the last line"
