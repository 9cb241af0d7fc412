"""Fingerprint of a plan: two plans have the same one if they would do the same to the same things.

A plan file holds the state's values in clear, and a job that plans may be of any branch: nothing of it is kept. The job that
applies plans anew under the state's lock, and applies that plan if it has the fingerprint of the one that was approved (ADR 17).
https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from lakeloop.aws.terraform.deployed import Deployed
from lakeloop.errors import UserError

_FORM = re.compile(r"[0-9a-f]{64}")
_IDLE = (["no-op"], ["read"])
_VERBS = {"create": "to add", "update": "to change", "delete": "to destroy"}


def required(word: str | None) -> str | None:
    """The fingerprint that an argument ``plan=`` holds. Raises ``UserError`` if it is none: nothing was approved."""
    if word is not None and not _FORM.fullmatch(word):
        raise UserError(f"plan={word} is no fingerprint of a plan: `just deploy-plan` prints one.")
    return word


def fingerprint(terraform: Deployed) -> str:
    """The fingerprint of the plan that was shown. Raises ``UserError`` if Terraform cannot read it."""
    return of(terraform.planned)


def of(plan: dict[str, Any]) -> str:
    """The fingerprint of a plan as ``terraform show -json`` prints it: every change, from which value to which."""
    changes = {
        "resources": {
            each["address"] + each.get("deposed", ""): each["change"]
            for each in plan.get("resource_changes", [])
            if each["change"]["actions"] not in _IDLE
        },
        "outputs": {
            name: change for name, change in plan.get("output_changes", {}).items() if change["actions"] not in _IDLE
        },
    }
    return hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()


def require(terraform: Deployed, wanted: str) -> None:
    """Raises ``UserError`` if the plan that was shown is not the approved one."""
    plan = terraform.planned
    found = of(plan)
    if found == wanted:
        return
    counts = dict.fromkeys(_VERBS.values(), 0)
    for each in plan.get("resource_changes", []):
        for action in each["change"]["actions"]:
            if action in _VERBS:
                counts[_VERBS[action]] += 1
    raise UserError(
        f"This is not the plan that was approved ({wanted[:12]}): it is {found[:12]}, "
        f"{', '.join(f'{count} {what}' for what, count in counts.items())}. The account, or what is deployed there, has changed "
        "since that plan was made. Nothing was changed. Look at the new plan above; on GitHub, run the workflow anew from its "
        "first job and approve that one."
    )
