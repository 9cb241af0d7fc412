"""The arithmetic of docs/COSTS.md, and the facts of the product that it stands on."""

import ast
import operator
import re

import pytest
from dbt_runner.cost import metrics
from dbt_runner.rounds import lease
from dbt_runner.upkeep.needs import Properties
from lakeloop.deploy import live

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "COSTS.md").read_text("utf-8")
OPERATIONS = {ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Add: operator.add, ast.Sub: operator.sub}
ROWS = re.findall(
    r"^\| (?P<what>[^|]+) \|[^|]*\| `(?P<formula>[^`]+)` \| (?P<idle>[\d.]+) \| (?P<hourly>[\d.]+) \|$", PAGE, re.M
)
PIPELINE = re.findall(r"^\| (?P<what>[^|*]+) \|[^|]*\| `(?P<formula>[^`]+)` \| (?P<dollars>[\d.]+) \|$", PAGE, re.M)
TOTALS = {
    name: (float(idle), float(hourly))
    for name, idle, hourly in re.findall(
        r"^\| \*\*(\w+)\*\* \| \| \| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\* \|$", PAGE, re.M
    )
}


def value(formula: str) -> float:
    def of(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](of(node.left), of(node.right))
        assert isinstance(node, ast.Constant)
        return float(node.value)

    return of(ast.parse(formula, mode="eval").body)


@pytest.mark.parametrize(("what", "formula", "idle", "hourly"), ROWS, ids=[row[0] for row in ROWS])
def test_a_line_is_what_its_formula_says(what, formula, idle, hourly):
    assert f"{value(formula):.2f}" == hourly


def test_the_totals_are_the_sums():
    dev = [row for row in ROWS if "SnapStart" not in row[0]]
    assert len(dev) == len(ROWS) - 2 == 10
    for name, rows in (("dev", dev), ("prod", ROWS)):
        for column, total in enumerate(TOTALS[name], start=2):
            assert sum(float(row[column]) for row in rows) == pytest.approx(total, abs=0.001), name


@pytest.mark.parametrize(("what", "formula", "dollars"), PIPELINE, ids=[row[0] for row in PIPELINE])
def test_a_line_of_the_idle_pipeline_is_what_its_formula_says(what, formula, dollars):
    assert f"{value(formula):.2f}" == dollars


def test_the_idle_pipeline_is_the_sum_and_its_nights_are_the_products():
    (total,) = re.findall(r"^\| \*\*idle pipeline\*\* \| \| \| \*\*([\d.]+)\*\* \|$", PAGE, re.M)
    assert len(PIPELINE) == 7
    assert sum(float(row[2]) for row in PIPELINE) == pytest.approx(float(total), abs=0.001)
    upkeep = (ROOT / "terraform" / "variables_upkeep.tf").read_text("utf-8")
    assert 'default = { expression = "cron(0 2 * * ? *)" }' in upkeep, "every night"
    (nights,) = re.findall(r"`(30 \* 30 \* 0\.00005)` a month for 30 of them, ([\d.]+);", PAGE)
    assert f"{value(nights[0]):.2f}" == nights[1]
    assert Properties({}).files == 5, "a table of five files or more is asked for"


def test_batch_ingestion_is_what_its_formulas_say():
    (line,) = re.findall(r"^- \*\*Batch ingestion\*\*.*\n.*$", PAGE, re.M)
    formulas = re.findall(r"`([\d. */]+)`", line)
    assert [f"{value(formula):.2f}" for formula in formulas] == re.findall(r", (0\.\d\d)\b", line)


def test_the_page_counts_what_the_product_does():
    formulas = {what: formula for what, formula, *_ in ROWS}
    assert formulas["Lambda, SnapStart, kept"].startswith(f"{1 + live._KEPT} * "), "versions that a deployment keeps"
    assert formulas["CloudWatch, metrics"].startswith(f"{len(metrics.NAMES)} * ")
    assert f"(`{len(metrics.OF_SOURCES)} * 0.30`)" in PAGE
    alarms = (ROOT / "terraform" / "modules" / "monitoring" / "alarms_runs.tf").read_text("utf-8")
    watched = len(re.findall(r"^ +metric_name +=", alarms, re.M))
    assert f"`({watched} + 2) * 0.10`" in PAGE, "with a schedule and a limit of hours"
    assert f"every {lease._RENEWAL_SECONDS:g} s" in PAGE
    of_the_lease = 300 / lease._RENEWAL_SECONDS
    assert f"{2000 + of_the_lease:g} * 0.005" in next(formula for formula in formulas.values() if "0.0004" in formula)
    pipeline = (ROOT / "terraform" / "modules" / "pipeline" / "pipeline.tf").read_text("utf-8")
    (wait,) = re.findall(r"wait_seconds = (\d+)", pipeline)
    assert f"invokes the function every {wait} s: an hour is `{3600 // int(wait)} * " in PAGE
