"""The few settings of ``terraform/envs/*.tfvars`` that commands have to know before Terraform runs."""

from __future__ import annotations

import re

from lakeloop.aws.place import Place
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def prefix(workspace: Workspace, environment: str) -> str:
    """The beginning of the buckets' names. Raises ``UserError`` if the file sets none."""
    found = _setting(workspace, environment, "bucket_prefix")
    if found is None:
        raise UserError(
            f"terraform/envs/{environment}.tfvars sets no bucket_prefix: the beginning of the buckets' names, which are unique "
            "in all of AWS."
        )
    return found.strip('"')


def deletes_data(workspace: Workspace, place: Place) -> bool:
    """Whether a destroy of the environment also deletes what its buckets hold (``force_destroy``)."""
    return (place.terraform.get("force_destroy") or _setting(workspace, place.environment, "force_destroy")) == "true"


def kms_key_arn(workspace: Workspace, environment: str) -> str:
    """The customer's key; empty if there is none."""
    found = _setting(workspace, environment, "kms_key_arn")
    return "" if found in (None, "null") else str(found).strip('"')


def _setting(workspace: Workspace, environment: str, name: str) -> str | None:
    text = (workspace.terraform / "envs" / f"{environment}.tfvars").read_text("utf-8")
    found = re.search(rf'^\s*{name}\s*=\s*("[^"]*"|\w+)', text, re.MULTILINE)
    return found and found[1]
