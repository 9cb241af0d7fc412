"""The zips that Terraform deploys: of the layer, and of the functions that an environment has."""

from __future__ import annotations

from lakeloop_layer import LayerError, architecture, build_function, build_ingest, build_layer, build_small, small
from rich.text import Text

from lakeloop import terminal
from lakeloop.aws import tfvars
from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


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
