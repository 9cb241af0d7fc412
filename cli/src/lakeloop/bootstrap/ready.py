"""Whether an account can be bootstrapped from here: everything that is missing, found before anything is made."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.settings import require_region

from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.aws.said import DENIED, ended, said
from lakeloop.bootstrap import bucket, permitted
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.repository import Repository, look_up
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


@dataclass
class Problems:
    """Missing prerequisites, a line each; ``unsure`` is what may or may not turn out to be one."""

    lines: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

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


def repository(problems: Problems, name: str | None) -> Repository | None:
    """The repository as GitHub knows it; as it is *name*d where GitHub cannot be asked."""
    if name is None:
        return None
    if shutil.which("gh") is None:
        return Repository(name)
    return problems.of(lambda: look_up(name)) or Repository(name)


def names(place: Place, problems: Problems, of: Names) -> None:
    """Bucket names that somebody else has."""
    try:
        taken = bucket.taken(place, of)
    except (ClientError, BotoCoreError) as error:
        problems.lines.append(f"The buckets of account {of.account} cannot be listed: {said(error)}")
        return
    if taken:
        problems.lines.append(bucket.taken_message(taken, of.environment))


def permissions(place: Place, problems: Problems, who: Account, steps: Sequence[Step]) -> None:
    """Calls that the caller may not make, as far as IAM tells; what depends on more than IAM is told is no problem yet."""
    iam = place.client("iam")
    try:
        principal = permitted.principal_of(iam, who)
        answers = permitted.simulate(iam, principal, place.region, steps) if principal else []
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response["Error"].get("Code") in DENIED:
            problems.unsure.append(
                f"{who.arn} may not ask IAM what it may ({error.operation_name}). What is denied is said at the call itself, and "
                "the same command again goes on from there."
            )
            return
        raise UserError(f"IAM cannot tell what {who.arn} may do: {said(error)}") from error
    if denied := [str(answer) for answer in answers if answer.denied]:
        problems.lines.append(
            f"{who.arn} may not call {'; '.join(denied)}. Ask for these, or sign in as somebody who may."
        )
    if unsure := [answer for answer in answers if answer.unsure]:
        keys = ", ".join(sorted({key for answer in unsure for key in answer.missing}))
        problems.unsure.append(
            f"Whether {who.arn} may call {'; '.join(map(str, unsure))} depends on {keys}, which IAM cannot know before the call."
        )


def done(problems: Problems, steps: Sequence[Step]) -> dict[str, bool]:
    """Whether each step is done already, by name; what may not even be read is a problem."""
    done: dict[str, bool] = {}
    for step in steps:
        try:
            done[step.name] = step.exists()
        except (ClientError, BotoCoreError) as error:
            problems.lines.append(f"{step.name}: {said(error)}")
            if ended(error):
                return done  # every other call would say the same
        except UserError as error:
            problems.lines.append(f"{step.name}: {error}")
    return done
