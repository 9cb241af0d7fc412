import json
from types import SimpleNamespace

from dbt.cli.main import dbtRunnerResult
from dbt_runner import answer
from dbt_runner.event import Request
from dbt_runner.run import Outcome, Run
from hypothesis import given, settings
from hypothesis import strategies as st

STEP_FUNCTIONS_BYTES = 262_144


def result(status, message="", compiled=None, name="m"):
    node = SimpleNamespace(unique_id=f"model.small.{name}", name=name, compiled_path=compiled)
    return SimpleNamespace(
        node=node,
        status=status,
        message=message,
    )


def summary(tmp_path, results, **more):
    outcome = Outcome(
        result=dbtRunnerResult(success=False, result=SimpleNamespace(results=results)),
        **more,
    )
    run = Run("r", tmp_path)
    return answer.summary(run, Request(("build",), ()), outcome, seconds=1.23456, artifacts="s3://b/runs/r/")


def test_what_the_answer_holds(tmp_path):
    compiled = tmp_path / "target" / "compiled" / "small" / "m.sql"
    compiled.parent.mkdir(parents=True)
    compiled.touch()
    told = summary(
        tmp_path,
        [
            result("success"),
            result("pass"),
            result("error", " no column ", compiled=str(compiled)),
            result("skipped"),
            result("no-op"),
        ],
    )
    assert told == {
        "status": "error",
        "run_id": "r",
        "command": ["build"],
        "counts": {"success": 1, "error": 1, "skipped": 1, "warn": 0, "fail": 0, "pass": 1, "no-op": 1},
        "failed": [
            {
                "unique_id": "model.small.m",
                "name": "m",
                "status": "error",
                "message": "no column",
                "compiled_path": "s3://b/runs/r/compiled/small/m.sql",
            }
        ],
        "seconds": 1.235,
        "artifacts": "s3://b/runs/r/",
    }
    assert answer.bounded(told) == told


@settings(max_examples=25)
@given(
    failed=st.integers(0, 3_000),
    message=st.text(max_size=30),
    repeat=st.sampled_from([1, 50, 5_000]),
    output=st.text(max_size=20),
    lines=st.sampled_from([0, 1, 20_000]),
)
def test_an_answer_fits_step_functions_however_much_failed(tmp_path_factory, failed, message, repeat, output, lines):
    told = summary(
        tmp_path_factory.getbasetemp(),
        [result("error", message * repeat)] * failed,
        output=[output] * lines,
        unmatched=[message * repeat] * 20,
    )
    short = answer.bounded(told)
    assert len(json.dumps(short)) < STEP_FUNCTIONS_BYTES
    assert len(short["failed"]) + short.get("failed_omitted", 0) == failed
    assert short["counts"]["error"] == failed
    assert bool(failed) == bool(short["failed"])
