"""The few settings of ``terraform/envs/*.tfvars`` that commands have to know before Terraform runs."""

from __future__ import annotations

import re

from lakeloop_project.settings import require_region

from lakeloop.workspace import Workspace

_ATHENA_PRICE = 5.0


def prefix(workspace: Workspace, environment: str) -> str:
    """The beginning of the buckets' names: ``bucket_prefix``, or the project's name."""
    return text(workspace, environment, "bucket_prefix") or workspace.settings.name


def region(workspace: Workspace, environment: str) -> str:
    """The environment's region: its own, or that of ``lakeloop.toml``. Raises ``UserError`` if it is none."""
    own = text(workspace, environment, "region")
    return require_region(own, f"{file(environment)}: region") if own else workspace.settings.region


def is_precious(workspace: Workspace, environment: str) -> bool:
    """Whether the environment keeps its data (``force_destroy``): then people approve what is deployed there."""
    return _setting(workspace, environment, "force_destroy") != "true"


def kms_key_arn(workspace: Workspace, environment: str) -> str:
    """The customer's key; empty if there is none."""
    return text(workspace, environment, "kms_key_arn")


def has_budget(workspace: Workspace, environment: str) -> bool:
    """Whether the environment asks for a budget of the account."""
    return _setting(workspace, environment, "monthly_budget") not in (None, "0")


def texts(workspace: Workspace, environment: str, name: str) -> list[str]:
    """A setting that is a list of texts; empty if it is not there."""
    found = re.search(rf"^\s*{name}\s*=\s*\[([^]]*)\]", _read(workspace, environment), re.MULTILINE)
    return re.findall(r'"([^"]*)"', found[1]) if found else []


def says(workspace: Workspace, environment: str, name: str) -> bool:
    """Whether the file sets *name*, to whatever."""
    return re.search(rf"^\s*{name}\s*=", _read(workspace, environment), re.MULTILINE) is not None


def is_object(workspace: Workspace, environment: str, name: str) -> bool:
    """Whether the file sets *name* to an object, as ``arrivals = {}`` does, and not to null."""
    return re.search(rf"^\s*{name}\s*=\s*\{{", _read(workspace, environment), re.MULTILINE) is not None


def is_on(workspace: Workspace, environment: str, name: str) -> bool:
    """Whether the switch *name* is ``true``."""
    return _setting(workspace, environment, name) == "true"


def text(workspace: Workspace, environment: str, name: str) -> str:
    """A setting that is a text; empty if it is not there or null."""
    found = _setting(workspace, environment, name)
    return "" if found in (None, "null") else str(found).strip('"')


def athena_price(workspace: Workspace, environment: str) -> float:
    """US dollars for a terabyte scanned, as ``terraform/variables_prices.tf`` has it unless the file says another."""
    return float(text(workspace, environment, "athena_price_per_tb") or _ATHENA_PRICE)


def _setting(workspace: Workspace, environment: str, name: str) -> str | None:
    found = re.search(rf'^\s*{name}\s*=\s*("[^"]*"|[\w.]+)', _read(workspace, environment), re.MULTILINE)
    return found and found[1]


def _read(workspace: Workspace, environment: str) -> str:
    """The file without its comments."""
    text = (workspace.root / file(environment)).read_text("utf-8")
    return re.sub(r'("[^"\n]*")|(#|//)[^\n]*|/\*.*?\*/', lambda found: found[1] or "", text, flags=re.DOTALL)


def file(environment: str) -> str:
    return f"terraform/envs/{environment}.tfvars"
