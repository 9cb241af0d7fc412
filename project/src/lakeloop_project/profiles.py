"""The dbt profile, made of the environments: ``local`` on DuckDB, and one target on Athena for each environment.

A target is named as its environment, unless ``[dbt.targets]`` of ``lakeloop.toml`` says otherwise.

Everything that differs between machines and environments comes from environment variables, which recipes and the function set.
A ``dbt/profiles.yml`` of the team's own adds to it: what it says of a target of the same name (``threads``,
``s3_data_naming``, ``num_retries``) stays, but for the names of resources, which are Terraform's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lakeloop_project.dbt_project import DbtProject
from lakeloop_project.environments import environments
from lakeloop_project.errors import UserError
from lakeloop_project.settings import FILE as SETTINGS
from lakeloop_project.settings import read_settings

FILE = "profiles.yml"
LOCAL = "local"
_THREADS = "{{ env_var('DBT_THREADS', '%s') | as_number }}"
_LOCAL = {
    "type": "duckdb",
    "path": "{{ env_var('LAKELOOP_DATABASE', '.lakeloop/lakeloop.duckdb') }}",
    "threads": _THREADS % 4,
    # A timestamp with an offset is read as UTC, on whatever machine.
    "settings": {"TimeZone": "UTC", "preserve_insertion_order": False},
}
NAMES = ("ATHENA_RESULTS_BUCKET", "ATHENA_WORKGROUP", "GLUE_DATABASE_NAME", "PROCESSED_BUCKET_NAME")
"""Variables with the names of an environment's resources, without which no target on Athena connects to anything."""
# A profile of AWS's that nobody has, in the place of whatever credentials there are: boto3 refuses it before it connects.
_SET = " and ".join(f"env_var('{name}', '')" for name in NAMES)
_NOWHERE = "no environment is set; `just dbt env=dev` sets one"
# Names of resources: Terraform's, so that a team's file cannot say otherwise. The defaults only let the project be parsed.
_RESOURCES = {
    "type": "athena",
    "work_group": "{{ env_var('ATHENA_WORKGROUP', 'primary') }}",
    "s3_staging_dir": "s3://{{ env_var('ATHENA_RESULTS_BUCKET', 'unset') }}/dbt/",
    "s3_data_dir": "s3://{{ env_var('PROCESSED_BUCKET_NAME', 'unset') }}/tables/",
    "database": "awsdatacatalog",
    "schema": "{{ env_var('GLUE_DATABASE_NAME', 'unset') }}",
    "aws_profile_name": f"{{{{ none if {_SET} else '{_NOWHERE}' }}}}",
}
_DEFAULTS = {
    # Iceberg tables are swapped by renaming, so each build needs a folder of its own.
    "s3_data_naming": "schema_table_unique",
    # A tenth of the queries that Athena runs at once for an account (150 to 200); the rest is for others.
    "threads": _THREADS % 16,
    # One commit to an Iceberg table wins, the others try again: as often as there are threads to lose to.
    "num_iceberg_retries": _THREADS % 16,
    # Seconds. The runner asks earlier and more seldom as a query gets older, with this as the longest pause.
    "poll_interval": 1,
}
# Of a team's target: credentials and places, which are never taken over.
NOT_TAKEN = {
    *_RESOURCES,
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "assume_role_arn",
    "assume_role_duration_seconds",
    "assume_role_external_id",
    "assume_role_session_name",
    "catalog",
    "endpoint_url",
    "region_name",
    "s3_tmp_table_dir",
    "skip_workgroup_check",
    "spark_work_group",
}


def profile(root: Path) -> dict[str, Any]:
    """The whole of ``profiles.yml`` for the checkout at *root*. Raises ``UserError`` for a bad file of the team's."""
    project = DbtProject.read(root / "dbt")
    theirs = _theirs(project)
    settings = read_settings(root)
    region = {"region_name": f"{{{{ env_var('AWS_REGION', '{settings.region}') }}}}"}
    outputs: dict[str, Any] = {LOCAL: dict(_LOCAL)}
    for name in targets(root).values():
        own = {key: value for key, value in theirs.get(name, {}).items() if key not in NOT_TAKEN}
        outputs[name] = {**_RESOURCES, **region, **_DEFAULTS, **own}
    return {project.profile: {"target": "{{ env_var('DBT_TARGET', 'local') }}", "outputs": outputs}}


def targets(root: Path) -> dict[str, str]:
    """dbt's target for each environment, dev's first. Raises ``UserError`` where two environments would share one."""
    settings, known = read_settings(root).dbt, environments(root)
    if unknown := sorted(settings.targets.keys() - set(known)):
        raise UserError(f"{root / SETTINGS}: dbt.targets.{unknown[0]} is no environment. Known: {', '.join(known)}.")
    found = {name: settings.target(name) for name in known}
    if len(set(found.values())) < len(found):
        raise UserError(f"{root / SETTINGS}: dbt.targets gives two of {', '.join(known)} the same target.")
    return found


def write(root: Path, folder: Path, database: Path | None = None) -> Path:
    """Write ``profiles.yml`` for the checkout at *root* into *folder*, unless it is there as it should be; its path.

    Args:
        database: the DuckDB file of a dbt that no recipe starts, in whatever folder: an editor's, or one typed in ``dbt/``.
    """
    made = profile(root)
    if database is not None:
        quoted = str(database).replace("\\", "\\\\").replace("'", "\\'")
        for one in made.values():
            one["outputs"][LOCAL]["path"] = f"{{{{ env_var('LAKELOOP_DATABASE', '{quoted}') }}}}"
    text = yaml.safe_dump(made, sort_keys=False, width=200)
    file = folder / FILE
    if not file.exists() or file.read_text("utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{FILE}")
        aside.write_text(text, "utf-8")
        aside.replace(file)
    return file


def _theirs(project: DbtProject) -> Mapping[str, dict[str, Any]]:
    file = project.folder / FILE
    if not file.exists():
        return {}
    try:
        document = yaml.safe_load(file.read_text("utf-8")) or {}
        outputs = document.get(project.profile, {}).get("outputs", {})
        return {name: dict(target) for name, target in outputs.items() if target.get("type") == "athena"}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise UserError(f"{file} is no file of profiles: {error}") from error
