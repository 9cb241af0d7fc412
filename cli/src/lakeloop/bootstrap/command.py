"""``just bootstrap`` and ``just unbootstrap``: a list of steps, done or taken back one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import environment
from rich.console import Console

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.account import Account, identify
from lakeloop.aws.place import Place, enter_account, in_region
from lakeloop.aws.said import said
from lakeloop.aws.terraform.backend import resources
from lakeloop.aws.terraform.deployed import deployed
from lakeloop.aws.tfvars import has_budget, is_object, is_on, is_precious
from lakeloop.bootstrap import bucket, catalog, github, iam, ready
from lakeloop.bootstrap.governed import SETTING, require_granted
from lakeloop.bootstrap.names import Names, names_of, repository
from lakeloop.bootstrap.repository import moved
from lakeloop.bootstrap.steps import LeftOut, Step
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
    private: bool = False
    """Whether the repository is private: how far it can be protected depends on GitHub's plan then."""

    @property
    def precious(self) -> bool:
        return is_precious(self.workspace, self.place.environment)

    def steps(self, *policies: Mapping[str, tuple[str, ...]]) -> list[Step]:
        return [
            *bucket.steps(self.place, self.names),
            catalog.step(self.place, self.names),
            *iam.steps(self.place, self.names, *policies),
            # Before the roles: no job can take a role whose environment is not protected yet.
            *github.steps(self.names, precious=self.precious, private=self.private),
            *iam.role_steps(self.place, self.names, *policies),
            *github.variable_steps(self.names, private=self.private),
            _initialisation(self.workspace, self.place, self.names),
        ]

    def policies(self) -> list[Mapping[str, tuple[str, ...]]]:
        """Policies that the environment's settings ask for."""
        gone = self.place.deletes_data(self.workspace)
        budget = has_budget(self.workspace, self.place.environment)
        changes = is_object(self.workspace, self.place.environment, "changes")
        ingest = is_object(self.workspace, self.place.environment, "ingest")
        jobs = is_object(self.workspace, self.place.environment, "jobs")
        crawlers = is_object(self.workspace, self.place.environment, "crawlers")
        emr = is_object(self.workspace, self.place.environment, "emr")
        capture = is_object(self.workspace, self.place.environment, "capture")
        granted = is_on(self.workspace, self.place.environment, SETTING)
        asked = (
            (iam.DESTROY, gone),
            (iam.FIRST_DEPLOYMENT, not self.precious),
            (iam.CUSTOMER_KEY, bool(self.names.kms_key_arn)),
            (iam.LAKE_FORMATION, granted),
            (iam.DESTROY_GRANTS, granted and gone),
            (iam.BUDGET, budget),
            (iam.DESTROY_BUDGET, budget and gone),
            (iam.CHANGES, changes),
            (iam.CHANGES_KEY, changes and bool(self.names.kms_key_arn)),
            (iam.DESTROY_CHANGES, changes and gone),
            (iam.INGEST, ingest),
            (iam.FIRST_INGEST, ingest and not self.precious),
            (iam.DESTROY_INGEST, ingest and gone),
            (iam.JOBS, jobs),
            (iam.FIRST_JOBS, jobs and not self.precious),
            (iam.DESTROY_JOBS, jobs and gone),
            (iam.CRAWLERS, crawlers),
            (iam.FIRST_CRAWLERS, crawlers and not self.precious),
            (iam.DESTROY_CRAWLERS, crawlers and gone),
            (iam.CAPTURE, capture),
            (iam.FIRST_CAPTURE, capture and not self.precious),
            (iam.DESTROY_CAPTURE, capture and gone),
            (iam.EMR, emr),
            (iam.FIRST_EMR, emr and not self.precious),
            (iam.DESTROY_EMR, emr and gone),
        )
        return [policies for policies, yes in asked if yes]


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
    steps = setting.steps(*setting.policies())
    ready.names(setting.place, problems, setting.names)
    problems.of(lambda: require_granted(workspace, setting.place, setting.names.role("deploy")))
    ready.permissions(setting.place, problems, setting.who, steps)
    done = ready.done(problems, steps)
    problems.require_none()
    console = terminal.console(soft_wrap=True)
    for line in problems.unsure:
        console.print(f"unsure      {line}")
    if options:
        for step in steps:
            console.print(f"{'there     ' if done[step.name] else 'would make'}  {step.name}")
        missing = sum(not done[step.name] for step in steps)
        console.print(f"{missing} of {len(steps)} things would be made. Nothing was changed.")
        return 0
    made, left_out = _make(console, steps, done)
    console.print(f"{made} of {len(steps)} things made." if made else "All of it was there: nothing was changed.")
    if left_out:
        console.print(f"{left_out} cannot be had here. Each line above says what that means; a second run asks again.")
    _say_next(console, setting)
    return 0


