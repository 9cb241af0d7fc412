"""``just adopt PATH``: find, check, lay aside, parse, put in place, try, tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lakeloop_project import DbtProject, environments, packages
from lakeloop_project.dbt_settings import Skip
from lakeloop_project.settings import FILE as SETTINGS
from lakeloop_project.settings import require_name, require_region
from lakeloop_project.sources import RAW_SCHEMA
from rich.console import Console

from lakeloop import deps, files, terminal
from lakeloop.adopt import account, carry, lake, names, pin, settings_file, staging, tested, theirs, variables
from lakeloop.adopt.find import find
from lakeloop.adopt.parsing import parse
from lakeloop.adopt.reasons import ATHENA, DUCKDB, LAMBDA
from lakeloop.adopt.trial import Trial
from lakeloop.aws import place as places
from lakeloop.confirm import confirm
from lakeloop.errors import UserError
from lakeloop.start import sample
from lakeloop.warm import forks
from lakeloop.workspace import Workspace

USAGE = "Usage: just adopt PATH [name=acme] [region=eu-central-1] [env.NAME=value ...] [--env-file FILE] [on=aws] [confirm=yes]"
_WORDS = {"name", "region", "on", "confirm"}
_SKIP_COMMENT = (
    "Not built on this laptop: local is DuckDB, emulator is local Athena. parity: built on both, and not compared."
)


@dataclass(frozen=True)
class Asked:
    """The words of the command."""

    path: str
    words: Mapping[str, str]
    env: Mapping[str, str] = field(default_factory=dict)


@forks.kept()
def adopt(workspace: Workspace, words: Sequence[str]) -> int:
    """``just adopt PATH``: the dbt project there, in the place of ``dbt/``; then what of it runs where.

    Returns:
        0; what cannot run is told and left out, and no failure of the adoption.

    Raises:
        UserError: there is no such project, the checkout has changes, values are missing, or the project does not parse. Nothing
            was changed then.
    """
    asked = read(words)
    project = find(asked.path, workspace.root)
    before = carry.read_record(workspace.dbt_project)
    staging.state(workspace, again=before is not None)
    _require_unchanged(workspace, before)
    console = terminal.console(soft_wrap=True)
    told: list[str] = [f"{project.name}: {project.folder}"]
    with staging.staged(workspace) as aside:
        told += carry.carry(project, aside.dbt_project)
        found = theirs.look(project, _below(asked.path), Path.home())
        wanted, targets = _wanted(workspace, aside, project, found, asked, told)
        staging.write_settings(aside, wanted)
        told += staging.write_profile(aside, found, targets)
        _install(aside, project, told)
        parsed = parse(aside)
        staging.write_databases(aside, parsed.databases)
        told += parsed.notes()
        for line in told:
            console.print(line)
        _agree(workspace, before, carry.record(aside.dbt_project), asked)
        staging.put_in_place(workspace, aside, sample.take_out)
    counts = account.counts(parsed.manifest)
    console.print(f"dbt/ is {project.name} now: {account.shown(counts)}.")
    fresh = Workspace(workspace.root)
    if hidden := staging.ignored(fresh):
        shown = ", ".join(hidden[:5]) + (", ..." if len(hidden) > 5 else "")
        console.print(f"Git ignores {shown}: `git add --force` takes them, or no deployment has them.")
    former = fresh.settings.skip
    with _nothing_left_out(workspace.root / SETTINGS):
        trial = _try(Workspace(workspace.root), parsed.manifest, asked, console)
        _remember(workspace.root / SETTINGS, trial, former)
    account.tell(trial, counts, terminal.console())
    _next(console, trial)
    return 0


def read(words: Sequence[str]) -> Asked:
    """The words of the command. Raises ``UserError`` for one that is none."""
    path = ""
    found: dict[str, str] = {}
    env: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        key, equals, value = word.partition("=")
        if word == "--env-file" or key == "--env-file":
            if not equals and not rest:
                raise UserError(f"--env-file names no file. {USAGE}")
            env = {**variables.of_file(Path(value if equals else rest.pop(0)).expanduser()), **env}
        elif equals and key.startswith("env.") and key[4:].isidentifier():
            env[key[4:]] = value
        elif equals and key in _WORDS and key not in found:
            found[key] = value
        elif word.startswith("-") or (equals and key.isidentifier() and not Path(word).exists()) or path:
            raise UserError(f"Unknown word {word!r}. {USAGE}")
        else:
            path = word
    if not path:
        raise UserError(f"No path. {USAGE}")
    return Asked(path, found, env)


def _below(path: str) -> Path:
    given = Path(path).expanduser().resolve()
    return given if given.is_dir() else given.parent


def _require_unchanged(workspace: Workspace, before: Mapping[str, str] | None) -> None:
    """Raise ``UserError`` if somebody has worked on what was adopted *before*."""
    if before is None:
        return
    edits = carry.compare(dict(before), carry.record(workspace.dbt_project))
    if edits:
        shown = "\n".join(edits.lines())
        raise UserError(
            f"dbt/ was adopted and has been changed here since:\n{shown}\nAn adoption would undo that. Make the changes in the "
            f"project that you adopt, or go on without it: remove dbt/{carry.RECORD}, and dbt/ is yours alone."
        )


def _agree(workspace: Workspace, before: Mapping[str, str] | None, after: Mapping[str, str], asked: Asked) -> None:
    if before is None:
        return
    changes = carry.compare(dict(before), dict(after))
    if not changes:
        print("Nothing has changed there since; what runs where is tried again.")
        return
    print("\n".join(["Since it was adopted:", *changes.lines()]))
    confirm("Take these changes?", "yes", asked.words.get("confirm"), by_name=False)


def _wanted(
    workspace: Workspace,
    aside: Workspace,
    project: DbtProject,
    found: theirs.Theirs,
    asked: Asked,
    told: list[str],
) -> tuple[staging.Wanted, dict[str, str]]:
    """The settings, and which target of theirs each environment has."""
    settings = workspace.settings
    carried = DbtProject.read(aside.dbt_project)
    own = carried.own_files()
    read = variables.find([file for file in own if file.name not in packages.FILES], aside.dbt_project)
    known, given = dict(settings.dbt.env), dict(asked.env)
    if project.document.get("profile") != carried.profile:
        known["DBT_PROFILE"] = carried.profile
    if differs := pin.differs(project, version("dbt-core")):
        told.append(differs)
        known[pin.VARIABLE] = "false"
    kept = variables.in_text(staging.kept_text(found), str(found.file))
    env = variables.choose([*read, *(one for one in kept if one.name not in {two.name for two in read})], given, known)
    if defaults := [f"{one.name} ({one.default})" for one in read if one.default is not None and one.name not in env]:
        told.append(f"Environment variables at their defaults: {', '.join(defaults)}. env.NAME=value sets one.")
    known_environments = environments(workspace.root)
    named_by_macros = tested.names(own)
    targets = theirs.assign(known_environments, found, set(named_by_macros))
    named = {name: target for name, target in targets.items() if target != name and target in named_by_macros}
    for name, target in named.items():
        told.append(
            f"{named_by_macros[target]} tests target.name for {target!r}: it is the target of environment {name} ({SETTINGS})."
        )
    name, region = names.choose(workspace, project, found, asked.words)
    wanted = staging.Wanted(require_name(name, "name"), require_region(region, "region"), env, named)
    return wanted, targets


def _install(aside: Workspace, project: DbtProject, told: list[str]) -> None:
    """``dbt deps``; where that cannot be, the packages that are installed at theirs. Raises ``UserError`` if neither can be."""
    carried = DbtProject.read(aside.dbt_project)
    asked = packages.read(carried)
    if not asked.named:
        return
    try:
        deps.install(aside, carried)
        told.append(f"Packages: {', '.join(packages.read(carried).named)}.")
    except UserError:
        if len(packages.read(project).installed) < len(asked.named):
            raise
        carry.carry_installed(project, carried)
        packages.require_installed(carried)
        told.append(f"Packages: {', '.join(asked.named)}, as they are installed there; the hub could not be reached.")


def _try(workspace: Workspace, manifest: dict[str, Any], asked: Asked, console: Console) -> Trial:
    environment = environments(workspace.root)[0]
    glue = None
    if "on" in asked.words:
        where = places.choose(workspace, environment, asked.words["on"], os.environ)
        glue = where.client("glue", region_name=workspace.settings.region)
    raw_schema = names.of_environment(workspace, environment)[RAW_SCHEMA]
    trial = Trial(workspace, lambda line: console.print(line), manifest, raw_schema, glue)
    problems = []
    trial.tell(f"Tried in a local AWS of its own: Terraform makes {environment} there, the function's zip is built ...")
    try:
        with lake.running(workspace, environment) as there:
            trial.on_athena(there, environment)
            problems += _on_duckdb(trial)
            trial.compare(there)
    except UserError as error:
        problems.append(f"Not tried on local Athena and in the Lambda: {error}")
        problems += _on_duckdb(trial) if DUCKDB not in trial.verdicts else []
    trial.notes += problems
    return trial


def _on_duckdb(trial: Trial) -> list[str]:
    """Try it there; why it could not be tried."""
    try:
        trial.on_duckdb()
    except UserError as error:
        return [str(error)]
    return []


@contextmanager
def _nothing_left_out(file: Path) -> Iterator[None]:
    """Until the block ends, *file* says that all of the project runs: a model may have been mended since the last trial.

    A trial that does not end leaves the file as it was.
    """
    before = file.read_text("utf-8")
    files.write(file, settings_file.with_table(before, "skip", _SKIP_COMMENT, {}))
    try:
        yield
    except BaseException:
        files.write(file, before)
        raise


def _remember(file: Path, trial: Trial, former: Skip) -> None:
    """Write what is left out from now on into ``lakeloop.toml``, *file*; for an engine that was not tried it is the *former*."""
    skipped: dict[str, str | Sequence[str]] = {
        "local": former.local,
        "emulator": former.emulator,
        "parity": former.parity,
    }
    if DUCKDB in trial.verdicts:
        skipped["local"] = trial.skipped(DUCKDB)
    if ATHENA in trial.verdicts:
        skipped["emulator"] = trial.skipped(ATHENA, LAMBDA)
    if trial.compared is not None:
        skipped["parity"] = sorted(trial.differing)
    said = skipped if any(skipped.values()) else {}
    files.write(file, settings_file.with_table(file.read_text("utf-8"), "skip", _SKIP_COMMENT, said))


def _next(console: Console, trial: Trial) -> None:
    left_out = sum(len(trial.skipped(engine)) for engine in trial.verdicts)
    if left_out:
        console.print(f"What does not run is left out on this laptop from now on: [skip] in {SETTINGS}.")
    console.print("Next: git add --all && git commit -m 'adopt' && just verify")
    sys.stdout.flush()
