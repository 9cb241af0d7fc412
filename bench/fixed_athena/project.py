"""A dbt project of as many models as a bench wants, for an Athena that answers in a fixed time.

Views, Iceberg tables, incremental models (merge) and Hive tables in turns, with a ``unique`` test on every third; a model reads two
of the layer before it. Five layers, as deep as ``dbt/`` is: what can run at once grows with the
project, what must wait does not.
"""

from __future__ import annotations

from pathlib import Path

LAYERS = 5
_PROJECT = """\
name: bench
version: "1.0"
config-version: 2
profile: lakeloop
flags:
  send_anonymous_usage_stats: false
models:
  bench:
    +table_type: iceberg
    +format: parquet
"""
# As the adapter has it: DBT_THREADS chooses.
PROFILES = """\
lakeloop:
  target: dev
  outputs:
    dev:
      type: athena
      region_name: eu-central-1
      work_group: primary
      s3_staging_dir: s3://results/dbt/
      s3_data_dir: s3://processed/tables/
      s3_data_naming: schema_table_unique
      database: awsdatacatalog
      schema: bench
      threads: "{{ env_var('DBT_THREADS', '1') | as_number }}"
      poll_interval: 1
"""
_KINDS = (
    "materialized='view'",
    "materialized='table'",
    "materialized='incremental', incremental_strategy='merge', unique_key='id'",
    "materialized='table', table_type='hive'",
)


def write(folder: Path, models: int, profiles: str | None = PROFILES) -> None:
    """A project of *models* models in *folder*; *profiles* is its ``profiles.yml``, if any, with the profile ``lakeloop``."""
    width = max(1, -(-models // LAYERS))
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(_PROJECT)
    if profiles is not None:
        (folder / "profiles.yml").write_text(profiles)
    properties = ["version: 2", "models:"]
    for number in range(models):
        layer, place = divmod(number, width)
        below = [(layer - 1) * width + other % width for other in (place, place + 1)] if layer else []
        rows = " union all ".join(f"select id from {{{{ ref('model_{parent}') }}}}" for parent in below)
        kind = _KINDS[number % len(_KINDS)]
        (folder / "models" / f"model_{number}.sql").write_text(
            f"{{{{ config({kind}) }}}}\n{rows or 'select cast(1 as bigint) as id'}\n"
        )
        if number % 3 == 0:
            properties += [f"  - name: model_{number}", "    columns: [{name: id, data_tests: [unique]}]"]
    (folder / "models" / "models.yml").write_text("\n".join(properties) + "\n")
