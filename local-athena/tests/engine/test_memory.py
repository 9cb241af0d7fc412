"""Queries that would take more memory than queries may: they fail in Athena's words, and the next one runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_athena import config, memory
from local_athena.dialect import errors

MEGABYTES = 64
SHAPES = {
    "a padded text in each of many rows": "select max(length(rpad('a' || cast(x as varchar), 400000, 'x'))) from t",
    "replaced texts": "select length(replace(rpad('a', 100000, 'a'), 'a', rpad('b', 100000, 'b')))",
    "lists in lists": "select cardinality(transform(sequence(1, 9000), i -> transform(sequence(1, 9000), j -> sequence(1, 9000))))",
    "an aggregated list": "select cardinality(array_agg(a.x * b.x * c.x)) from t a, t b, t c",
    "an aggregated text": "select length(listagg(cast(a.x * b.x as varchar), ',') within group (order by 1)) from t a, t b",
    "distinct texts of a cross join": "select count(distinct rpad(cast(a.x * 3000 + b.x as varchar), 2000, 'x')) from t a, t b",
    "a text of Python's": "select length(format('%s%s%s%s', x, x, x, x)) from (select rpad('a', 60000000, 'x') x)",
}  # fmt: skip

PROGRAM = """
import resource, sys
from pathlib import Path
from typing import Any
from local_athena.engine import Engine
from local_athena.model import QueryContext
from local_athena.queries.execution import QueryExecution, Submission
from local_athena.queries.runner import Runner
from local_athena.results.store import Result
from local_athena.storage import AwsClients

folder, shapes = Path(sys.argv[1]), sys.argv[2:]
engine = Engine(AwsClients.connect("http://127.0.0.1:1", "us-east-1", "test", "test"), folder)

class Results:
    def write(self, query_id, prefix, outcome, check, settings):
        kept = [batch for batch in outcome.batches]
        return Result(query_id, [], rows=len(kept))

runner = Runner()
def run(sql):
    context = QueryContext("id")
    execution = QueryExecution(Submission(sql, "primary", {}, "s3://results/"), context)
    runner.submit(execution, engine.plan(sql, context), Results())
    execution.wait(600)
    return execution.state, execution.reason

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
run("select 1")
before = peak()
for sql in shapes:
    print(*run("with t(x) as (select * from unnest(sequence(1, 3000))) " + sql), sep="|", flush=True)
    print(*run("select 1"), sep="|", flush=True)
print(peak() - before)
print(resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY)
"""


@pytest.mark.slow
def test_queries_that_take_too_much_fail_alone(tmp_path: Path) -> None:
    """In a process of their own: were there no limit, the tests themselves would end."""
    environment = {**os.environ, memory.VARIABLE: f"{MEGABYTES}MB"}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), *SHAPES.values()]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr[-2000:]
    *ends, megabytes, lifted = finished.stdout.splitlines()
    failed = "FAILED|EXHAUSTED_RESOURCES: Query exhausted resources at this scale factor"
    assert dict(zip(SHAPES, ends[::2], strict=True)) == dict.fromkeys(SHAPES, failed)
    assert {*ends[1::2]} == {"SUCCEEDED|None"}
    assert lifted == "True"
    if sys.platform == "linux":
        assert int(megabytes) < 16 * MEGABYTES + 150


@pytest.mark.parametrize(
    ("said", "size"), [("64MB", 64 << 20), ("4GB", 4 << 30), ("2 gib", 2 << 30), ("500000K", 512_000_000)]
)
def test_the_limit_is_a_size(said: str, size: int) -> None:
    assert memory.limit({memory.VARIABLE: said}) == size


@pytest.mark.parametrize("said", ["4", "GB", "-1GB", "63MB", "1.5GB", "4 apples"])
def test_another_word_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is not a size of memory of 64MB or more"):
        memory.limit({memory.VARIABLE: said})


def test_the_server_does_not_start_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        config.parse(["serve"], {memory.VARIABLE: "lots", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    assert "LOCAL_ATHENA_MEMORY=lots is not a size of memory" in capsys.readouterr().err


def test_the_default_leaves_memory_to_the_machine() -> None:
    assert 0 < memory.limit({}) <= 2 << 30


@pytest.mark.parametrize("error", [MemoryError(), MemoryError("malloc of size 10 failed")])
def test_memory_that_python_could_not_get_is_the_querys(error: Exception) -> None:
    assert errors.from_duckdb(error).code == "EXHAUSTED_RESOURCES"
