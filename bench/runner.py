"""``just bench-runner``: the runner against a handler that has dbt parse, on one thread, with a poll a second.

- ``models=10,100,1000,2000``: the sizes of the projects whose starts are measured;
- ``rounds=3``: new processes for each figure, of either function in turns, so that a slow moment of the machine hits both;
- ``build=60 seconds=0,0.5,2``: the project that both build whole, with an Athena that takes so long for a query;
- ``whole=60,500,2000``: those that the runner alone builds, with answers at once, for what a model costs.

Tables show medians; read the ratios.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from fixed_athena import running as athena
from lakeloop.arguments import take
from rich.console import Console
from rich.table import Table
from runner_functions import Code, Codes, Invoked, running

_ONE = ("run", "--select", "model_0")
_WARM = 2
_WIDTH = 110
# As many as the profile has.
_THREADS = 16


def main() -> None:
    given, _ = take(sys.argv[1:], {"models", "rounds", "build", "seconds", "whole"})
    rounds = int(given.get("rounds", "3"))
    console = Console(highlight=False, width=_WIDTH)
    with tempfile.TemporaryDirectory() as folder, console.status("layers") as status:
        codes = Codes(Path(folder))
        trimmed, plain = codes.sizes
        console.print(f"Layer unzipped: {trimmed / 1e6:.1f} MB of {plain / 1e6:.1f} MB ({trimmed / plain:.2f})")
        console.print(_starts(codes, _numbers(given.get("models", "10,100,1000,2000")), rounds, status.update))
        seconds = [float(word) for word in given.get("seconds", "0,0.5,2").split(",") if word]
        console.print(_builds(codes, int(given.get("build", "60")), seconds, rounds, status.update))
        console.print(_whole(codes, _numbers(given.get("whole", "60,500,2000")), rounds, status.update))


def _numbers(words: str) -> list[int]:
    return [int(word) for word in words.split(",") if word]


def _starts(codes: Codes, sizes: Sequence[int], rounds: int, tell: Callable[[str], None]) -> Table:
    """From the process's start (cold) or the call (warm) to the first query of ``run --select model_0``."""
    table = Table(title="Start to first query", title_justify="left")
    for column in (
        "models",
        "",
        "runner s",
        "naive s",
        "ratio",
        "runner CPU s",
        "naive CPU s",
        "ratio",
        "runner MB",
        "naive MB",
    ):
        table.add_column(column, justify="right" if column else "left")
    for models in sizes:
        found: dict[str, list[list[Invoked]]] = {"runner": [], "naive": []}
        for round_ in range(rounds):
            for name, code in (("runner", codes.runner(models)), ("naive", codes.naive(models))):
                tell(f"{models} models, round {round_ + 1}: {name}")
                found[name].append(_started(code))
        for what, first, last in (("cold", 0, 1), ("warm", 1, None)):
            ours, naive = (
                _medians([one for run in found[name] for one in run[first:last]]) for name in ("runner", "naive")
            )
            table.add_row(
                f"{models:,}",
                what,
                *_against(ours.first_query, naive.first_query),
                *_against(ours.cpu, naive.cpu),
                f"{ours.megabytes:.0f}",
                f"{naive.megabytes:.0f}",
            )
    return table


def _started(code: Code) -> list[Invoked]:
    with athena(seconds=0) as endpoint, running(code, endpoint) as process:
        return [process.invoke(*_ONE) for _ in range(1 + _WARM)]


def _builds(codes: Codes, models: int, seconds: Sequence[float], rounds: int, tell: Callable[[str], None]) -> Table:
    """A warm ``build`` of the whole project, from the call to the answer."""
    table = Table(title=f"Build of {models} models, warm", title_justify="left")
    for column in (
        "s a query",
        "runner s",
        "naive s",
        "ratio",
        "runner CPU s",
        "naive CPU s",
        "ratio",
        "queries",
        "naive",
        "MB",
        "naive MB",
    ):
        table.add_column(column, justify="right")
    for answers in seconds:
        ours, naive = [], []
        for round_ in range(rounds):
            for name, into, code in (("runner", ours, codes.runner(models)), ("naive", naive, codes.naive(models))):
                tell(f"build of {models} models at {answers} s a query, round {round_ + 1}: {name}")
                with athena(seconds=answers) as endpoint, running(code, endpoint) as process:
                    process.invoke(*_ONE)
                    into.append(process.invoke("build"))
        one, other = _medians(ours), _medians(naive)
        table.add_row(
            f"{answers:g}",
            *_against(one.answer, other.answer),
            *_against(one.cpu, other.cpu),
            str(one.queries),
            str(other.queries),
            f"{one.megabytes:.0f}",
            f"{other.megabytes:.0f}",
        )
    return table


def _whole(codes: Codes, sizes: Sequence[int], rounds: int, tell: Callable[[str], None]) -> Table:
    """The runner alone, whose queries end at once: what is left is its own."""
    table = Table(title="Whole builds, answers at once", title_justify="left")
    for column in ("models", "queries", "s", "CPU s", "ms a model and thread", "CPU ms a model", "MB"):
        table.add_column(column, justify="right")
    for models in sizes:
        runs = []
        for round_ in range(rounds):
            tell(f"build of {models} models, round {round_ + 1}")
            with athena(seconds=0) as endpoint, running(codes.runner(models), endpoint) as process:
                process.invoke(*_ONE)
                runs.append(process.invoke("build"))
        one = _medians(runs)
        table.add_row(
            f"{models:,}",
            str(one.queries),
            f"{one.answer:.1f}",
            f"{one.cpu:.1f}",
            f"{1000 * one.answer / (models / _THREADS):.0f}",
            f"{1000 * one.cpu / models:.1f}",
            f"{one.megabytes:.0f}",
        )
    return table


def _against(ours: float, naive: float) -> tuple[str, str, str]:
    ratio = ours / naive
    return f"{ours:.2f}", f"{naive:.2f}", f"1/{1 / ratio:.0f}" if ratio < 0.1 else f"{ratio:.2f}"


def _medians(runs: Sequence[Invoked]) -> Invoked:
    """The median of each figure; of the memory, which only grows in a process, too."""
    return Invoked(
        median(run.first_query for run in runs),
        median(run.answer for run in runs),
        median(run.cpu for run in runs),
        median(run.megabytes for run in runs),
        int(median(run.queries for run in runs)),
    )


if __name__ == "__main__":
    main()
