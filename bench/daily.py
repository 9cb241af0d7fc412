"""``just bench-daily``: one model built by the recipe and by plain dbt, both warm, in turns.

- ``models=20,500``: the sizes of the projects;
- ``rounds=5``: commands of either kind for each figure, after one that is not counted.

On DuckDB, and on an Athena that answers at once (``fixed_athena``): no recipe is quicker because its queries are. Tables show
medians of wall seconds; read the ratios. Plain dbt has the same project, target and variables.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from fixed_athena import Endpoint
from fixed_athena import running as fixed_athena
from lakeloop import dbt_command
from lakeloop.arguments import take
from lakeloop.warm import client
from lakeloop.workspace import Workspace
from lakeloop_project import profiles
from rich.console import Console
from rich.table import Table

from tests.projects import lay, raw

_MODEL = "select {number} as id, {number} * 2 as twice"
_TESTS = """  - name: model_{number}
    columns:
      - name: id
        data_tests: [unique, not_null]
"""


def main() -> None:
    given, _ = take(sys.argv[1:], {"models", "rounds"})
    rounds = int(given.get("rounds", "5"))
    table = Table(title="One model, built", title_justify="left")
    for column in ("models", "on", "just s", "plain dbt s", "ratio"):
        table.add_column(column, justify="left" if column == "on" else "right")
    for size in (int(word) for word in given.get("models", "20,500").split(",") if word):
        with tempfile.TemporaryDirectory() as folder, fixed_athena(seconds=0) as endpoint:
            here = _project(Path(folder), size)
            table.add_row(f"{size:,}", "DuckDB", *_local(here, rounds))
            table.add_row(f"{size:,}", "Athena", *_on_athena(here, endpoint, rounds))
    Console(highlight=False).print(table)


def _local(here: Workspace, rounds: int) -> list[str]:
    just = [*_just(), "dbt-local", "build", "-s", "model_1"]
    shell = {**os.environ, "LAKELOOP_HOME": str(here.root), client.IDLE: "60"}
    _run([*_just(), "dbt-local", "build"], shell)
    variables = {
        **dbt_command.variables(here),
        "LAKELOOP_DATABASE": str(here.root / "plain.duckdb"),
        "DBT_TARGET_PATH": str(here.root / "plain"),
        "DBT_TARGET": "local",
    }
    plain = [_dbt(), "build", "-s", "model_1"]
    return _figures(lambda: _run(just, shell), lambda: _run(plain, variables), rounds)


def _on_athena(here: Workspace, endpoint: Endpoint, rounds: int) -> list[str]:
    """The same on an Athena that answers at once, with the variables that `just dbt env=dev` and CI set."""
    names = {name: f"bench-{name.lower().replace('_', '-')}" for name in profiles.NAMES}
    names["GLUE_DATABASE_NAME"] = "bench"
    shell = {**os.environ, **endpoint.environment, **names, "DBT_TARGET": "dev", "LAKELOOP_HOME": str(here.root)}
    shell[client.IDLE] = "60"
    with tempfile.TemporaryDirectory() as folder:
        variables = {**dbt_command.variables(here), **shell, "DBT_TARGET_PATH": folder}
        just, plain = [*_just(), "dbt", "build", "-s", "model_1"], [_dbt(), "build", "-s", "model_1"]
        return _figures(lambda: _run(just, shell), lambda: _run(plain, variables), rounds)


def _figures(just: Callable[[], None], plain: Callable[[], None], rounds: int) -> list[str]:
    found: tuple[list[float], list[float]] = ([], [])
    for round_ in range(rounds + 1):
        for seconds, command in zip(found, (just, plain), strict=True):
            began = time.perf_counter()
            command()
            if round_:
                seconds.append(time.perf_counter() - began)
    ours, theirs = map(median, found)
    return [f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}"]


def _project(folder: Path, size: int) -> Workspace:
    """The shop of the tests, and models that read nothing."""
    here = Workspace(lay(folder))
    raw.write(here.raw)
    # Whose the place is that a shell's AWS_ENDPOINT_URL names is asked of a checkout's own programs.
    (here.root / "emulator").symlink_to(Path(__file__).parents[1] / "emulator")
    models = here.dbt_project / "models" / "many"
    models.mkdir(parents=True)
    for number in range(size):
        (models / f"model_{number}.sql").write_text(_MODEL.format(number=number), "utf-8")
    tests = "".join(_TESTS.format(number=number) for number in range(size))
    (models / "models.yml").write_text(f"models:\n{tests}", "utf-8")
    return here


def _dbt() -> str:
    return str(Path(sys.executable).with_name("dbt"))


def _just() -> list[str]:
    return ["just", "--justfile", str(Path(__file__).parents[1] / "justfile")]


def _run(command: Sequence[str], variables: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(variables), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
