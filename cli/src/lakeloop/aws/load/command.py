"""``just load``: raw files into the raw bucket, and the raw tables over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.load import raw_files, raw_tables
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def load(workspace: Workspace, words: Sequence[str]) -> int:
    """``just load env=dev raw=PATH``: check the files, send those that the bucket has not, make the raw tables.

    Raises:
        UserError: raw data that cannot be built, an environment that is not applied, a function that fails.
    """
    arguments, rest = take(words, {"env", "on", "raw"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just load [env=dev] [raw=PATH]")
    raw = Path(arguments["raw"]).expanduser().resolve() if "raw" in arguments else workspace.raw
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    stand_ins = raw_files.provide(workspace, place, lake)
    tables = raw_files.checked(workspace, place, lake, raw)
    if tables:
        raw_files.send(workspace, place, lake, raw, tables)
        raw_tables.create(place, lake, tables)
    elif not stand_ins:
        print(
            f"Nothing to load: no source of the project has `meta: {{format: ...}}` or the schema {lake.raw_database}, which is "
            "`schema: \"{{ env_var('DBT_RAW_SCHEMA', 'raw') }}\"`. Sources that exist in Glue need no loading."
        )
    return 0
