"""``just new name=acme``: a fresh clone becomes a project of one's own, without the sample and with an empty dbt project."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.settings import FILE, require_name, require_region

from lakeloop import files
from lakeloop.adopt.settings_file import with_table, with_values
from lakeloop.arguments import take
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.start import raw_files, sample
from lakeloop.workspace import Workspace

USAGE = "Usage: just new name=acme [region=eu-central-1] [raw=PATH]"
# As dbt has them: https://docs.getdbt.com/reference/dbt_project.yml
_FOLDERS = ("models", "macros", "seeds", "snapshots", "tests")
_PROJECT = """\
# Yours: the dbt project. https://docs.getdbt.com/reference/dbt_project.yml
name: {name}
profile: {name}
version: "1.0"
profile: {name}
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
{name} is yours: the sample is gone, {project}; resources will be called {name}-dev-... and lie in {region}.
Next:
  docs/YOUR-PROJECT.md shows the way; sources and models go into dbt/models/, raw files into {raw}/TABLE/
  just check && just verify
  git add --all && git commit -m "begin {name}"
"""


def new(workspace: Workspace, words: Sequence[str]) -> int:
    """``just new name=acme [region=eu-central-1] [raw=PATH]``: take the sample out and say what comes next.

    With raw files, their sources and a staging model each are written.

    Raises:
        UserError: no name, or one that AWS refuses; a checkout that has changes or no sample; raw files that Athena could not
            read. Nothing was changed then.
    """
    arguments, rest = take(words, {"name", "region", "raw"})
    if rest or "name" not in arguments:
        raise UserError(USAGE)
    values = {"name": require_name(arguments["name"], "name")}
    if "region" in arguments:
        values["region"] = require_region(arguments["region"], "region")
    sample.require_fresh(workspace)
    delivery = None
    if "raw" in arguments:
        folder = Path(arguments["raw"]).expanduser().resolve()
        delivery = raw_files.look(folder, values["name"].replace("-", "_"))
        raw_files.require_room(workspace.root, folder)
    _replace_project(workspace, values, delivery)
    project = "dbt/ is empty"
    if delivery:
        print(raw_files.bring(workspace.root, delivery.folder))
        project = f"dbt/ has sources and staging models of {counted(len(delivery.tables), 'table')}"
    made = Workspace(workspace.root).settings
    print(_NEXT.format(name=made.name, region=made.region, raw=made.raw_folder, project=project), end="", flush=True)
    return 0


def _replace_project(workspace: Workspace, values: dict[str, str], delivery: raw_files.Delivery | None) -> None:
    """Put a project without the sample's models in the place of ``dbt/``, *values* into ``lakeloop.toml``, and take the sample
    out; or nothing."""
    settings, aside = workspace.root / FILE, workspace.state / "new"
    text = settings.read_text("utf-8")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    write_empty_project(aside / "empty", values["name"], workspace.dbt_project / ".sqlfluff")
    changed = with_values(text, values)
    if delivery:
        raw_files.write(delivery, aside / "empty")
        folder = raw_files.place_of(workspace.root, delivery.folder).as_posix()
        changed = with_table(
            changed, "raw", "Folder of the raw files, from here: a folder in it is a table.", {"folder": folder}
        )
    workspace.dbt_project.rename(aside / "dbt")
    try:
        (aside / "empty").rename(workspace.dbt_project)
        files.write(settings, changed)
        sample.take_out(workspace)
    except BaseException:
        shutil.rmtree(workspace.dbt_project, ignore_errors=True)
        (aside / "dbt").rename(workspace.dbt_project)
        files.write(settings, text)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def write_empty_project(folder: Path, name: str, rules: Path) -> None:
    """Write a dbt project without models, with the lint *rules* if there are any."""
    folder.mkdir()
    (folder / "dbt_project.yml").write_text(_PROJECT.format(name=name.replace("-", "_")), "utf-8")
    for part in _FOLDERS:
        (folder / part).mkdir()
        (folder / part / ".gitkeep").touch()
    if rules.exists():
        shutil.copyfile(rules, folder / rules.name)
