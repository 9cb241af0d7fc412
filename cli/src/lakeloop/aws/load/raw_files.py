"""Raw files brought into the raw bucket, as `just load` and `just parity` do."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from lakeloop import terminal
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.load import bucket, glue_sources
from lakeloop.aws.load.sent import Sent
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.parsed import parse
from lakeloop.plural import counted
from lakeloop.raw import RawTable, check_raw
from lakeloop.sources import SourceTable
from lakeloop.workspace import Workspace

_SHOWN = 5


def provide(workspace: Workspace, place: Place, lake: Outputs) -> list[SourceTable]:
    """Have local files stand in for the tables in Glue that the place does not have; those that were made, and said."""
    names = dbt_names.names(workspace, place, lake)
    parsed = parse(workspace, workspace.settings.dbt.target(place.environment), names)
    made = glue_sources.provide(place, lake, workspace.dbt_project, parsed.sources)
    if made:
        print(
            f"Local files stand in for {counted(len(made), 'table')} of sources in Glue, or empty tables where there are none."
        )
    return made


def checked(workspace: Workspace, place: Place, lake: Outputs, raw: Path) -> list[RawTable]:
    """The raw tables that the project declares for the environment, and their files under *raw*, which are in order.

    Raises:
        UserError: one is not declared well, or has files that Athena could not read.
    """
    target = workspace.settings.dbt.target(place.environment)
    declared = parse(workspace, target, dbt_names.names(workspace, place, lake)).raw_tables
    return check_raw(raw, declared, athena=True, remembered=workspace.parsed / target / "raw.pickle")


def prefixes(tables: Sequence[RawTable]) -> list[str]:
    """The places of *tables* in the raw bucket."""
    return [f"{one.table.folder}/" for one in tables]


def files(raw: Path, tables: Sequence[RawTable]) -> dict[str, Path]:
    """The files of *tables* under *raw*, by their keys in the raw bucket."""
    found = (paths for one in tables for paths in one.found.files.values())
    return {file.relative_to(raw).as_posix(): file for paths in found for file in paths}


def send(workspace: Workspace, place: Place, lake: Outputs, raw: Path, tables: Sequence[RawTable]) -> None:
    """Bring the files of *tables* under *raw* into the raw bucket, with progress, and say what was done."""
    to_send = files(raw, tables)
    began = time.monotonic()
    total = sum(file.stat().st_size for file in to_send.values())
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = terminal.console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_interactive) as progress:
        task = progress.add_task(counted(len(to_send), "file"), total=total)
        s3 = place.client("s3", max_pool_connections=bucket.CONNECTIONS)
        sent = Sent.read(workspace.state / "sent" / place.slug / f"{lake.raw_bucket}.json")
        loaded = bucket.upload(
            s3, lake.raw_bucket, to_send, prefixes(tables), lambda size: progress.advance(task, size), sent
        )
    seconds = time.monotonic() - began
    print(
        f"{lake.raw_bucket}: {counted(loaded.sent, 'file')} sent ({loaded.sent_bytes / 1e6:.1f} MB), "
        f"{loaded.unchanged} there already, {seconds:.1f} s"
    )
    if loaded.elsewhere:
        names = ", ".join(loaded.elsewhere[:_SHOWN]) + (", ..." if len(loaded.elsewhere) > _SHOWN else "")
        print(
            f"{len(loaded.elsewhere)} objects of the bucket are not in {raw} and stay; models will read them: {names}. "
            f"`aws s3 rm s3://{lake.raw_bucket}/<key>` takes one away.",
            file=sys.stderr,
        )
