"""``just load``: raw files into the raw bucket, and the raw tables over them."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from lakeloop.arguments import environment, take
from lakeloop.aws import bucket, runner
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform import Outputs, outputs
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
    place = enter(workspace, environment(arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    send(workspace, place, lake, raw)
    return runner.create_raw_tables(place, lake)


def send(workspace: Workspace, place: Place, lake: Outputs, raw: Path) -> bucket.Loaded:
    """Bring the declared tables' files under *raw* into the raw bucket, with progress, and say what was done."""
    tables = [table.name for table in raw_tables(workspace)]
    files = {
        str(file.relative_to(raw)): file
        for table in tables
        for paths in files_of(table, raw / table)[0].values()
        for file in paths
    }
    began = time.monotonic()
    total = sum(file.stat().st_size for file in files.values())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{len(files)} files", total=total)
        s3 = place.client("s3", max_pool_connections=bucket.CONNECTIONS)
        prefixes = [f"{table}/" for table in tables]
        loaded = bucket.upload(s3, lake.raw_bucket, files, prefixes, lambda size: progress.advance(task, size))
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
    return loaded
