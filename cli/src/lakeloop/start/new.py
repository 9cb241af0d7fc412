"""``just new name=acme``: a fresh clone becomes a project of one's own, without the sample and with an empty dbt project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.settings import FILE, require_name, require_region

from lakeloop.adopt.settings_file import with_values
from lakeloop.arguments import take
from lakeloop.errors import UserError
from lakeloop.start import clone
from lakeloop.workspace import Workspace

USAGE = "Usage: just new name=acme [region=eu-central-1]"
_FOLDERS = ("models", "macros", "seeds", "snapshots", "tests")
_PROJECT = """\
# Yours: the dbt project. https://docs.getdbt.com/reference/dbt_project.yml
name: {name}
version: "1.0"
config-version: 2
require-dbt-version: [">=1.12.0", "<2.0.0"]

flags:
  send_anonymous_usage_stats: false
  version_check: false

# Athena's: tables are Iceberg tables in Parquet. DuckDB ignores both.
models:
  +table_type: iceberg
  +format: parquet

snapshots:
  +table_type: iceberg
  +format: parquet
"""
_NEXT = """\
{name} is yours: the sample is gone, dbt/ is empty, resources will be named {name}-dev-... in {region}.
Next:
  dbt/models/                    your sources and models; docs/YOUR-PROJECT.md shows the way
  {folder:<30} your raw files, a folder for each table
  just check && just verify      lint; parse, build and run all of it on this machine
  git add --all && git commit -m "begin {name}"
"""


def new(workspace: Workspace, words: Sequence[str]) -> int:
    """``just new name=acme [region=eu-central-1]``: take the sample out and say what comes next.

    Raises:
        UserError: no name, or one that AWS refuses; a checkout that has changes or no sample. Nothing was changed then.
    """
    arguments, rest = take(words, {"name", "region"})
    if rest or "name" not in arguments:
        raise UserError(USAGE)
    values = {"name": require_name(arguments["name"], "name")}
    if "region" in arguments:
        values["region"] = require_region(arguments["region"], "region")
    clone.require_fresh(workspace)
    settings = workspace.root / FILE
    text = with_values(settings.read_text("utf-8"), values)
    with clone.sample_taken_out(workspace) as folder:
        write_empty_project(workspace, folder, values["name"])
    settings.write_text(text, "utf-8")
    made = Workspace(workspace.root).settings
    print(_NEXT.format(name=made.name, region=made.region, folder=f"{made.raw_folder}/<table>/"), end="")
    return 0


def write_empty_project(workspace: Workspace, folder: Path, name: str) -> None:
    """Write a dbt project without models into *folder*; the lint rules of the one that is there stay."""
    (folder / "dbt_project.yml").write_text(_PROJECT.format(name=name.replace("-", "_")), "utf-8")
    for part in _FOLDERS:
        (folder / part).mkdir()
        (folder / part / ".gitkeep").touch()
    rules = workspace.dbt_project / ".sqlfluff"
    if rules.exists():
        (folder / rules.name).write_text(rules.read_text("utf-8"), "utf-8")
