"""``just parity``: the same raw data built on DuckDB and on Athena, every mart compared row by row."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from lakeloop_project.environments import environment
from rich.console import Console
from rich.table import Table

from lakeloop.arguments import take
from lakeloop.aws import athena, bucket, load, runner
from lakeloop.aws.compare import Comparison, compare
from lakeloop.aws.invoke import print_answer
from lakeloop.aws.outputs import Outputs, outputs
from lakeloop.aws.place import Place, enter
from lakeloop.contract import raw_tables
from lakeloop.dbt_command import run_dbt
from lakeloop.errors import UserError
from lakeloop.raw import check_raw
from lakeloop.workspace import Workspace

# From nothing on both sides: what earlier runs left behind is no part of the comparison.
_BUILD = ("build", "--full-refresh", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def parity(workspace: Workspace, words: Sequence[str]) -> int:
    """``just parity [raw=PATH | orders=100000] [env=dev]``.

    Returns:
        0 if every mart has the same rows on both engines, 1 if one has not or a build failed.
    """
    arguments, rest = take(words, {"raw", "orders", "env", "on"})
    if rest or {"raw", "orders"} <= arguments.keys():
        raise UserError("Usage: just parity [raw=PATH | orders=100000] [env=dev]")
    raw = _raw(workspace, arguments)
    check_raw(raw, raw_tables(workspace))
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    _require_the_same_raw_data(workspace, place, lake, raw)
    load.send(workspace, place, lake, raw)
    if not (_built_on_duckdb(workspace, raw) and _built_on_athena(place, lake)):
        return 1
    found = [_compared(workspace, place, lake, mart) for mart in marts(workspace.parity / "target" / "manifest.json")]
    print_comparisons(found)
    return 0 if all(comparison.same for comparison in found) else 1


def marts(manifest: Path) -> list[str]:
    """The tables of ``models/marts``, by dbt's *manifest*."""
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"].values()
    return sorted(node["alias"] for node in nodes if node["resource_type"] == "model" and node["fqn"][1] == "marts")


def print_comparisons(found: Sequence[Comparison]) -> None:
    """Print a line for each mart, then the first differing rows of those that differ."""
    console = Console()
    table = Table(title="parity", title_justify="left")
    table.add_column("mart")
    for heading in ("DuckDB", "Athena", "only DuckDB", "only Athena"):
        table.add_column(heading, justify="right")
    for one in found:
        numbers = (one.here, one.there, one.only_here, one.only_there)
        table.add_row(one.table, *(["columns differ"] if one.columns else (f"{number:,}" for number in numbers)))
    console.print(table)
    for one in found:
        for line in (*one.columns, *one.examples):
            console.print(f"{one.table}: {line}", markup=False, highlight=False, soft_wrap=True)
    differing = sum(one.only_here + one.only_there for one in found)
    console.print(
        f"{differing:,} differing rows in {len(found)} marts, {sum(one.here for one in found):,} rows compared."
    )


def _raw(workspace: Workspace, arguments: dict[str, str]) -> Path:
    if "orders" not in arguments:
        return Path(arguments["raw"]).expanduser().resolve() if "raw" in arguments else workspace.raw
    raw = workspace.parity / "raw"
    command = [str(Path(sys.executable).with_name("retail-feed")), f"orders={arguments['orders']}", f"raw={raw}"]
    if subprocess.run(command, check=False).returncode:
        raise UserError(f"No raw data of orders={arguments['orders']} could be made; see above.")
    return raw


def _require_the_same_raw_data(workspace: Workspace, place: Place, lake: Outputs, raw: Path) -> None:
    files = load.files(workspace, raw)
    others = bucket.keys(place.client("s3"), lake.raw_bucket, load.prefixes(workspace)) - files.keys()
    if others:
        env = place.environment
        raise UserError(
            f"{lake.raw_bucket} holds {len(others)} objects that are not in {raw}, such as {min(others)}: Athena would build "
            f"other data than DuckDB. Compare with the folder that was loaded (`just parity raw=PATH`), or begin with an empty "
            f"lake: `just tf-destroy env={env} && just tf-apply env={env}`."
        )


def _built_on_duckdb(workspace: Workspace, raw: Path) -> bool:
    database = workspace.parity / "lakeloop.duckdb"
    database.unlink(missing_ok=True)
    workspace.parity.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    code = run_dbt(
        workspace,
        ["--quiet", *_BUILD, "--target", "local"],
        {
            "RAW_PATH": str(raw),
            "LAKELOOP_DATABASE": str(database),
            "DBT_TARGET_PATH": str(workspace.parity / "target"),
        },
    )
    print(f"DuckDB: {'built' if not code else 'the build failed'} ({time.monotonic() - began:.1f} s)", flush=True)
    return not code


def _built_on_athena(place: Place, lake: Outputs) -> bool:
    runner.create_raw_tables(place, lake)
    command, *options = _BUILD
    answer = runner.invoke(place, lake, [command], options)
    if answer["status"] != "success":
        print_answer(answer)
        return False
    print(f"Athena: built ({answer['seconds']:.1f} s)", flush=True)
    return True


def _compared(workspace: Workspace, place: Place, lake: Outputs, mart: str) -> Comparison:
    sql = f'select * from "{mart}"'
    execution = athena.execute(
        place.client("athena"), sql, workgroup=lake.athena_workgroup, database=lake.glue_database
    )
    address = urlsplit(execution.location)
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(str(workspace.parity / "lakeloop.duckdb"), read_only=True) as duck,
    ):
        csv = Path(folder) / "rows.csv"
        place.client("s3").download_file(address.netloc, address.path.lstrip("/"), str(csv))
        return compare(duck, mart, execution.columns, csv)
