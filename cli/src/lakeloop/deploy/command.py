"""``just deploy env=dev`` (``deploy-dev``, ``deploy-prod``), ``deploy-plan``, ``rollback``, ``unlock`` and ``destroy``.

A deployment ends in one of two ways: the new version is live, or the version before it is. The plan that is shown is the plan
that is applied; the function's new version is invoked by its number before the alias names it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from lakeloop_project.environments import environment

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.runs.lease import version_at_work
from lakeloop.aws.terraform.backend import lock, require_unlocked, resources
from lakeloop.aws.terraform.outputs import Outputs, read
from lakeloop.aws.terraform.zips import zips
from lakeloop.aws.tfvars import is_on, is_precious
from lakeloop.bootstrap.governed import require_granted
from lakeloop.confirm import confirm
from lakeloop.deploy import approved, live
from lakeloop.deploy.allowed import require_deployable, require_destroyer
from lakeloop.deploy.bounds import require_bounded
from lakeloop.deploy.forward import require_forward
from lakeloop.deploy.smoke import smoke
from lakeloop.deploy.source import clean_commit
from lakeloop.deploy.target import Target, target
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.workspace import Workspace

_NO_CHANGES, _CHANGES = 0, 2  # of `terraform plan -detailed-exitcode`
_DESTROY = "DESTROY"


def deploy(workspace: Workspace, words: Sequence[str]) -> int:
    """``just deploy env=dev [confirm=dev] [plan=FINGERPRINT]``: plan, ask, apply that plan, try the new version, let it live.

    With the fingerprint that ``deploy-plan`` has printed, only if it is still the same plan.
    """
    env, arguments = _words(workspace, words, "deploy env=dev [confirm=dev] [plan=FINGERPRINT]", {"confirm", "plan"})
    confirmation, approved_plan = arguments.get("confirm"), approved.required(arguments.get("plan"))
    commit, precious = clean_commit(workspace), is_precious(workspace, env)
    with target(workspace, env) as there:
        require_unlocked(there.place, there.terraform.backend)
        require_bounded(there.place, there.names)
        require_granted(workspace, there.place, there.names.role("deploy"))
        before = live.read(there.functions, there.function)
        require_forward(workspace, env, before, commit, precious=precious)
        code = _plan(there, *_zips(there))
        if code not in (_NO_CHANGES, _CHANGES):
            return code
        if approved_plan:
            approved.require(there.terraform, approved_plan)
        if code == _CHANGES:
            require_deployable(there)
            question = f"Apply this plan to {env} in account {there.account.id} ({there.place.where})?"
            confirm(question, env, confirmation, by_name=precious)
            if before:
                live.record(there.functions, there.function, before, commit)
            if code := _apply(there):
                return code
        return _make_live(there, before, commit)


def plan(workspace: Workspace, words: Sequence[str]) -> int:
    """``just deploy-plan env=dev [output=FILE]``: what a deployment would change. Reads only, the state's lock is left alone.

    Ends with the plan's fingerprint; ``plan=FINGERPRINT`` is also written to the end of *output*, for jobs of GitHub's.
    """
    env, arguments = _words(workspace, words, "deploy-plan env=dev [output=FILE]", {"output"})
    with target(workspace, env) as there:
        require_bounded(there.place, there.names)
        require_granted(workspace, there.place, there.names.role("deploy"))
        code = _plan(there, *_zips(there), "-lock=false")
        if code not in (_NO_CHANGES, _CHANGES):
            return code
        made = f"plan={approved.fingerprint(there.terraform)}"
        there.terraform.saved_plan.unlink()  # it holds the state's values in clear
    print(f"`just deploy env={env} {made}` applies this plan, or none.")
    if "output" in arguments:
        with Path(arguments["output"]).open("a", encoding="utf-8") as output:
            output.write(f"{made}\n")
    return 0


def rollback(workspace: Workspace, words: Sequence[str]) -> int:
    """``just rollback env=prod [confirm=prod]``: what was live before is live again."""
    env, arguments = _words(workspace, words, "rollback env=prod [confirm=prod]", {"confirm"})
    with target(workspace, env) as there:
        functions, function = there.functions, there.function
        current = live.read(functions, function)
        if current is None:
            raise UserError(f"{there.place} has no function {function}: nothing was ever deployed there.")
        if not current.before:
            raise UserError(
                f"Version {current.version} of {function} is the first that was live: there is none before it."
            )
        before, lake = current.before[0], read(there.terraform)
        live.await_version(functions, function, before, lambda: smoke(there.place, lake, before))
        question = f"Roll {function} back from version {current.version} to {before}?"
        confirm(question, env, arguments.get("confirm"), by_name=is_precious(workspace, env))
        now = live.move_back(functions, function, current)
    print(
        f"{function}:{live.ALIAS} is version {now.version} again, before it was {current.version}. The pipeline calls the "
        f"alias: every run that begins from now on is of version {now.version}. A run that {current.version} is at work on ends "
        f"with {current.version}.\nWhat Terraform made stays as it is; mend, commit, and "
        f"`just deploy env={env}`."
    )
    return 0


def unlock(workspace: Workspace, words: Sequence[str]) -> int:
    """``just unlock env=dev [confirm=dev]``: take away the lock that an interrupted apply has left on Terraform's state."""
    env, arguments = _words(workspace, words, "unlock env=dev [confirm=dev]", {"confirm"})
    with target(workspace, env) as there:
        held = lock(there.place, there.terraform.backend)
        if held is None:
            print(f"Terraform's state of {there.place} is not locked.")
            return 0
        question = (
            f"{held.get('Operation')} by {held.get('Who')} since {held.get('Created')}: is it dead, and the lock to go?"
        )
        confirm(question, env, arguments.get("confirm"), by_name=is_precious(workspace, env))
        return there.terraform.run("force-unlock", "-force", str(held["ID"]))


