"""A dbt project on disk: what ``dbt_project.yml`` says of folders, and which files dbt reads.

https://docs.getdbt.com/reference/dbt_project.yml
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeloop_project.errors import UserError

FILE = "dbt_project.yml"
# Defaults of dbt-core 1.12.
_PATHS = {
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "test-paths": ["tests"],
    "analysis-paths": ["analyses"],
    "macro-paths": ["macros"],
    "function-paths": ["functions"],
    "docs-paths": [],
    "asset-paths": [],
    "osi-paths": ["osi", "OSI"],
}
# Keys of before 1.0 that dbt-core 1.12 still reads, with a deprecation. Both at once is an error, which dbt says.
OLD_KEYS = {"model-paths": "source-paths", "seed-paths": "data-paths"}
_FILES = (
    FILE,
    ".dbtignore",
    "vars.yml",
    "packages.yml",
    "package-lock.yml",
    "dependencies.yml",
    "selectors.yml",
    "catalogs.yml",
)


# Of no interest to dbt: byte code, git's files of a package that was cloned.
_PASSED_OVER = {"__pycache__", ".git", ".DS_Store"}


@dataclass(frozen=True)
class DbtProject:
    """The project in *folder*, whose ``dbt_project.yml`` says *document*."""

    folder: Path
    document: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> DbtProject:
        """The project in *folder*.

        Raises:
            UserError: there is none, or ``dbt_project.yml`` is not YAML or names no project.
        """
        file = folder / FILE
        try:
            document = yaml.safe_load(file.read_text("utf-8"))
        except FileNotFoundError:
            raise UserError(f"No dbt project: {file} does not exist.") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise UserError(f"{file} is not YAML: {error}") from error
        if not isinstance(document, dict) or not isinstance(document.get("name"), str):
            raise UserError(f"{file} is no dbt project: it has no `name`.")
        return cls(folder, document)

    @property
    def name(self) -> str:
        return str(self.document["name"])

    @property
    def profile(self) -> str:
        """The profile's name; the project's own where it says none, or a template of one."""
        said = str(self.document.get("profile") or "")
        return said if said and "{{" not in said else self.name

    @property
    def packages_folder(self) -> Path:
        """Folder that ``dbt deps`` installs packages in."""
        return self.folder / str(self.document.get("packages-install-path", "dbt_packages"))

    def paths(self, key: str) -> list[Path]:
        """The folders that *key* (``model-paths``) names. Raises ``UserError`` if it is no list."""
        names = self.document.get(key, self.document.get(OLD_KEYS.get(key, key), _PATHS[key]))
        if not isinstance(names, list):
            raise UserError(f"{self.folder / FILE}: {key} is no list of folders.")
        return [self.folder / str(name) for name in names]

    def own_files(self) -> list[Path]:
        """Every file of the project itself that dbt reads, sorted; without profiles, packages and what dbt writes."""
        found = {self.folder / name for name in _FILES}
        for folder in (folder for key in _PATHS for folder in self.paths(key)):
            found.update(_below(folder))
        return sorted(file for file in found if file.is_file() and not _PASSED_OVER.intersection(file.parts))

    def files(self) -> list[Path]:
        """Every file that dbt reads of the project, sorted: its own and those of the packages that are installed."""
        packages = (file for file in _below(self.packages_folder) if not _PASSED_OVER.intersection(file.parts))
        return sorted({*self.own_files(), *packages})


def _below(folder: Path) -> Iterator[Path]:
    """The files below *folder*, through links to folders: ``dbt deps`` makes one for a package that is ``local:``."""
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(place, name) for name in names)
