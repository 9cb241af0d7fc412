"""Copies of a dbt project: the files that dbt reads, with packages that are ``local:``; and a record of them.

The record is a list as of ``sha256sum``, ``dbt/adopted.lock``: by it, a second adoption knows which files were changed here since.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml
from lakeloop_project import DbtProject, packages
from lakeloop_project.dbt_project import FILE, OLD_KEYS

from lakeloop.errors import UserError

RECORD = "adopted.lock"
_LOCAL = "local_packages"
# Made anew by dbt, or nobody's to carry: not worth a word.
_NOT_TOLD = {"target", "logs", "dbt_packages", "dbt_modules", "node_modules", "__pycache__", "venv", "env"}


@dataclass(frozen=True)
class Changes:
    """Files, as their paths below ``dbt/``."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def lines(self, shown: int = 20) -> list[str]:
        """A line for each file, ``A``, ``M`` or ``D`` first as git has it; at most *shown*."""
        marks = [("A", self.added), ("M", self.changed), ("D", self.removed)]
        all_lines = [f"  {mark} {name}" for mark, names in marks for name in names]
        return all_lines[:shown] + ([f"  ... and {len(all_lines) - shown} more"] if len(all_lines) > shown else [])


def carry(project: DbtProject, folder: Path) -> list[str]:
    """Copy *project* into the empty *folder*; what a person should know of it, a line each.

    Raises:
        UserError: a folder of the project lies outside it, a package of its own is not there.
    """
    told = [
        f"{old} is of before dbt 1.0; dbt 1.12 still reads it as {new}."
        for new, old in OLD_KEYS.items()
        if old in project.document
    ]
    _require_inside(project)
    for file in project.own_files():
        _copy(file, folder / file.relative_to(project.folder))
    told += _carry_packages(project, folder)
    if (install := project.packages_folder.relative_to(project.folder)) != Path("dbt_packages"):
        ignored = f"{install.as_posix()}/\n"
        (folder / ".gitignore").write_text(ignored, "utf-8")
    left = _left_out(project)
    if left:
        told.append(f"Not carried, as dbt does not read it: {', '.join(left[:8])}{', ...' if len(left) > 8 else ''}.")
    return told


def carry_installed(project: DbtProject, carried: DbtProject) -> None:
    """Copy the packages that are installed at theirs; links become what they are links to."""
    shutil.rmtree(carried.packages_folder, ignore_errors=True)
    shutil.copytree(
        project.packages_folder, carried.packages_folder, ignore=shutil.ignore_patterns(".git", "__pycache__")
    )


def record(folder: Path) -> dict[str, str]:
    """SHA-256 of each carried file that is in *folder* now, by its path there."""
    files = DbtProject.read(folder).own_files()
    local = [file for name in packages.local_packages(DbtProject.read(folder)) for file in _files(folder / name)]
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted({*files, *local})
    }


def write_record(folder: Path) -> None:
    """Write what ``record`` finds, as ``sha256sum --check`` reads it."""
    lines = (f"{digest}  {name}\n" for name, digest in record(folder).items())
    (folder / RECORD).write_text("".join(lines), "utf-8")


def read_record(folder: Path) -> dict[str, str] | None:
    """The record in *folder*; None if nothing was adopted into it."""
    try:
        lines = (folder / RECORD).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def compare(before: dict[str, str], after: dict[str, str]) -> Changes:
    """The changes by which *before* becomes *after*."""
    return Changes(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
        tuple(sorted(before.keys() - after.keys())),
    )


def _require_inside(project: DbtProject) -> None:
    keys = (
        "model-paths",
        "seed-paths",
        "snapshot-paths",
        "test-paths",
        "analysis-paths",
        "macro-paths",
        "function-paths",
    )
    for key in (*keys, "docs-paths", "asset-paths"):
        for place in project.paths(key):
            if not Path(os.path.normpath(place)).is_relative_to(project.folder):
                raise UserError(
                    f"{project.folder / FILE}: {key} names {place}, which is outside the project. Move it inside, or make a "
                    "package of it (`local:` in packages.yml)."
                )
    if not Path(os.path.normpath(project.packages_folder)).is_relative_to(project.folder):
        raise UserError(f"{project.folder / FILE}: packages-install-path is outside the project. Move it inside.")


def _carry_packages(project: DbtProject, folder: Path) -> list[str]:
    """Copy packages that are folders; those from outside the project get a place in it, and their entries say so."""
    told: list[str] = []
    moved: dict[str, str] = {}
    for name in dict.fromkeys(packages.local_packages(project)):
        source = Path(os.path.normpath(project.folder / name))
        if not (source / FILE).is_file():
            raise UserError(
                f"packages.yml of {project.folder} names local: {name}, but {source / FILE} does not exist."
            )
        inside = source.is_relative_to(project.folder) and source != project.folder
        place = source.relative_to(project.folder) if inside else Path(_LOCAL) / source.name
        for file in _files(source):
            _copy(file, folder / place / file.relative_to(source))
        if not inside:
            moved[name] = place.as_posix()
            told.append(f"The package {name} lies outside the project: copied to dbt/{place}.")
    for file_name in packages.FILES if moved else ():
        file = folder / file_name
        if file.exists():
            file.write_text(_with_places(file.read_text("utf-8"), moved), "utf-8")
    if moved:
        # Its hash is of the entries; dbt makes it anew.
        (folder / packages.LOCK).unlink(missing_ok=True)
    return told


def _with_places(text: str, moved: dict[str, str]) -> str:
    for name, place in moved.items():
        text = re.sub(rf"""(\blocal:\s*)(['"]?){re.escape(name)}\2(?=\s|,|\}}|$)""", rf"\g<1>{place}", text)
    document = yaml.safe_load(text) or {}
    left = {str(entry.get("local")) for entry in document.get("packages") or []}
    missed = [name for name in moved if name in left]
    if missed:
        raise UserError(
            f"packages.yml: the entry local: {missed[0]} is spelled as cannot be changed; write it on a line of its own."
        )
    return text


def _files(folder: Path) -> list[Path]:
    """Files of a package; not its own builds, packages and integration tests' environments."""
    return DbtProject.read(folder).own_files() if (folder / FILE).is_file() else []


def _copy(source: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)


def _left_out(project: DbtProject) -> list[str]:
    carried = {file.relative_to(project.folder).parts[0] for file in project.own_files()}
    local = {Path(os.path.normpath(name)).parts[0] for name in packages.local_packages(project)}
    entries = sorted(project.folder.iterdir(), key=lambda entry: entry.name)
    return [
        f"{entry.name}/" if entry.is_dir() else entry.name
        for entry in entries
        if entry.name not in carried | local | _NOT_TOLD
        and not entry.name.startswith(".")
        and "profiles" not in entry.name
        and entry != project.packages_folder
        and not (entry / "pyvenv.cfg").exists()
    ]
