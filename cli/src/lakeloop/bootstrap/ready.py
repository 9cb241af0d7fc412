"""Whether an account can be bootstrapped from here: everything that is missing, found before anything is made."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from lakeloop_project.settings import require_region

from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.bootstrap import bucket, github
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.steps import Step
from lakeloop.errors import UserError

TOOLS = {
    "terraform": "https://developer.hashicorp.com/terraform/install",
    "git": "https://git-scm.com/downloads",
    "gh": "https://cli.github.com",
    "uv": "https://docs.astral.sh/uv",
    "just": "https://just.systems",
}
_TERRAFORM = (1, 11)
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")


@dataclass
class Problems:
    """Missing prerequisites, a line each."""

    lines: list[str] = field(default_factory=list)

    def of[T](self, call: Callable[[], T]) -> T | None:
        """Result of *call*; None if it raises ``UserError``, whose message is kept."""
        try:
            return call()
        except UserError as error:
            self.lines.append(str(error))
            return None

    def require_none(self) -> None:
        """Raises ``UserError`` with all of them."""
        if self.lines:
            listed = "\n".join(f"- {line}" for line in self.lines)
            raise UserError(f"Nothing was changed. {len(self.lines)} things are missing:\n{listed}")


def tools(problems: Problems) -> None:
    """Programs that are not on the PATH, or too old."""
    for name, where in TOOLS.items():
        if shutil.which(name) is None:
            problems.lines.append(f"{name} is not on the PATH: {where}")
    if shutil.which("terraform"):
        asked = subprocess.run(["terraform", "version", "-json"], capture_output=True, text=True, check=False)
        version = json.loads(asked.stdout or "{}").get("terraform_version", "")
        if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < _TERRAFORM:
            least = ".".join(map(str, _TERRAFORM))
            problems.lines.append(
                f"terraform is {version or 'unknown'}; {least} or newer is needed: {TOOLS['terraform']}"
            )


def region(place: Place, given: str | None) -> str:
    """The region to work in: as *given*, or the environment's. Raises ``UserError`` if it is none."""
    return require_region(given, "region") if given else place.region


def repository(problems: Problems, name: str | None) -> None:
    """Whether ``gh`` may work with the repository."""
    if name and shutil.which("gh") and (problem := github.problem(name)):
        problems.lines.append(problem)


def names(place: Place, problems: Problems, of: Names) -> None:
    """Bucket names that somebody else has."""
    try:
        taken = bucket.taken(place, of)
    except ClientError as error:
        problems.lines.append(f"The buckets of account {of.account} cannot be listed: {error}")
        return
    if taken:
        problems.lines.append(bucket.taken_message(taken, of.environment))


def permissions(place: Place, problems: Problems, who: Account, steps: Sequence[Step]) -> None:
    """Calls that the caller may not make, as far as IAM tells.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    actions = sorted({action for step in steps for action in step.needs})
    kind, _, rest = who.arn.split(":", 5)[5].partition("/")
    if kind == "root":
        return
    principal = who.arn
    if kind == "assumed-role":
        # A session is judged by its role. The path of the role is not part of the session's ARN; IAM knows it.
        role = rest.split("/")[0]
        principal = f"arn:{who.partition}:iam::{who.id}:role/{role}"
    try:
        iam = place.client("iam")
        if kind == "assumed-role":
            principal = iam.get_role(RoleName=role)["Role"]["Arn"]
        denied = [
            result["EvalActionName"]
            for page in iam.get_paginator("simulate_principal_policy").paginate(
                PolicySourceArn=principal, ActionNames=actions
            )
            for result in page["EvaluationResults"]
            if result["EvalDecision"] != "allowed"
        ]
    except ClientError as error:
        if error.response["Error"].get("Code") in _DENIED:
            return  # who may not ask finds out at the call itself, and a second run goes on from there
        raise UserError(f"IAM cannot tell what {who.arn} may do: {error}") from error
    if denied:
        problems.lines.append(
            f"{who.arn} may not call {', '.join(denied)}. Ask for these, or sign in as somebody who may."
        )


def done(problems: Problems, steps: Sequence[Step]) -> dict[str, bool]:
    """Whether each step is done already, by name; what may not even be read is a problem."""
    done: dict[str, bool] = {}
    for step in steps:
        try:
            done[step.name] = step.exists()
        except ClientError as error:
            problems.lines.append(f"{step.name}: {_code(error)}")
        except UserError as error:
            problems.lines.append(f"{step.name}: {error}")
    return done


def _code(error: Any) -> str:
    return f"{error.response['Error'].get('Code')}: {error.response['Error'].get('Message')}"
