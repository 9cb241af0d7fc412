"""``python -m lakeloop.child.ready_program WORD...``: dbt's own command, without the parse where the last one still holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from dbt.cli.main import cli
from lakeloop_project import profiles

from lakeloop import dbt_target
from lakeloop.child import dbt_patches, invoke, nearest, ready, schemas, templates, words
from lakeloop.errors import UserError
from lakeloop.plain import printable

# Commands that go by the project's graph, and whose parse is not what they are typed for.
_BY_GRAPH = {
    "build",
    "clone",
    "compile",
    "docs generate",
    "list",
    "ls",
    "run",
    "run-operation",
    "seed",
    "show",
    "snapshot",
    "source freshness",
    "test",
}


@schemas.kept()
def main(command: Sequence[str]) -> int:
    """dbt's exit code."""
    asked = words.read(command)
    if asked is None or asked.name not in _BY_GRAPH:
        return _as_typed(command)
    with templates.kept(ready.folder(Path(os.environ["DBT_TARGET_PATH"]))):
        return _run(asked, command)


def _run(asked: words.Command, command: Sequence[str]) -> int:
    try:
        manifest = ready.manifest(asked, asked.for_parse())
        nearest.say(manifest, asked.selected)
    except UserError as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return 2
    with _adapter(command), dbt_patches.no_manifest() if ready.written(asked) else nullcontext():
        code = invoke.run(manifest, command)
    ready.note_written(asked)
    return code


def _adapter(command: Sequence[str]) -> AbstractContextManager[None]:
    """The function's connections to Athena: clients that are kept, polls that grow longer (``dbt_runner.patches.athena``)."""
    target = dbt_target.named(command) or os.environ.get("DBT_TARGET") or profiles.LOCAL
    if target == profiles.LOCAL:
        return nullcontext()
    from dbt_runner.patches import athena  # takes its time, and imports boto3

    return athena.applied()


def _as_typed(command: Sequence[str]) -> int:
    """dbt's command line, which says by itself what is wrong with a command."""
    try:
        cli(list(command), prog_name="dbt")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
