"""The account of an adoption, as it is printed."""

import io
from types import SimpleNamespace

from lakeloop.adopt.account import tell
from lakeloop.adopt.reasons import ATHENA, DUCKDB, explain
from lakeloop.adopt.verdict import Obstacle
from rich.console import Console

NO_FUNCTION = 'Catalog Error: Scalar Function with name "st_point" does not exist!'


def printed(obstacles):
    trial = SimpleNamespace(
        obstacles=obstacles,
        differing={},
        verdicts={},
        notes=[],
        compiled=90,
        empty=40,
        compared=None,
    )
    page = io.StringIO()
    tell(trial, {"model": 90}, Console(file=page, width=80))
    return page.getvalue()


def test_what_one_thing_keeps_from_running_is_one_row():
    # GIVEN forty models that lack a function on DuckDB, and one on a guessed column
    said = "Binder Error: No function matches the given name and argument types 'sum(VARCHAR)'"
    lacking = [Obstacle(f"model.p.m{n}", f"m{n:02d}", DUCKDB, explain(DUCKDB, NO_FUNCTION), 1) for n in range(40)]
    guessed = [
        Obstacle(f"model.p.g{n}", f"g{n}", ATHENA, explain(ATHENA, f"TYPE_MISMATCH: line {n}:8: no", guessed=True), 0)
        for n in range(3)
    ]

    # WHEN they are told
    page = printed([*lacking, *guessed, Obstacle("model.p.x", "x", DUCKDB, explain(DUCKDB, said), 0)])

    # THEN every one is named, a reason is told once, and all of it can be read at once
    for name in [f"m{n:02d}" for n in range(40)] + ["g0, g1, g2"]:
        assert name in page
    assert "and 40 below" in page
    assert page.count("st_point") == 1
    assert page.count("guessed") == 1
    assert len(page.splitlines()) < 40
