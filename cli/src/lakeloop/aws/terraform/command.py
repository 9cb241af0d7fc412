"""``just tf-plan``, ``tf-apply`` and ``tf-destroy``: the lake in the emulator."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from lakeloop_layer import LayerError, architecture, build_function, build_ingest, build_layer, build_small, small
from lakeloop_project.environments import environment
from rich.text import Text

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws import tfvars
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform import kept_provider, taken, variables
from lakeloop.aws.terraform.kept_provider import Kept
from lakeloop.aws.terraform.tflocal import data_folder, forget_state, ready, require_terraform
from lakeloop.aws.terraform.tflocal import variables as of_terraform
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
    with kept_provider.starting(data_folder(workspace, place), of_terraform(workspace, place)) as provider:
        return _terraform(workspace, place, provider, command, rest, options)


def _terraform(
    workspace: Workspace, place: Place, provider: Kept, command: str, rest: Sequence[str], options: Sequence[str]
) -> int:
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
    with ready(workspace, place, provider) as terraform:
        if command == "destroy":
            print(taken.described(terraform.ask("show", "-json").stdout, place), file=sys.stderr, flush=True)
        changes = command != "plan"
        # With options of their own, people want Terraform's own output.
        code = terraform.run(*words, finish=changes) if rest or not changes else terraform.change(*words)
    if command == "destroy" and not code:
        forget_state(workspace, place)
    return code


def zips(workspace: Workspace, place: Place) -> dict[str, str]:
    """The zips of the place's functions and layer, built and verified if they are missing or stale, as Terraform's variables."""
    root, on = workspace.root, architecture(place.architecture)
    with terminal.console(stderr=True).status("layer") as status:
        try:
            layer = build_layer(root, on, lambda step: status.update(Text(f"layer: {step}")))
            built = {"function_zip": str(build_function(root)), "layer_zip": str(layer.file)}
            for name in small.names(root):
                if name in small.SWITCHED and not tfvars.says(workspace, place.environment, small.SWITCHED[name]):
                    continue
                status.update(Text(f"function: {name}"))
                built[f"{name}_zip"] = str(build_small(root, name, on))
            if tfvars.is_object(workspace, place.environment, "ingest"):
                status.update("function: ingest")
                built["ingest_zip"] = str(build_ingest(root, on))
            return built
        except LayerError as error:
            raise UserError(str(error)) from error
