"""``just parity``: the same raw data built on DuckDB and on Athena, every table compared row by row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.environments import environment
from rich.table import Table

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.load import bucket, raw_files, raw_tables
from lakeloop.aws.parity.compare import Comparison
from lakeloop.aws.parity.tables import built_here, compared, paired, relations
from lakeloop.aws.place import Place, enter
from lakeloop.aws.runs import runner
from lakeloop.aws.runs.answer import print_answer
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.dbt_command import Offline, run_offline
from lakeloop.errors import UserError
from lakeloop.parsed import parse
from lakeloop.plural import counted
from lakeloop.raw import RawTable
from lakeloop.skip import leave_out
from lakeloop.workspace import Workspace

# From nothing on both sides: what earlier runs left behind is no part of the comparison.
_BUILD = ("build", "--full-refresh", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def parity(workspace: Workspace, words: Sequence[str]) -> int:
    """``just parity [raw=PATH] [env=dev]``.

    Returns:
        0 if every table has the same rows on both engines, 1 if one has not or a build failed.
    """
    arguments, rest = take(words, {"raw", "env", "on"})
    if rest:
        raise UserError("Usage: just parity [raw=PATH] [env=dev]")
    raw = Path(arguments["raw"]).expanduser().resolve() if "raw" in arguments else workspace.raw
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    raw_files.provide(workspace, place, lake)
    loaded = raw_files.checked(workspace, place, lake, raw)
    if loaded:
        _require_the_same_raw_data(place, lake, raw, loaded)
        raw_files.send(workspace, place, lake, raw, loaded)
        raw_tables.create(place, lake, loaded)
    skipped = dict.fromkeys((*workspace.settings.skip.local, *place.left_out))
    build = leave_out(workspace, _BUILD, list(skipped))
    if not (_built_on_duckdb(workspace, raw, build) and _built_on_athena(place, lake, build)):
        return 1
    there = relations(
        parse(
            workspace, workspace.settings.dbt.target(place.environment), dbt_names.names(workspace, place, lake)
        ).manifest
    )
    database = workspace.parity / "lakeloop.duckdb"
    here = built_here(workspace.parity / "target" / "manifest.json", database)
    pairs, said = paired(here, there, workspace.settings.skip.parity)
    for line in said:
        print(line)
    found = [compared(place, lake, database, *pair) for pair in pairs]
    print_comparisons(found)
    return 0 if all(comparison.same for comparison in found) else 1


def print_comparisons(found: Sequence[Comparison]) -> None:
    """Print a line for each table, then the first differing rows of those that differ."""
    console = terminal.console()
    table = Table(title="parity", title_justify="left")
    table.add_column("table")
    for heading in ("DuckDB", "Athena", "only DuckDB", "only Athena"):
        table.add_column(heading, justify="right")
    for one in found:
        numbers = (one.here, one.there, one.only_here, one.only_there)
        table.add_row(one.table, *(["columns differ"] if one.columns else (f"{number:,}" for number in numbers)))
    console.print(table)
    for one in found:
        for line in (*one.columns, *one.examples):
            console.print(f"{one.table}: {line}", soft_wrap=True)
    differing = sum(one.only_here + one.only_there for one in found)
    console.print(
        f"{counted(differing, 'differing row')} in {counted(len(found), 'table')}, "
        f"{counted(sum(one.here for one in found), 'row')} compared."
    )


def _require_the_same_raw_data(place: Place, lake: Outputs, raw: Path, tables: Sequence[RawTable]) -> None:
    files = raw_files.files(raw, tables)
    others = bucket.keys(place.client("s3"), lake.raw_bucket, raw_files.prefixes(tables)) - files.keys()
    if others:
        env = place.environment
        raise UserError(
            f"{lake.raw_bucket} holds {len(others)} objects that are not in {raw}, such as {min(others)}: Athena would build "
            f"other data than DuckDB. Compare with the folder that was loaded (`just parity raw=PATH`), or begin with an empty "
            f"lake: `just tf-destroy env={env} && just tf-apply env={env}`."
        )


def _built_on_duckdb(workspace: Workspace, raw: Path, build: Sequence[str]) -> bool:
    database, target = workspace.parity / "lakeloop.duckdb", workspace.parity / "target"
    database.unlink(missing_ok=True)
    workspace.parity.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    code = run_offline(workspace, ["--quiet", *build], Offline(raw, database, target))
    print(f"DuckDB: {'built' if not code else 'the build failed'} ({time.monotonic() - began:.1f} s)", flush=True)
    return not code


def _built_on_athena(place: Place, lake: Outputs, build: Sequence[str]) -> bool:
    command, *options = build
    answer = runner.invoke(place, lake, [command], options)
    if answer["status"] != "success":
        print_answer(answer)
        return False
    print(f"Athena: built ({answer['seconds']:.1f} s)", flush=True)
    return True
