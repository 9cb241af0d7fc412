"""dbt's packages: which are asked for, which are installed.

https://docs.getdbt.com/docs/build/packages
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeloop_project.dbt_project import DbtProject
from lakeloop_project.errors import UserError

LOCK = "package-lock.yml"
FILES = ("packages.yml", "dependencies.yml")


@dataclass(frozen=True)
class Packages:
    """The packages that *file* names (each as a person would), and the folders that ``dbt deps`` has made."""

    file: Path
    named: tuple[str, ...]
    folders: tuple[str, ...]
    """The folder of each of them; empty where the file does not say it (only a lock does)."""
    installed: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """Those that are not installed; all of them where it cannot be told which."""
        if any(self.folders):
            pairs = zip(self.named, self.folders, strict=True)
            return [name for name, folder in pairs if folder not in self.installed]
        return list(self.named) if len(self.installed) < len(self.named) else []


def read(project: DbtProject) -> Packages:
    """The packages of *project*, as dbt counts them: those of the lock if there is one.

    Raises:
        UserError: a file of packages that is none.
    """
    file = next((file for name in (LOCK, *FILES) if _entries(file := project.folder / name)), project.folder / FILES[0])
    entries = _entries(file)
    folder = project.packages_folder
    installed = (
        sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("__"))
        if folder.is_dir()
        else []
    )
    named = tuple(_shown(entry) for entry in entries)
    return Packages(file, named, tuple(str(entry.get("name") or "") for entry in entries), tuple(installed))


def require_installed(project: DbtProject) -> None:
    """Raises ``UserError`` that names what is not installed, or that more is; dbt asks for as many as are named."""
    packages = read(project)
    if not packages.missing and len(packages.installed) == len(packages.named):
        return
    counts = (
        f"{packages.file.name} names {len(packages.named)} packages, {project.packages_folder.name}/ holds "
        f"{len(packages.installed)}"
    )
    more = f"Missing: {', '.join(packages.missing)}." if packages.missing else "Some are no longer asked for."
    raise UserError(f"{counts}. {more} `just deps` makes them equal.")


def local_packages(project: DbtProject) -> list[str]:
    """The folders that ``local:`` names, relative to the project."""
    entries = (entry for name in FILES for entry in _entries(project.folder / name))
    return [str(entry["local"]) for entry in entries if entry.get("local")]


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        document = yaml.safe_load(file.read_text("utf-8")) or {}
        entries = document.get("packages") or []
        return [dict(entry) for entry in entries]
    except FileNotFoundError:
        return []
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise UserError(f"{file} is no file of dbt packages: {error}") from error


def _shown(entry: dict[str, Any]) -> str:
    for kind in ("package", "git", "tarball", "private", "local"):
        if entry.get(kind):
            version = entry.get("version") or entry.get("revision")
            return f"{entry[kind]} {_version(version)}".strip() if version else f"{entry[kind]}"
    return str(entry.get("name") or entry)


def _version(version: Any) -> str:
    return "".join(str(part) for part in version) if isinstance(version, list) else str(version)
