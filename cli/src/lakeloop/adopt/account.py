"""The end of an adoption: counts for each engine, what cannot run and why, what is left out from now on, the next command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from lakeloop.adopt.reasons import ATHENA, DUCKDB, LAMBDA, Reason
from lakeloop.adopt.trial import Trial
from lakeloop.adopt.verdict import Obstacle
from lakeloop.plural import counted

_KINDS = ("model", "seed", "snapshot", "test", "unit_test")


def counts(manifest: Mapping[str, Any]) -> dict[str, int]:
    """How many nodes of each kind a project has, by dbt's *manifest*; sources too."""
    nodes = [*manifest.get("nodes", {}).values(), *manifest.get("unit_tests", {}).values()]
    found = {kind: sum(node.get("resource_type") == kind for node in nodes) for kind in _KINDS}
    return {**found, "source": len(manifest.get("sources", {}))}


def shown(found: Mapping[str, int]) -> str:
    """Counts as a person reads them: ``5 models, 3 seeds``."""
    words = (
        f"{number} {kind.replace('_', ' ')}{'' if number == 1 else 's'}" for kind, number in found.items() if number
    )
    return ", ".join(words) or "nothing"


def tell(trial: Trial, parsed: Mapping[str, int], console: Console) -> None:
    """Print the account of *trial*."""
    console.print()
    console.print(_counts(trial, parsed))
    if trial.obstacles or trial.differing:
        console.print(_obstacles(trial))
    for found in trial.verdicts.values():
        if found.failing:
            names = ", ".join(found.failing[:8]) + (", ..." if len(found.failing) > 8 else "")
            console.print(f"Tests that found something on {found.engine}: {names}", soft_wrap=True)
    for note in trial.notes:
        console.print(note, soft_wrap=True)


def _counts(trial: Trial, parsed: Mapping[str, int]) -> Table:
    models = parsed.get("model", 0)
    table = Table(title=f"{shown(parsed)}", title_justify="left", show_header=False)
    table.add_row("parsed", counted(models, "model"))
    table.add_row("compiled", _of(trial.compiled, models))
    table.add_row("without rows, local Athena", _of(trial.empty, models))
    for engine, label in (
        (ATHENA, "built on local Athena"),
        (LAMBDA, "built in the Lambda"),
        (DUCKDB, "built on DuckDB"),
    ):
        found = trial.verdicts.get(engine)
        if found is None:
            table.add_row(label, "not tried")
            continue
        tests = ", ".join(f"{number} {status}" for status, number in sorted(found.tests.items()))
        more = "".join(
            f", {found.built(kind)} of {parsed.get(kind, 0)} {kind}s"
            for kind in ("seed", "snapshot")
            if parsed.get(kind)
        )
        table.add_row(
            label, f"{found.built('model')} of {counted(models, 'model')}{more}{f'; tests: {tests}' if tests else ''}"
        )
    if trial.compared is not None:
        table.add_row(
            "the same on both", f"{trial.compared - len(trial.differing)} of {counted(trial.compared, 'table')}"
        )
    return table


def _of(number: int | None, models: int) -> str:
    return "not tried" if number is None else f"{number} of {counted(models, 'model')}"


def _obstacles(trial: Trial) -> Table:
    table = Table(title="What does not run, and where", title_justify="left")
    for heading in ("model or test", "where", "why, and what to do"):
        table.add_column(heading, overflow="fold")
    for (where, reason), found in sorted(_alike(trial.obstacles).items(), key=lambda item: -item[1].below):
        below = f"\nand {found.below} below" if found.below else ""
        table.add_row(", ".join(found.names) + below, where, f"{reason.why}\n{reason.todo}")
    for name, difference in sorted(trial.differing.items()):
        todo = "spell it out (cast), or leave it: it is not compared from now on"
        table.add_row(name, "parity", f"{difference}\n{todo}")
    return table


@dataclass
class _Alike:
    names: list[str] = field(default_factory=list)
    below: int = 0


def _alike(obstacles: Iterable[Obstacle]) -> dict[tuple[str, Reason], _Alike]:
    """Nodes that one thing keeps from running, by where and by what: a project may have a hundred of them."""
    found: dict[tuple[str, Reason], _Alike] = {}
    order = {ATHENA: 0, LAMBDA: 1, DUCKDB: 2}
    for one in sorted(obstacles, key=lambda one: (order[one.engine], one.name)):
        where = "Athena, AWS's too" if one.reason.everywhere else one.engine
        alike = found.setdefault((where, one.reason), _Alike())
        alike.names.append(one.name)
        alike.below += one.below
    return found
