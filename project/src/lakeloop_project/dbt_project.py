"""A dbt project on disk: what ``dbt_project.yml`` says of folders, and which files dbt reads.

https://docs.getdbt.com/reference/dbt_project.yml
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeloop_project.errors import UserError

FILE = "dbt_project.yml"
# Defaults of dbt-core 1.12; keys of before 1.0 that dbt still reads stand beside their successors.
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
}
_FILES = (
    FILE,
    "packages.yml",
    "package-lock.yml",
    "dependencies.yml",
    "selectors.yml",
    "catalogs.yml",
)


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
        """The profile's name; the project's own where it says none."""
        return str(self.document.get("profile") or self.name)

    @property
    def packages_folder(self) -> Path:
        """Where ``dbt deps`` installs packages."""
        return self.folder / str(self.document.get("packages-install-path", "dbt_packages"))

    def paths(self, key: str) -> list[Path]:
        """The folders that *key* (``model-paths``) names."""
        return [self.folder / str(name) for name in self.document.get(key, _PATHS[key])]

    def files(self) -> list[Path]:
        """Every file that dbt reads of the project, sorted; without profiles, and without what dbt writes."""
        found = {self.folder / name for name in _FILES}
        for folder in (*(folder for key in _PATHS for folder in self.paths(key)), self.packages_folder):
            found.update(folder.rglob("*"))
        return sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)
