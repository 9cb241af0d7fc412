"""Paths of a checkout. Everything that recipes make goes into ``.lakeloop/``, which git ignores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lakeloop_project import Settings, profiles, read_settings

from lakeloop import root
from lakeloop.errors import UserError


@dataclass(frozen=True)
class Workspace:
    """The paths of one checkout."""

    root: Path

    @property
    def dbt_project(self) -> Path:
        return self.root / "dbt"

    @cached_property
    def settings(self) -> Settings:
        """``lakeloop.toml``. Raises ``UserError`` if it is no good."""
        return read_settings(self.root)

    @property
    def profiles(self) -> Path:
        """The folder of the dbt profile that is made of the environments (``lakeloop_project.profiles``)."""
        return self.state / "profiles"

    @property
    def terraform(self) -> Path:
        return self.root / "terraform"

    @property
    def raw(self) -> Path:
        """The folder of the raw files, as ``lakeloop.toml`` names it."""
        return self.root / self.settings.raw_folder

    @property
    def local_sources(self) -> Path:
        """Files that stand in for tables in Glue: ``<source>/<table>/`` below it."""
        return self.root / "data" / "sources"

    @property
    def state(self) -> Path:
        return self.root / root.STATE

    @property
    def database(self) -> Path:
        """The last good build. DuckDB takes the catalog's name from the file's, and views hold that name."""
        return self.state / "lakeloop.duckdb"

    @property
    def building(self) -> Path:
        """The build in progress. The path never changes, because dbt parses the project anew when it does."""
        return self.state / "building" / "lakeloop.duckdb"

    @property
    def failed(self) -> Path:
        """Database of the last failed build, for a look and for ``retry``."""
        return self.state / "failed" / "lakeloop.duckdb"

    @property
    def target(self) -> Path:
        """dbt's folder for target local."""
        return self.target_of(profiles.LOCAL)

    def target_of(self, target: str) -> Path:
        """dbt's folder for one of its targets: each keeps its own parse, so that going from one to another parses nothing."""
        return self.state / "target" if target == profiles.LOCAL else self.state / "targets" / target

    @property
    def parity(self) -> Path:
        """The DuckDB side of `just parity`, aside from the last good build."""
        return self.state / "parity"

    @property
    def parsed(self) -> Path:
        """Excerpts of the manifests of other targets, and dbt's folders of their parses."""
        return self.state / "parsed"

    @property
    def docs(self) -> Path:
        return self.state / "docs" / "index.html"

    def docs_of(self, environment: str) -> Path:
        """The documentation of an environment, as its function wrote it."""
        return self.state / "docs" / environment / "index.html"

    def state_of(self, environment: str) -> Path:
        """State of the last whole build of an environment, for dbt to compare with; apart from ``target``, which dbt writes."""
        return self.state / "state" / environment


def find(start: Path | None = None) -> Workspace:
    """The checkout around *start* (the current folder); ``LAKELOOP_HOME`` names another.

    Raises:
        UserError: there is none.
    """
    folder = root.find(start)
    if folder:
        return Workspace(folder)
    raise UserError(
        f"No dbt project: looked for dbt/dbt_project.yml in {root.start(start)} and above. Run this inside a checkout of Lakeloop."
    )
