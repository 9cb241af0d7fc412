"""``just load``: raw files into the raw bucket, and the raw tables over them."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.environments import environment
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from lakeloop.arguments import take
from lakeloop.aws import bucket, runner
from lakeloop.aws.outputs import Outputs, outputs
from lakeloop.aws.place import Place, enter
from lakeloop.contract import raw_tables
from lakeloop.errors import UserError
from lakeloop.raw import check_raw
from lakeloop.raw.layout import files_of
from lakeloop.workspace import Workspace

_SHOWN = 5


def load(workspace: Workspace, words: Sequence[str]) -> int:
    """``just load env=dev raw=PATH``: check the files, send those that the bucket has not, make the raw tables.

    Raises:
        UserError: raw data that cannot be built, an environment that is not applied, a function that fails.
    """
    arguments, rest = take(words, {"env", "on", "raw"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just load [env=dev] [raw=PATH]")
    raw = Path(arguments["raw"]).expanduser().resolve() if "raw" in arguments else workspace.raw
    check_raw(raw, raw_tables(workspace))
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    send(workspace, place, lake, raw)
    return runner.create_raw_tables(place, lake)


def prefixes(workspace: Workspace) -> list[str]:
    """Where in the raw bucket the declared tables lie."""
    return [f"{table.name}/" for table in raw_tables(workspace)]


def files(workspace: Workspace, raw: Path) -> dict[str, Path]:
    """The files of the declared tables under *raw*, by their keys in the raw bucket."""
    found = (files_of(table.name, raw / table.name)[0] for table in raw_tables(workspace))
    return {str(file.relative_to(raw)): file for by_format in found for paths in by_format.values() for file in paths}


def send(workspace: Workspace, place: Place, lake: Outputs, raw: Path) -> None:
    """Bring the declared tables' files under *raw* into the raw bucket, with progress, and say what was done."""
    to_send = files(workspace, raw)
    began = time.monotonic()
    total = sum(file.stat().st_size for file in to_send.values())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{len(to_send)} files", total=total)
        s3 = place.client("s3", max_pool_connections=bucket.CONNECTIONS)
        loaded = bucket.upload(
            s3, lake.raw_bucket, to_send, prefixes(workspace), lambda size: progress.advance(task, size)
        )
    seconds = time.monotonic() - began
    print(
        f"{lake.raw_bucket}: {loaded.sent} files sent ({loaded.sent_bytes / 1e6:.1f} MB), "
        f"{loaded.unchanged} there already, {seconds:.1f} s"
    )
    if loaded.elsewhere:
        names = ", ".join(loaded.elsewhere[:_SHOWN]) + (", ..." if len(loaded.elsewhere) > _SHOWN else "")
        print(
            f"{len(loaded.elsewhere)} objects of the bucket are not in {raw} and stay; models will read them: {names}. "
            f"`aws s3 rm s3://{lake.raw_bucket}/<key>` takes one away.",
            file=sys.stderr,
        )