def destroy(workspace: Workspace, words: Sequence[str]) -> int:
    """``just destroy env=dev [confirm=DESTROY]``: take the environment and all of its data out of the account."""
    env, arguments = _words(workspace, words, f"destroy env=dev [confirm={_DESTROY}]", {"confirm"})
    with target(workspace, env) as there:
        require_destroyer(there)
        require_unlocked(there.place, there.terraform.backend)
        if not resources(there.place, there.terraform.backend):
            print(f"There is nothing of {there.place} in account {there.account.id}.")
            return 0
        if not there.place.deletes_data(workspace):
            raise UserError(
                f"{env} keeps its data: a destroy would end half way, at the first bucket that holds anything. If all of "
                f"it is to go: force_destroy = true in terraform/envs/{env}.tfvars, commit, `just bootstrap env={env}`, "
                f"`just deploy env={env}`, and this again."
            )
        code = _plan(there, "-destroy")
        if code != _CHANGES:
            return code
        question = f"Destroy {env} in account {there.account.id} ({there.place.where}), with all data in it?"
        confirm(question, _DESTROY, arguments.get("confirm"), by_name=True)
        return _apply(there)


def _words(
    workspace: Workspace, words: Sequence[str], usage: str, known: Collection[str]
) -> tuple[str, dict[str, str]]:
    """The environment and the arguments."""
    arguments, rest = take(words, {"env", *known})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just {usage}")
    return environment(workspace.root, arguments.get("env", "dev")), arguments


def _zips(there: Target) -> list[str]:
    """Both zips, as copies that no other command builds anew between plan and apply.

    Their paths are the same on every machine: they are part of Terraform's state, and another path is a change of the function.
    """
    folder = there.workspace.state / "deployed" / there.environment
    folder.mkdir(parents=True, exist_ok=True)
    options = []
    for name, file in zips(there.workspace, there.place).items():
        copy = folder / f"{name.removesuffix('_zip')}.zip"
        shutil.copyfile(file, copy)
        options.append(f"-var={name}=../{copy.relative_to(there.workspace.root)}")
    return options


def _plan(there: Target, *options: str) -> int:
    """Show what would change and keep it for ``_apply``; Terraform's exit code."""
    return there.terraform.run(
        "plan",
        *("-input=false", "-detailed-exitcode", "-compact-warnings", f"-out={there.terraform.saved_plan}"),
        *there.variables(),
        *options,
    )


def _apply(there: Target) -> int:
    """Apply the plan that was shown, and no other; Terraform's exit code."""
    code = there.terraform.run("apply", "-input=false", "-compact-warnings", str(there.terraform.saved_plan))
    there.terraform.saved_plan.unlink()
    if code:
        what = "was interrupted" if code == EXIT_CODE else "failed"
        print(
            f"The apply {what}. What it made is in the state, and the alias {live.ALIAS} names what it named before: mend what "
            f"Terraform says above and run the same command again, which finishes what was begun.{_snap_start(there)}",
            file=sys.stderr,
        )
    return code


def _snap_start(there: Target) -> str:
    """Advice for a region that has no SnapStart, which AWS tells when the function is made, and no call before."""
    if not is_on(there.workspace, there.environment, "snap_start"):
        return ""
    return (
        f" If Lambda refuses SnapStart in {there.place.region}: snap_start = false in terraform/envs/{there.environment}.tfvars "
        "and commit first."
    )


def _make_live(there: Target, before: live.Live | None, commit: str) -> int:
    lake = read(there.terraform)
    functions, function, version = there.functions, lake.function_name, lake.function_version
    current = live.read(functions, function)
    if current is None:
        raise UserError(f"{function} has no alias {live.ALIAS}. Run the same command again.")
    if live.stopped(functions, function):
        alias = "is what" if current.version == version else f"is not live: version {current.version} is what"
        print(
            f"{function} is stopped (reserved_concurrency = 0): nothing was tried. Version {version} {alias} the alias "
            f"{live.ALIAS} names. Once it may run again, `just deploy env={there.environment}` tries version {version}."
        )
        return 0
    _prove(there, lake, before)
    if current.version == version:
        live.record(functions, function, current, commit)
        print(f"Version {version} of {function} works, and is live.")
        return 0
    moved = live.move(functions, function, current, version, commit)
    print(
        f"Version {moved.version} of {function} works, and is live (commit {commit}); before it was {current.version}. "
        f"`just rollback env={there.environment}` goes back to it."
    )
    at_work = version_at_work(there.place.client("s3"), lake.artifacts_bucket, there.environment)
    if gone := live.prune(functions, function, moved, version, at_work):
        print(f"Deleted, because nothing goes back to them: versions {', '.join(gone)}.")
    return 0


def _prove(there: Target, lake: Outputs, before: live.Live | None) -> None:
    """Invoke the version that was published last. Raises ``UserError`` that also says what is live."""
    version = lake.function_version
    terminal.console(stderr=True).print(f"Trying version {version} of {lake.function_name} ...", soft_wrap=True)
    try:
        live.await_version(there.functions, lake.function_name, version, lambda: smoke(there.place, lake, version))
        smoke(there.place, lake, version)
    except UserError as error:
        if before is None or before.version == version:
            stays = f"There is no version before it to keep: the alias {live.ALIAS} names {version} all the same."
        else:
            stays = f"It is not live: the alias {live.ALIAS} still names version {before.version}."
        raise UserError(
            f"Version {version} does not work: {error}\n{stays} Mend it, commit, and `just deploy env={there.environment}`."
        ) from error
