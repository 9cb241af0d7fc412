"""A source's declaration as people write it: for `just new raw=`."""

from __future__ import annotations

from collections.abc import Iterable

import yaml
from lakeloop_project.sources import Column, SourceTable

RAW_SCHEMA = "{{ env_var('DBT_RAW_SCHEMA', 'raw') }}"
_WIDTH = 200


class _Flow(dict[str, object]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)


def declaration(source: str, tables: Iterable[SourceTable]) -> str:
    """The YAML file that declares the raw *tables* of *source*, complete."""
    declared = {"name": source, "schema": RAW_SCHEMA, "tables": [_table(table) for table in tables]}
    return yaml.dump({"version": 2, "sources": [declared]}, Dumper=_Dumper, sort_keys=False, width=_WIDTH)


def _table(table: SourceTable) -> dict[str, object]:
    return {
        "name": table.name,
        "config": _Flow(meta=_Flow(format=table.format)),
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: Column) -> _Flow:
    declared = _Flow(name=column.name, data_type=str(column.type))
    meta = _Flow()
    if column.partition:
        meta["partition"] = True
    if column.holds:
        meta["holds"] = str(column.holds)
    if column.required:
        meta["required"] = True
    if meta:
        declared["config"] = _Flow(meta=meta)
    return declared
