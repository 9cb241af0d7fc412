"""A project laid out aside as the checkout will have it, parsed there, and then put in place in one step, or not at all."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import yaml
from lakeloop_project import DbtProject, environments, profiles
from lakeloop_project.settings import FILE as SETTINGS

from lakeloop import files
from lakeloop.adopt import carry, settings_file
from lakeloop.adopt.theirs import Theirs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_PROFILE_COMMENT = """# Yours: settings of dbt-athena, by the names of dbt's targets. Buckets, workgroup, database, region and
# credentials are Terraform's and cannot be set here.
"""


@dataclass(frozen=True)
class Wanted:
    """The settings that go into ``lakeloop.toml``."""

    name: str
    region: str
    env: Mapping[str, str]
    targets: Mapping[str, str]


def state(workspace: Workspace, *, again: bool) -> list[str]:
    """Paths in the checkout that differ from its last commit.

    Args:
        again: whether something was adopted before, and may be uncommitted.

    Raises:
        UserError: the checkout is no repository, or it has changes that an adoption would be mixed with.
    """
    asked = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=normal"],
        cwd=workspace.root,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise UserError(
            f"{workspace.root} is no git repository, so that nothing could be taken back. `git init`, add, commit."
        )
    changes = [line[3:] for line in asked.stdout.splitlines()]
    if changes and not again:
        shown = ", ".join(changes[:5]) + (", ..." if len(changes) > 5 else "")
        raise UserError(f"The checkout has changes: {shown}. Commit them, or `git stash`, and adopt into a clean one.")
    return changes


def ignored(workspace: Workspace) -> list[str]:
    """Carried files that git would not take: somebody's own rules may match them."""
    names = "\0".join(f"dbt/{name}" for name in carry.record(workspace.dbt_project))
    asked = subprocess.run(
        ["git", "check-ignore", "--stdin", "-z"],
        cwd=workspace.root,
        input=names,
        capture_output=True,
        text=True,
        check=False,
    )
    return [name for name in asked.stdout.split("\0") if name]


@contextmanager
def staged(workspace: Workspace) -> Iterator[Workspace]:
    """An empty folder in the place of the checkout, with its environments, gone when the block ends."""
    folder = workspace.state / "adopt" / "staged"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "dbt").mkdir(parents=True)
    shutil.copytree(workspace.terraform / "envs", folder / "terraform" / "envs")
    shutil.copyfile(workspace.root / SETTINGS, folder / SETTINGS)
    try:
        yield Workspace(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_settings(aside: Workspace, wanted: Wanted) -> None:
    """``lakeloop.toml`` of the checkout that is laid out in *aside*."""
    file = aside.root / SETTINGS
    text = settings_file.with_values(file.read_text("utf-8"), {"name": wanted.name, "region": wanted.region})
    text = settings_file.with_table(
        text, "dbt.env", "What env_var() finds: here, in the function's build, in Lambda. No secrets.", wanted.env
    )
    text = settings_file.with_table(
        text, "dbt.targets", "target.name of environments whose own name is another.", wanted.targets
    )
    file.write_text(text, "utf-8")


def write_databases(aside: Workspace, databases: Sequence[str]) -> None:
    """``[dbt] databases`` of the checkout that is laid out in *aside*."""
    file = aside.root / SETTINGS
    wanted = {"databases": databases} if databases else {}
    comment = "Glue databases that dbt builds in although their names do not begin with an environment's."
    file.write_text(settings_file.with_table(file.read_text("utf-8"), "dbt", comment, wanted), "utf-8")


def kept_text(theirs: Theirs) -> str:
    """The settings that are kept, as text: they may read environment variables."""
    return yaml.safe_dump([target.kept for target in theirs.athena.values()])


def write_profile(aside: Workspace, theirs: Theirs, targets: Mapping[str, str]) -> list[str]:
    """``dbt/profiles.yml`` with what is kept of *theirs*; what a person should know of it.

    Args:
        targets: which target of theirs an environment has, where one has any.
    """
    if theirs.file is None:
        return ["No profile of theirs was found: one is generated, a target for each environment."]
    only = next(iter(theirs.athena.values())) if len(theirs.athena) == 1 else theirs.athena.get(theirs.default)
    named = profiles.targets(aside.root)
    outputs = {}
    for environment in environments(aside.root):
        target = theirs.athena.get(targets.get(environment, ""), only)
        if target and target.kept:
            outputs[named[environment]] = {"type": "athena", **target.kept}
    told = [f"Profile: {theirs.file}; its buckets, workgroup, schema and credentials become Terraform's."]
    if theirs.others:
        others = ", ".join(f"{name} ({adapter})" for name, adapter in theirs.others.items())
        told.append(f"Targets that are not Athena's are left out: {others}. `local` on DuckDB is the laptop's.")
    if outputs:
        document = {DbtProject.read(aside.dbt_project).profile: {"outputs": outputs}}
        text = _PROFILE_COMMENT + yaml.safe_dump(document, sort_keys=False)
        (aside.dbt_project / profiles.FILE).write_text(text, "utf-8")
        told.append(
            f"Kept of it in dbt/profiles.yml: {', '.join(sorted({key for one in outputs.values() for key in one} - {'type'}))}."
        )
    if any(one.kept.get("s3_data_naming") in ("schema_table", "table") for one in theirs.athena.values()):
        told.append(
            "s3_data_naming without `unique`: an Iceberg table that is swapped by renaming needs a folder of its own for each "
            "build. Take s3_data_naming out of dbt/profiles.yml unless another program reads the folders by name."
        )
    return told


def put_in_place(workspace: Workspace, aside: Workspace, take_out: Callable[[Workspace], None]) -> None:
    """Make the checkout what is laid out in *aside*: ``dbt/`` and ``lakeloop.toml``; before, *take_out* what was cloned.

    If anything fails, ``dbt/`` and ``lakeloop.toml`` are as they were.
    """
    before = workspace.state / "adopt" / "before"
    shutil.rmtree(before, ignore_errors=True)
    before.mkdir(parents=True)
    shutil.copyfile(workspace.root / SETTINGS, before / SETTINGS)
    kept = workspace.dbt_project / profiles.FILE
    if carry.read_record(workspace.dbt_project) is not None and kept.exists():
        # Theirs to edit since it was written.
        shutil.copyfile(kept, aside.dbt_project / profiles.FILE)
    carry.write_record(aside.dbt_project)
    workspace.dbt_project.rename(before / "dbt")
    try:
        aside.dbt_project.rename(workspace.dbt_project)
        files.write(workspace.root / SETTINGS, (aside.root / SETTINGS).read_bytes())
        take_out(workspace)
    except BaseException:
        shutil.rmtree(workspace.dbt_project, ignore_errors=True)
        (before / "dbt").rename(workspace.dbt_project)
        files.write(workspace.root / SETTINGS, (before / SETTINGS).read_bytes())
        raise
    shutil.rmtree(before, ignore_errors=True)
