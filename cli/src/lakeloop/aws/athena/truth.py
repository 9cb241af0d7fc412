"""``just truth``: the case tables of local Athena asked of an Athena, and where the two differ.

The tables, and local Athena's own answers, are the emulator's, in an environment of its own: ``emulator/tests/truth`` asks and
compares, this says where, and what it may cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws import tfvars
from lakeloop.aws.place import AWS, enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.confirm import confirm
from lakeloop.errors import UserError
from lakeloop.interrupted import left_to_child
from lakeloop.workspace import Workspace

STYLES = ("table", "tsv", "md")
_CAP = "1.00"
_USAGE = "just truth [save] [on=aws] [env=dev] [cap=1.00] [format=md] [confirm=dev]"
_PROGRAM = ("uv", "run", "--quiet", "--locked", "--directory", "local-athena", "python", "-m", "tests.truth")


def truth(workspace: Workspace, words: Sequence[str]) -> int:
    """``just truth [save] [on=aws] [env=dev] [cap=1.00] [format=md] [confirm=dev]``.

    Returns:
        0 if both agree on all of it, 1 if they do not or the cap (US dollars) ended it.

    Raises:
        UserError: an argument means nothing, the environment is not applied there, or nobody agreed to the cost.
    """
    arguments, rest = take(words, {"env", "on", "cap", "format", "confirm"})
    if rest not in ([], ["save"]):
        raise UserError(f"Usage: {_USAGE}; {' '.join(rest)!r} means nothing here.")
    style = arguments.get("format") or ("table" if sys.stdout.isatty() else "tsv")
    if style not in STYLES:
        raise UserError(f"format={style} is not known. Known: {', '.join(f'format={name}' for name in STYLES)}.")
    cap = dollars(arguments.get("cap", _CAP))
    env = environment(workspace.root, arguments.get("env", "dev"))
    if rest and arguments.get("on") != AWS:
        raise UserError(f"`save` records what the real Athena answers: `just truth save on={AWS}`.")
    place = enter(workspace, env, arguments.get("on"))
    lake = outputs(workspace, place)
    price = tfvars.athena_price(workspace, env)
    planned = _plan(workspace, price)
    told = (
        f"{planned['values']:,} values and {planned['errors']:,} errors in {planned['statements']:,} statements, at most "
        f"{planned['dollars']:.2f} USD; more where they differ, until {cap:.2f} USD (cap=)."
    )
    if planned["dollars"] > cap:
        raise UserError(f"{told} The cap is too low to ask all of it. Nothing was asked.")
    print(told, file=sys.stderr, flush=True)
    if place.slug == AWS:
        confirm(f"Ask the Athena of {place}?", env, arguments.get("confirm"), by_name=False)
    named = {"workgroup": lake.athena_workgroup, "database": lake.glue_database, "where": f"Athena of {place}"}
    options = [f"--{name}={value}" for name, value in {**named, "style": style, "price": price, "cap": cap}.items()]
    command = [*_PROGRAM, "ask", *options, *(("--save",) if rest else ())]
    with left_to_child("The statements that run are stopped."):
        return subprocess.run(command, cwd=workspace.root, check=False).returncode


def dollars(text: str) -> float:
    """A cap in US dollars. Raises ``UserError`` if it is none."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise UserError(f"cap={text} is no amount of US dollars above 0, such as cap={_CAP}.")
    return found


def _plan(workspace: Workspace, price: float) -> dict[str, float]:
    command = [*_PROGRAM, "plan", str(price)]
    asked = subprocess.run(command, cwd=workspace.root, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise UserError(f"The case tables in emulator/tests cannot be read: {asked.stderr.strip()}")
    planned: dict[str, float] = json.loads(asked.stdout)
    return planned
