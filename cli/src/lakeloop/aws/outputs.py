"""What Terraform made, by name: the only source of names for the rest of the loop."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, fields

from lakeloop.aws.place import AWS, Place
from lakeloop.aws.tflocal import data_folder, ready, require_terraform, state_version, variables
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Outputs:
    """What the rest of the loop needs to know of an applied environment; the names are the root module's."""

    raw_bucket: str
    processed_bucket: str
    athena_results_bucket: str
    artifacts_bucket: str
    glue_database: str
    raw_database: str
    athena_workgroup: str
    function_name: str
    function_alias: str
    state_machine_arn: str
    log_group: str


def outputs(workspace: Workspace, place: Place) -> Outputs:
    """The outputs of the environment as it was last applied.

    Raises:
        UserError: it was not applied there.
    """
    values = _on_aws(workspace, place) if place.slug == AWS else _in_emulator(workspace, place)
    names = [field.name for field in fields(Outputs)]
    if missing := [name for name in names if name not in values]:
        raise UserError(
            f"{place} is not applied: Terraform's state there has no {', '.join(missing)}. "
            f"`just tf-apply env={place.environment}` makes it in the emulator; terraform/README.md says how on AWS."
        )
    return Outputs(**{name: values[name] for name in names})


def _on_aws(workspace: Workspace, place: Place) -> dict[str, str]:
    require_terraform()
    asked = subprocess.run(
        ["terraform", "output", "-no-color", "-json"],
        cwd=workspace.terraform,
        env=variables(workspace, place),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise UserError(
            f"Terraform cannot tell what is at {place}: {asked.stderr.strip()}\nInitialise terraform/ as its README says, with "
            f"TF_DATA_DIR={data_folder(workspace, place)}."
        )
    return _values(asked.stdout)


def _in_emulator(workspace: Workspace, place: Place) -> dict[str, str]:
    """The outputs, remembered for as long as the state in the emulator is the same object: asking takes seconds."""
    version = state_version(place)
    if version is None:
        return {}
    remembered = data_folder(workspace, place) / "outputs.json"
    if remembered.exists():
        known: dict[str, dict[str, str]] = json.loads(remembered.read_text("utf-8"))
        if version in known:
            return known[version]
    with ready(workspace, place) as tflocal:
        asked = tflocal.ask("output", "-no-color", "-json")
        if asked.returncode:
            raise UserError(f"`terraform output` failed for {place}: {asked.stderr.strip() or asked.stdout.strip()}")
        values = _values(asked.stdout)
        remembered.write_text(json.dumps({version: values}), "utf-8")
    return values


def _values(document: str) -> dict[str, str]:
    return {name: output["value"] for name, output in json.loads(document).items()}
