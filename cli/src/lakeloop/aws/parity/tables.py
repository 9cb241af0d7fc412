"""The tables of two builds, paired by their models and compared."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from lakeloop.aws.athena import statements as athena
from lakeloop.aws.parity.compare import Comparison, compare
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs


@dataclass(frozen=True)
class Relation:
    """A table of a model; ``compared`` is false where the project says ``meta: {parity: false}``."""

    name: str
    schema: str
    alias: str
    compared: bool


def relations(manifest: Mapping[str, Any]) -> dict[str, Relation]:
    """The models of *manifest* that are tables, by their ids: views and ephemeral models hold no rows of their own."""
    return {
        unique_id: Relation(
            node["name"], node["schema"], node["alias"], node["config"].get("meta", {}).get("parity") is not False
        )
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] == "model" and node["config"]["materialized"] in ("table", "incremental")
    }


def paired(
    here: Mapping[str, Relation], there: Mapping[str, Relation], skipped: Collection[str] = ()
) -> tuple[list[tuple[Relation, Relation]], list[str]]:
    """The tables that are on both sides, ours first, and a line for each reason why others are left out.

    Args:
        skipped: names of models that are not compared.
    """
    both = [unique_id for unique_id in here if unique_id in there]
    reasons = {
        "Left out, for they say `parity: false`": [here[one] for one in both if not here[one].compared],
        "Left out ([skip] in lakeloop.toml)": [here[one] for one in both if here[one].name in skipped],
        "On DuckDB alone": [relation for one, relation in here.items() if one not in there],
        "Skipped, or on Athena alone": [relation for one, relation in there.items() if one not in here],
    }
    said = [f"{reason}: {', '.join(one.name for one in left)}." for reason, left in reasons.items() if left]
    compared = [one for one in both if here[one].compared and here[one].name not in skipped]
    return [(here[one], there[one]) for one in compared], said


def built_here(manifest_file: Path, database: Path) -> dict[str, Relation]:
    """The tables of a build in the DuckDB file *database*; models that were skipped have none."""
    manifest = json.loads(manifest_file.read_text("utf-8"))
    with duckdb.connect(str(database), read_only=True) as duck:
        built = set(duck.execute("select schema_name, table_name from duckdb_tables()").fetchall())
    return {one: found for one, found in relations(manifest).items() if (found.schema, found.alias) in built}


def compared(place: Place, lake: Outputs, database: Path, here: Relation, there: Relation) -> Comparison:
    """The table *here*, in the DuckDB file *database*, with the one *there*, on the Athena of *place*."""
    sql = f'select * from "{there.schema}"."{there.alias}"'
    execution = athena.execute(
        place.client("athena"), sql, workgroup=lake.athena_workgroup, database=lake.glue_database
    )
    address = urlsplit(execution.location)
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(str(database), read_only=True) as duck,
    ):
        csv = Path(folder) / "rows.csv"
        place.client("s3").download_file(address.netloc, address.path.lstrip("/"), str(csv))
        return compare(duck, here.name, execution.columns, csv, relation=f'"{here.schema}"."{here.alias}"')
