"""``just ingest``: a pipeline of batch ingestion, in an environment of its own, which uv makes on the first use."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakeloop_project.environments import environment

from lakeloop.arguments import meant, take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

PROJECT = "ingestion/batch"
_FOLDERS = ("ingest", "sample/ingest")
_USAGE = "Usage: just ingest NAME [env=dev] [raw=PATH] [json=true], just ingest sources NAME; without words it lists pipelines"


def ingest(workspace: Workspace, words: Sequence[str]) -> int:
    """``just ingest NAME env=dev``: bring what is new into the raw bucket, or with ``raw=PATH`` into a folder.

    Returns:
        2 after the program's own message if nothing was brought.

    Raises:
        UserError: an unknown word or pipeline, an environment that is not applied.
    """
    arguments, names = take(words, {"env", "on", "raw", "json"})
    if not words:
        print("\n".join(pipelines(workspace)) or "No pipelines yet: docs/INGEST.md shows one, for ingest/NAME.toml.")
        return 0
    if len(names) not in (1, 2) or (len(names) == 2 and names[0] != "sources"):
        raise UserError(f"{_USAGE}.")
    if arguments.get("json", "false") not in ("true", "false"):
        raise UserError(f"json={arguments['json']} is neither true nor false.")
    file = settings_of(workspace, names[-1])
    name = environment(workspace.root, arguments.get("env", "dev"))
    offline = "raw" in arguments and "on" not in arguments and "env" not in arguments and not _asks_aws(file)
    shell: Mapping[str, str] = _without_aws(os.environ)
    if not offline:
        place = enter(workspace, name, arguments.get("on"))
        shell = place.variables
    if "raw" in arguments:
        target = f"folder={Path(arguments['raw']).expanduser().resolve()}"
    else:
        target = f"bucket={outputs(workspace, place).raw_bucket}"
    return _run(workspace, [*names, target, f"environment={name}", f"json={arguments.get('json', 'false')}"], shell)


def pipelines(workspace: Workspace) -> list[str]:
    """The pipelines of the checkout, sorted."""
    return sorted({file.stem for folder in _FOLDERS for file in (workspace.root / folder).glob("*.toml")})


def settings_of(workspace: Workspace, name: str) -> Path:
    """The file of the pipeline *name*. Raises ``UserError`` if there is none."""
    places = [workspace.root / folder / f"{name}.toml" for folder in _FOLDERS]
    for place in places:
        if place.is_file():
            return place
    there = pipelines(workspace)
    known = ", ".join(there) or "none yet; docs/INGEST.md shows one"
    raise UserError(
        f"There is no pipeline {name!r}: {places[0]} does not exist.{meant(name, there)} Pipelines: {known}."
    )


def _asks_aws(file: Path) -> bool:
    """Whether the pipeline's own source is AWS's, or a secret of it lies there. A file that is no good is told by the program."""
    try:
        text = file.read_text("utf-8")
        return tomllib.loads(text).get("kind") == "dynamodb" or "ssm" in text
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def _without_aws(shell: Mapping[str, str]) -> dict[str, str]:
    """The *shell* without its account: what goes into a folder goes to no AWS."""
    return {name: value for name, value in shell.items() if not name.startswith("AWS_")}


def _run(workspace: Workspace, words: Sequence[str], shell: Mapping[str, str]) -> int:
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", "--project", PROJECT, "lakeloop-ingest", *words]
    # The environment of this program is another one's.
    variables = {name: value for name, value in shell.items() if name != "VIRTUAL_ENV"}
    try:
        return subprocess.run(command, cwd=workspace.root, env=variables, check=False).returncode
    except FileNotFoundError as error:
        raise UserError("`uv` is not on the PATH: `make tools` brings it, `just` puts it there.") from error
