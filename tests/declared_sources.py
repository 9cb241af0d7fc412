"""Sources from YAML, without dbt: the manifest that it would make, and the tables of that."""

import yaml
from lakeloop.sources import source_tables


def manifest_of(document):
    """The manifest that dbt makes of a YAML *document*: defaults filled in, whatever people write in meta left as it is."""
    found = {}
    for source in document["sources"]:
        for table in source["tables"]:
            unique_id = f"source.project.{source['name']}.{table['name']}"
            found[unique_id] = {
                **table,
                "unique_id": unique_id,
                "source_name": source["name"],
                "schema": source.get("schema") or source["name"],
                "unrendered_schema": source.get("schema"),
                "database": source.get("database"),
                "source_meta": source.get("meta", {}),
                "columns": {column["name"]: column for column in table.get("columns", [])},
                "original_file_path": "models/_sources.yml",
            }
    return {"sources": found, "nodes": {}}


def tables_of(text):
    """The tables of the YAML *text*."""
    return source_tables(manifest_of(yaml.safe_load(text)), "lake_raw")
