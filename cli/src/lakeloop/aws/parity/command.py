"""``just parity``: the same raw data built on DuckDB and on Athena, every table compared row by row."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from lakeloop_project.environments import environment
from rich.table import Table

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.athena import statements as athena
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.load import bucket, raw_tables
from lakeloop.aws.load import command as load
from lakeloop.aws.parity.compare import Comparison, compare
from lakeloop.aws.place import Place, enter
from lakeloop.aws.runs import runner
from lakeloop.aws.runs.invoke import print_answer
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
    load.provide(workspace, place, lake)
    raw_files = load.checked(workspace, place, lake, raw)
    if raw_files:
        _require_the_same_raw_data(place, lake, raw, raw_files)
        load.send(workspace, place, lake, raw, raw_files)
        raw_tables.create(place, lake, raw_files)
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


@dataclass(frozen=True)
class Relation:
    """A table of a model; ``compared`` is false where the project says ``meta: {parity: false}``."""

    name: str
    schema: str
    alias: str
    compared: bool


def relations(manifest: Mapping[str, Any]) -> dict[str, Relation]:
    """The models of *manifest* that are tables, by their ids: views and ephemeral models hold no rows of their own."""
    return {
        unique_id: Relation(
            node["name"], node["schema"], node["alias"], node["config"].get("meta", {}).get("parity") is not False
        )
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["config"]["materialized"] in ("table", "incremental")
    }


def paired(
    here: Mapping[str, Relation], there: Mapping[str, Relation], skipped: Collection[str] = ()
) -> tuple[list[tuple[Relation, Relation]], list[str]]:
    """The tables that are on both sides, ours first, and a line for each reason why others are left out.

    Args:
        skipped: names of models that are not compared.
    """
    both = [unique_id for unique_id in here if unique_id in there]
    reasons = {
        "Left out, for they say `parity: false`": [here[one] for one in both if not here[one].compared],
        "Left out ([skip] in lakeloop.toml)": [here[one] for one in both if here[one].name in skipped],
        "On DuckDB alone": [relation for one, relation in here.items() if one not in there],
        "Skipped, or on Athena alone": [relation for one, relation in there.items() if one not in here],
    }
    said = [f"{reason}: {', '.join(one.name for one in left)}." for reason, left in reasons.items() if left]
    compared = [one for one in both if here[one].compared and here[one].name not in skipped]
    return [(here[one], there[one]) for one in compared], said


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
    files = load.files(raw, tables)
    others = bucket.keys(place.client("s3"), lake.raw_bucket, load.prefixes(tables)) - files.keys()
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


def built_here(manifest_file: Path, database: Path) -> dict[str, Relation]:
    """The tables of a build in the DuckDB file *database*; models that were skipped have none."""
    manifest = json.loads(manifest_file.read_text("utf-8"))
    with duckdb.connect(str(database), read_only=True) as duck:
        built = set(duck.execute("select schema_name, table_name from duckdb_tables()").fetchall())
    return {one: found for one, found in relations(manifest).items() if (found.schema, found.alias) in built}


def compared(place: Place, lake: Outputs, database: Path, here: Relation, there: Relation) -> Comparison:
    """The table *here*, in the DuckDB file *database*, with the one *there*, on the Athena of *place*."""
    sql = f'select * from "{there.schema}"."{there.alias}"'
    execution = athena.execute(
        place.client("athena"), sql, workgroup=lake.athena_workgroup, database=lake.glue_database
    )
    address = urlsplit(execution.location)
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(str(database), read_only=True) as duck,
    ):
        csv = Path(folder) / "rows.csv"
        place.client("s3").download_file(address.netloc, address.path.lstrip("/"), str(csv))
        return compare(duck, here.name, execution.columns, csv, relation=f'"{here.schema}"."{here.alias}"')
