"""``just bootstrap`` and ``just unbootstrap``: a list of steps, done or taken back one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment
from rich.console import Console

from lakeloop.arguments import take
from lakeloop.aws.account import Account, identify
from lakeloop.aws.backend import resources
from lakeloop.aws.deployed import Deployed
from lakeloop.aws.place import Place, enter_account, in_region
from lakeloop.aws.tfvars import deletes_data, is_precious
from lakeloop.bootstrap import bucket, github, iam, ready
from lakeloop.bootstrap.names import Names, names_of, repository
from lakeloop.bootstrap.steps import Step
from lakeloop.confirm import confirm
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

DRY_RUN = "--dry-run"


@dataclass(frozen=True)
class _Setting:
    """Target of bootstrap, and the identity that it works as."""

    workspace: Workspace
    place: Place
    names: Names
    who: Account

    def steps(self, *policies: Mapping[str, tuple[str, ...]]) -> list[Step]:
        return [
            *bucket.steps(self.place, self.names),
            *iam.steps(self.place, self.names, *policies),
            *github.steps(self.names, precious=is_precious(self.workspace, self.place.environment)),
            _initialisation(self.workspace, self.place, self.names),
        ]


def bootstrap(workspace: Workspace, words: Sequence[str]) -> int:
    """``just bootstrap env=dev [region=eu-central-1] [repo=OWNER/NAME] [--dry-run]``.

    Raises:
        UserError: something is missing (all of it is named, nothing was made), or a step failed (a second run goes on).
    """
    arguments, options = take(words, {"env", "region", "repo"})
    if set(options) - {DRY_RUN}:
        raise UserError(f"Usage: just bootstrap env=dev [region=eu-central-1] [repo=OWNER/NAME] [{DRY_RUN}]")
    problems = ready.Problems()
    setting = _setting(workspace, arguments, problems)
    policies: list[Mapping[str, tuple[str, ...]]] = (
        [iam.EMPTY_BUCKETS] if deletes_data(workspace, setting.place) else []
    )
    policies += [iam.CUSTOMER_KEY] if setting.names.kms_key_arn else []
    steps = setting.steps(*policies)
    ready.names(setting.place, problems, setting.names)
    ready.permissions(setting.place, problems, setting.who, steps)
    done = ready.done(problems, steps)
    problems.require_none()
    missing = [step for step in steps if not done[step.name]]
    console = Console(highlight=False, soft_wrap=True)
    for step in steps:
        if done[step.name]:
            console.print(f"there       {step.name}")
        elif options:
            console.print(f"would make  {step.name}")
        else:
            _doing(step, step.create)
            console.print(f"made        {step.name}")
    if options:
        console.print(f"{len(missing)} of {len(steps)} things would be made. Nothing was changed.")
        return 0
    console.print(
        f"{len(missing)} of {len(steps)} things made." if missing else "All of it was there: nothing was changed."
    )
    console.print(
        f"`just deploy env={setting.place.environment}`, or a push to {github.BRANCH} of {setting.names.repository}, deploys to "
        f"{setting.names.account}."
    )
    return 0


def unbootstrap(workspace: Workspace, words: Sequence[str]) -> int:
    """``just unbootstrap env=dev [confirm=dev]``: take back what ``bootstrap`` made.

    Raises:
        UserError: the lake is still there, something is missing, or a step failed (a second run goes on).
    """
    arguments, rest = take(words, {"env", "region", "repo", "confirm"})
    if rest:
        raise UserError("Usage: just unbootstrap env=dev [region=eu-central-1] [repo=OWNER/NAME] [confirm=dev]")
    setting = _setting(workspace, arguments, ready.Problems())
    place, names = setting.place, setting.names
    if held := resources(place, names.backend):
        raise UserError(
            f"Terraform's state in {names.backend.bucket} still holds {len(held)} resources, such as {held[0]}. "
            f"`just destroy env={place.environment}` first."
        )
    question = f"Take back the bootstrap of {place.environment} in account {names.account} and in {names.repository}?"
    precious = is_precious(workspace, place.environment)
    confirm(question, place.environment, arguments.get("confirm"), by_name=precious)
    console = Console(highlight=False, soft_wrap=True)
    # With every policy that an earlier bootstrap with other .tfvars may have made.
    for step in reversed(setting.steps(iam.EMPTY_BUCKETS, iam.CUSTOMER_KEY)):
        reason = _doing(step, step.remove)
        console.print(f"kept  {step.name}: {reason}" if reason else f"gone  {step.name}")
    return 0


def _setting(workspace: Workspace, arguments: dict[str, str], problems: ready.Problems) -> _Setting:
    """Find the target. Raises ``UserError`` with all of *problems* if that cannot be said."""
    place = enter_account(workspace, environment(workspace.root, arguments.get("env", "dev")))
    ready.tools(problems)
    region = problems.of(lambda: ready.region(place, arguments.get("region")))
    repo = problems.of(lambda: repository(workspace, arguments.get("repo")))
    ready.repository(problems, repo)
    who = problems.of(lambda: identify(place))
    if region is None or repo is None or who is None:
        problems.require_none()
    assert region and repo and who
    place = in_region(place, region)
    return _Setting(workspace, place, names_of(workspace, place, who, repo), who)


def _initialisation(workspace: Workspace, place: Place, names: Names) -> Step:
    terraform = Deployed(workspace, place, names.backend)

    def create() -> None:
        with terraform.alone():
            terraform.initialise()

    return Step("terraform init", terraform.initialised, create, terraform.forget)


def _doing[T](step: Step, call: Callable[[], T]) -> T:
    try:
        return call()
    except ClientError as error:
        what = error.response["Error"]
        reason = f"{error.operation_name}: {what.get('Code')}: {what.get('Message')}"
    except UserError as error:
        reason = str(error)
    raise UserError(f"{step.name}: {reason}\nWhat was done before it stays; the same command again goes on from there.")