def _make(console: Console, steps: Sequence[Step], done: Mapping[str, bool]) -> tuple[int, int]:
    """Make what is not *done*; how many things were made, and how many could not be."""
    made = left_out = 0
    for step in steps:
        if done[step.name]:
            console.print(f"there       {step.name}")
            continue
        words = _doing(step, step.create)
        if isinstance(words, LeftOut):
            left_out += 1
            console.print(f"left out    {step.name}: {words}")
        else:
            made += 1
            console.print(f"made        {step.name}{f': {words}' if isinstance(words, str) else ''}")
    return made, left_out


def _say_next(console: Console, setting: _Setting) -> None:
    env, names = setting.place.environment, setting.names
    push = f"a push to {github.BRANCH} of {names.repository}"
    if setting.precious:
        console.print(
            f"`just deploy env={env}`, as who you are now, makes the buckets and roles of {env} in {names.account}: no job may. "
            f"From then on {push} deploys, after an approval."
        )
    else:
        console.print(f"`just deploy env={env}`, or {push}, deploys to {names.account}.")


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
    confirm(question, place.environment, arguments.get("confirm"), by_name=setting.precious)
    console = terminal.console(soft_wrap=True)
    # With every policy that an earlier bootstrap with other .tfvars may have made.
    for step in reversed(setting.steps(*iam.ALL)):
        reason = _doing(step, step.remove)
        console.print(f"kept  {step.name}: {reason}" if reason else f"gone  {step.name}")
    return 0


def _setting(workspace: Workspace, arguments: dict[str, str], problems: ready.Problems) -> _Setting:
    """Find the target. Raises ``UserError`` with all of *problems* if that cannot be said."""
    place = enter_account(workspace, environment(workspace.root, arguments.get("env", "dev")))
    ready.tools(problems)
    region = problems.of(lambda: ready.region(place, arguments.get("region")))
    repo = problems.of(lambda: repository(workspace, arguments.get("repo")))
    known = ready.repository(problems, repo)
    who = problems.of(lambda: identify(place))
    if region is None or repo is None or known is None or who is None:
        problems.require_none()
    assert region and repo and known and who
    if message := moved(repo, known.full_name):
        print(message, file=sys.stderr)
    place = in_region(place, region)
    names = names_of(workspace, place, who, known.full_name, known.subjects)
    return _Setting(workspace, place, names, who, known.private)


def _initialisation(workspace: Workspace, place: Place, names: Names) -> Step:
    terraform = deployed(workspace, place, names.backend)

    def create() -> None:
        with terraform.ready():
            pass

    return Step("terraform init", terraform.initialised, create, terraform.forget)


def _doing[T](step: Step, call: Callable[[], T]) -> T:
    try:
        return call()
    except (ClientError, BotoCoreError) as error:
        reason = said(error)
    except UserError as error:
        reason = str(error)
    raise UserError(f"{step.name}: {reason}\nWhat was done before it stays; the same command again goes on from there.")
