"""``just dagster``: the dbt project in Dagster on loopback; runs go to DuckDB, or to the pipeline of ``env=``."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakeloop_project.environments import environment

from lakeloop import dagster_given
from lakeloop.arguments import take
from lakeloop.aws.dbt.names import names
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.dagster_given import There
from lakeloop.dbt_command import run_dbt
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

PROJECT = "orchestration"
_HOST = "127.0.0.1"
_PORT = 3000
_UNSAID = "ignore:Function `dev_command` is superseded"
"""Dagster's successor of the command wants a project of its own shape: https://docs.dagster.io/api/clis/dg-cli"""


def dagster(workspace: Workspace, words: Sequence[str]) -> int:
    """``just dagster [env=dev] [on=aws] [port=3000]``: read the manifest anew, then serve until Ctrl-C.

    Returns:
        dbt's exit code if the project does not parse, else Dagster's.

    Raises:
        UserError: an unknown word, a port that is taken, an environment that is not applied.
    """
    arguments, rest = take(words, {"env", "on", "port"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just dagster [env=dev] [port={_PORT}]")
    if "on" in arguments and "env" not in arguments:
        raise UserError(f"on={arguments['on']} needs env=: without it runs go to DuckDB.")
    port = _free(arguments.get("port", str(_PORT)))
    home = workspace.state / "dagster"
    variables: dict[str, str] = dict(os.environ)
    there: There | None = None
    if "env" in arguments:
        place = enter(workspace, environment(workspace.root, arguments["env"]), arguments.get("on"))
        lake = outputs(workspace, place)
        variables = dict(place.variables)
        there = There(place, lake, arguments.get("on", ""))
        parsed_as = names(workspace, place, lake)
        target = workspace.settings.dbt.target(place.environment)
    else:
        parsed_as, target = {"DBT_TARGET": "local", "LAKELOOP_DATABASE": ":memory:"}, "local"
    code = run_dbt(workspace, ["parse", "--target", target, "--target-path", str(home / "target")], parsed_as)
    if code:
        return code
    given = dagster_given.write(workspace, home / "target" / "manifest.json", there, parsed_as)
    return _serve(workspace, home, port, {**variables, "LAKELOOP_DAGSTER": str(given), "DAGSTER_HOME": str(home)})


def _free(text: str) -> int:
    """The port that *text* spells. Raises ``UserError`` if it spells none, or somebody listens there."""
    if not (text.isascii() and text.isdigit() and 1024 <= int(text[:6]) <= 65535):
        raise UserError(f"port={text} is not usable: a whole number from 1024 to 65535.")
    with socket.socket() as probe:
        if probe.connect_ex((_HOST, int(text))) == 0:
            raise UserError(f"Port {text} on {_HOST} is taken: `just dagster port={int(text) + 1}`.")
    return int(text)


def _serve(workspace: Workspace, home: Path, port: int, shell: Mapping[str, str]) -> int:
    (home / "dagster.yaml").write_text((workspace.root / PROJECT / "dagster.yaml").read_text("utf-8"), "utf-8")
    command = ["uv", "run", "--quiet", "--locked", "--no-dev", "--project", PROJECT]
    command += ["dagster", "dev", "--module-name", "lakeloop_dagster.definitions", "--host", _HOST, "--port", str(port)]
    variables = {name: value for name, value in shell.items() if name != "VIRTUAL_ENV"}
    variables["PYTHONWARNINGS"] = ",".join(filter(None, [variables.get("PYTHONWARNINGS"), _UNSAID]))
    print(f"Dagster: http://{_HOST}:{port} (Ctrl-C ends it)", flush=True)
    try:
        return subprocess.run(command, cwd=workspace.root, env=variables, check=False).returncode
    except FileNotFoundError as error:
        raise UserError("`uv` is not on the PATH: `make tools` brings it, `just` puts it there.") from error
