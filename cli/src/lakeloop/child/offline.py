"""``python -m lakeloop.child.offline RAW SOURCES WORD...``: a dbt command on DuckDB over local files.

The project's manifest (``ready``) says which sources there are, and dbt goes on with it. Folders, target and database are
dbt's environment variables (``lakeloop.dbt_command``).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lakeloop.child import dbt_patches, invoke, nearest, ready, schemas, templates, words
from lakeloop.child.prepare import Folders, prepare
from lakeloop.dbt_command import NOT_BEGUN
from lakeloop.errors import UserError
from lakeloop.plain import printable


@schemas.kept()
def main(arguments: Sequence[str]) -> int:
    """dbt's exit code, or ``NOT_BEGUN`` if something was wrong before it could change the database."""
    raw, sources, *command = arguments
    names = ("LAKELOOP_DATABASE", "DBT_PROJECT_DIR", "DBT_TARGET_PATH")
    database, project, target = (Path(os.environ[name]) for name in names)
    folders = Folders(Path(raw), Path(sources), database, project, ready.folder(target) / "raw.pickle")
    asked = words.read(command)
    if asked is None:
        return invoke.run(None, command)
    with templates.kept(ready.folder(target)):
        return _run(asked, command, folders)


def _run(asked: words.Command, command: Sequence[str], folders: Folders) -> int:
    try:
        manifest = ready.manifest(asked, _options(asked))
        nearest.say(manifest, asked.selected)
        missing = prepare(manifest, folders, asked.selected)
    except UserError as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return NOT_BEGUN
    with ExitStack() as patches:
        patches.enter_context(dbt_patches.without([f"source:{table.full_name}+" for table in missing]))
        if asked.name == "retry":
            patches.enter_context(dbt_patches.retrying(manifest))
        if ready.written(asked):
            patches.enter_context(dbt_patches.no_manifest())
        code = invoke.run(manifest, command)
        ready.note_written(asked)
        return code


def _options(asked: words.Command) -> list[str]:
    """The options of the parse; ``retry`` has those of the run that it retries, unless it is given its own."""
    options = asked.for_parse()
    if asked.name != "retry" or asked.value("vars") is not None:
        return options
    try:
        results: dict[str, Any] = json.loads(
            (Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json").read_text("utf-8")
        )
    except FileNotFoundError:
        return options  # dbt says that there is nothing to retry
    earlier = results["args"].get("vars")
    return [*options, "--vars", json.dumps(earlier)] if earlier else options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
