"""``just tf-plan``, ``tf-apply`` and ``tf-destroy``: the lake in the emulator."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform import kept_provider, taken, variables
from lakeloop.aws.terraform.program import Terraform, require_terraform
from lakeloop.aws.terraform.tflocal import emulated, forget_state
from lakeloop.aws.terraform.zips import zips
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def plan(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-plan env=dev``: what an apply would change. Words that begin with ``-`` go on to Terraform."""
    return _change(workspace, "plan", words)


def apply(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-apply env=dev``: make the environment in the emulator; ends with Terraform's outputs."""
    return _change(workspace, "apply", words, "-auto-approve")


def destroy(workspace: Workspace, words: Sequence[str]) -> int:
    """``just tf-destroy env=dev``: take the environment out of the emulator, its state too; names it, asks nothing."""
    return _change(workspace, "destroy", words, "-auto-approve")


def _change(workspace: Workspace, command: str, words: Sequence[str], *options: str) -> int:
    arguments, rest = take(words, {"env"})
    env = environment(workspace.root, arguments.get("env", "dev"))
    if rest and not rest[0].startswith("-"):
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just tf-{command} env=dev [-option ... for Terraform]")
    require_terraform()
    place = enter(workspace, env)
    terraform = emulated(workspace, place)
    with kept_provider.starting(terraform.data, terraform.variables) as provider:
        return _terraform(replace(terraform, provider=provider), command, rest, options)


def _terraform(terraform: Terraform, command: str, rest: Sequence[str], options: Sequence[str]) -> int:
    workspace, place = terraform.workspace, terraform.place
    built = {} if command == "destroy" else zips(workspace, place)
    words = (
        command,
        "-input=false",
        "-compact-warnings",
        *options,
        # Terraform works in a copy of its folder, beside which no job's script lies.
        *variables.options(workspace, place, checkout=str(workspace.root), **built),
        *rest,
    )
    with terraform.ready():
        if command == "destroy":
            print(taken.described(terraform.ask("show", "-json").stdout, place), file=sys.stderr, flush=True)
        changes = command != "plan"
        # With options of their own, people want Terraform's own output.
        code = terraform.run(*words, finish=changes) if rest or not changes else terraform.change(*words)
    if command == "destroy" and not code:
        forget_state(workspace, place)
    return code
