"""Outputs of Terraform: the only source of names for the rest of the loop."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields

from lakeloop import files
from lakeloop.aws.account import identify
from lakeloop.aws.place import AWS, Place, in_region
from lakeloop.aws.terraform import backend as backends
from lakeloop.aws.terraform.deployed import deployed
from lakeloop.aws.terraform.program import Terraform
from lakeloop.aws.terraform.tflocal import STATE_BUCKET, emulated
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Outputs:
    """Names and settings of an applied environment; the names are the root module's."""

    raw_bucket: str
    processed_bucket: str
    athena_results_bucket: str
    artifacts_bucket: str
    glue_database: str
    raw_database: str
    athena_workgroup: str
    function_name: str
    function_alias: str
    function_version: str
    state_machine_arn: str
    log_group: str
    schedule_group: str = ""
    alerts_topic_arn: str = ""
    alerts_function: str = ""
    dead_letters_url: str = ""
    webhook_parameter: str = ""
    arrivals_queue_url: str = ""
    ticks_queue_url: str = ""
    arrivals_dead_url: str = ""
    dashboard: str = ""
    changes_stream: str = ""
    changes_topic: str = ""
    changes_brokers: str = ""
    changes_function: str = ""

    @property
    def changes_database(self) -> str:
        """The database of the changelogs, which is there if the lake captures changes."""
        return f"{self.glue_database}_changes"


def outputs(workspace: Workspace, place: Place) -> Outputs:
    """The outputs of the environment as it was last applied: by ``just deploy-*``, else by ``just tf-apply``.

    Raises:
        UserError: it was not applied there.
    """
    values = _of_deployment(workspace, place)
    return _named(place, values or ({} if place.slug == AWS else _of_tflocal(workspace, place)))


def read(terraform: Terraform) -> Outputs:
    """The outputs of an environment that *terraform* is initialised for. Raises ``UserError`` as ``outputs`` does."""
    return _named(terraform.place, _asked(terraform))


def _named(place: Place, values: dict[str, str]) -> Outputs:
    names = [field.name for field in fields(Outputs)]
    needed = [field.name for field in fields(Outputs) if field.default is MISSING]
    if missing := [name for name in needed if name not in values]:
        env = place.environment
        how = f"`just deploy env={env}`" if place.slug == AWS else f"`just tf-apply env={env}`"
        # Of an older version, some are there.
        lacks = f": Terraform's state there has no {', '.join(missing)}" if values else ""
        raise UserError(f"{place} is not applied{lacks}. {how} makes it.")
    return Outputs(**{name: values[name] for name in names if name in values})


def _of_deployment(workspace: Workspace, place: Place) -> dict[str, str]:
    try:
        backend = backends.locate(workspace, place, identify(place))
    except UserError:
        if place.slug == AWS:
            raise
        return {}  # not bootstrapped, as most emulators
    terraform = deployed(workspace, in_region(place, backend.region), backend)
    return _remembered(terraform, backends.version(place, backend.bucket, backend.key))


def _of_tflocal(workspace: Workspace, place: Place) -> dict[str, str]:
    key = backends.state_key(workspace.settings.name, place.environment)
    return _remembered(emulated(workspace, place), backends.version(place, STATE_BUCKET, key))


def _remembered(terraform: Terraform, version: str | None) -> dict[str, str]:
    """The outputs, kept for as long as *version* of the state is the same: asking takes seconds."""
    if version is None:
        return {}
    file = terraform.data / "outputs.json"
    if file.exists():
        known: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
        if version in known:
            return known[version]
    with terraform.ready():
        values = _asked(terraform)
    files.write(file, json.dumps({version: values}))
    return values


def _asked(terraform: Terraform) -> dict[str, str]:
    asked = terraform.ask("output", "-no-color", "-json")
    if asked.returncode:
        raise UserError(
            f"`terraform output` failed for {terraform.place}: {asked.stderr.strip() or asked.stdout.strip()}"
        )
    return {name: output["value"] for name, output in json.loads(asked.stdout).items()}
