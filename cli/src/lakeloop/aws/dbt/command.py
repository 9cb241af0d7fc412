"""``just state``: what dbt compares with, of an environment, brought to the laptop; and dbt there that compares with it.

https://docs.getdbt.com/reference/node-selection/defer
"""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop import dbt_target, files
from lakeloop.arguments import take
from lakeloop.aws.dbt import names as dbt_names
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.dbt_command import run_dbt
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_ABOUT = "state.json"
_FILES = ("manifest.json", "run_results.json", _ABOUT)
# Methods of selection that compare: https://docs.getdbt.com/reference/node-selection/methods
_COMPARING = re.compile(r"\b(state|result):")


def state(workspace: Workspace, words: Sequence[str]) -> int:
    """``just state [env=dev]``: fetch the environment's state and print where it is."""
    arguments, rest = take(words, {"env", "on"})
    if rest:
        raise UserError(f"`just state` takes env= and on= alone, not {' '.join(rest)}.")
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    folder = fetch(workspace, place, outputs(workspace, place))
    about = json.loads((folder / _ABOUT).read_text("utf-8"))
    print(f"The state of {place.environment}, of the run {about['run_id']}: {folder}")
    return 0


def dbt(workspace: Workspace, arguments: dict[str, str], words: Sequence[str]) -> int:
    """``just dbt env=dev build --select state:modified+ --defer``: dbt here, on the environment's Athena.

    It builds in a database of its own, ``<the environment's>_<user>``: the environment's own tables are changed by the function
    alone, one run at a time. With ``--defer``, what is not there is read from the environment.

    Returns:
        dbt's exit code.
    """
    if dbt_target.named(words) is not None:
        raise UserError("env= says which target it is: leave --target out.")
    place = enter(workspace, environment(workspace.root, arguments["env"]), arguments.get("on"))
    lake = outputs(workspace, place)
    database = f"{lake.glue_database}_{re.sub(r'[^a-z0-9]+', '_', getpass.getuser().lower())}"
    own = {**dbt_names.names(workspace, place, lake), "GLUE_DATABASE_NAME": database}
    if "--state" not in words and ("--defer" in words or any(map(_COMPARING.search, words))):
        own["DBT_STATE"] = str(fetch(workspace, place, lake))
    return run_dbt(workspace, words, own)


def fetch(workspace: Workspace, place: Place, lake: Outputs) -> Path:
    """The folder with the environment's state as it is now.

    Raises:
        UserError: there is none yet, or it is of another version of dbt; a state fetched before stays as it was.
    """
    s3, folder = place.client("s3"), workspace.state_of(place.environment)
    try:
        found = {
            name: s3.get_object(Bucket=lake.artifacts_bucket, Key=f"latest/{name}")["Body"].read() for name in _FILES
        }
    except ClientError as error:
        if error.response["Error"].get("Code") not in ("NoSuchKey", "404"):
            raise UserError(f"The state of {place} cannot be read from {lake.artifacts_bucket}: {error}") from error
        raise UserError(
            f"{place} has no state yet: looked in s3://{lake.artifacts_bucket}/latest/, where a build of everything leaves it "
            f"when it succeeds. `just run env={place.environment}` is one."
        ) from None
    theirs, ours = json.loads(found[_ABOUT])["dbt_version"], version("dbt-core")
    if theirs != ours:
        raise UserError(
            f"The state of {place} is of dbt {theirs}, and here is dbt {ours}: what they would compare is not the same. Check out "
            f"what is deployed there, or deploy this and run `just run env={place.environment}`."
        )
    for name, content in found.items():
        files.write(folder / name, content)
    return folder
