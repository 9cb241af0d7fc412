"""Source tables from a parsed manifest, which dbt made of whatever YAML the project has.

https://docs.getdbt.com/reference/artifacts/manifest-json
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lakeloop_project.errors import UserError
from lakeloop_project.sources.table import FORMATS, Column, Kind, SourceTable
from lakeloop_project.sources.types import BadType, Type, parse_type, typed

RAW_SCHEMA = "DBT_RAW_SCHEMA"
"""The environment variable that holds the name of an environment's raw database."""
CHANGES_SCHEMA = "DBT_CHANGES_SCHEMA"
"""The environment variable that holds the name of the database of its changelogs, which need not be there."""
OFFLINE_RAW_SCHEMA = "raw"
_BUILDS = ("model", "seed", "snapshot")
_SAME = {"jsonl": "json", "ndjson": "json"}
_RESERVED = ("incoming", "quarantine")
"""Folders of the raw bucket that are no table's: files that arrive, and those that did not pass the check."""
_PARTITION_TYPES = "date, varchar, or a whole number"


def source_tables(manifest: Mapping[str, Any], raw_schema: str) -> list[SourceTable]:
    """Every source table of *manifest*, in the order of their ids.

    Args:
        manifest: ``manifest.json``, or as much of it: ``sources``, and of ``nodes`` what is built.
        raw_schema: the name of the raw database in the environment that was parsed for.

    Raises:
        UserError: a format or a type that is none, two raw tables of one name, a column declared twice.
    """
    built = {_relation(node) for node in manifest["nodes"].values() if node.get("resource_type") in _BUILDS}
    nodes = [node for _, node in sorted(manifest["sources"].items())]
    return _placed([_table(node, built, raw_schema) for node in nodes])


def raw_of(tables: Iterable[SourceTable]) -> list[SourceTable]:
    """The raw ones of *tables*."""
    return [table for table in tables if table.kind is Kind.RAW]


def _table(node: Mapping[str, Any], built: set[tuple[str, str]], raw_schema: str) -> SourceTable:
    where = f"{node.get('original_file_path') or 'sources'}: {node['source_name']}.{node['name']}"
    declared = _meta(node, "format")
    if _relation(node) in built:
        kind = Kind.BUILT
    elif declared is not None or _in_raw_database(node, raw_schema):
        kind = Kind.RAW
    else:
        kind = Kind.GLUE
    if kind is Kind.RAW:
        _require_names(node, where)
    return SourceTable(
        unique_id=str(node["unique_id"]),
        source=str(node["source_name"]),
        name=str(node["name"]),
        identifier=str(node.get("identifier") or node["name"]),
        database=node.get("database") or None,
        schema=str(node["schema"]),
        kind=kind,
        format=_format(declared, where) if kind is Kind.RAW else None,
        columns=_columns(node, where, kind),
        folder=str(node["name"]),
        file=str(node.get("original_file_path") or ""),
    )


def _require_names(node: Mapping[str, Any], where: str) -> None:
    for what in ("source_name", "name", "schema", "identifier"):
        name = str(node.get(what) or node["name"])
        if not _is_name(name):
            raise UserError(f"{where!r}: {what} {name[:40]!r} has no 1 to 255 printable characters.")


def _is_name(name: str) -> bool:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html"""
    return bool(name.strip()) and len(name) <= 255 and name.isprintable()


def _in_raw_database(node: Mapping[str, Any], raw_schema: str) -> bool:
    """Offline, the raw database is called like many a schema of others: there, its variable has to be named."""
    same = str(node["schema"]).lower() == raw_schema.lower()
    return same and (raw_schema != OFFLINE_RAW_SCHEMA or RAW_SCHEMA in str(node.get("unrendered_schema")))


def _relation(node: Mapping[str, Any]) -> tuple[str, str]:
    name = node.get("identifier") or node.get("alias") or node.get("name")
    return str(node.get("schema")).lower(), str(name).lower()


def _meta(node: Mapping[str, Any], key: str) -> Any:
    """``meta.<key>`` of a table or column, wherever it may be declared; the nearest counts."""
    config = node.get("config")
    places = (config.get("meta") if isinstance(config, Mapping) else None, node.get("meta"), node.get("source_meta"))
    found = (place[key] for place in places if isinstance(place, Mapping) and place.get(key) is not None)
    return next(found, None)


def _format(declared: Any, where: str) -> str | None:
    if declared is None:
        return None
    name = str(declared).lower()
    name = _SAME.get(name, name)
    if name not in FORMATS:
        raise UserError(
            f"{where}: meta.format is {repr(declared)[:60]}, and raw files are {', '.join(FORMATS)}. A table that exists in Glue "
            "already has no meta.format."
        )
    return name


def _columns(node: Mapping[str, Any], where: str, kind: Kind) -> tuple[Column, ...]:
    declared = node.get("columns") or {}
    found = [_column(column, where, kind) for column in declared.values()]
    twice = [name for name, times in Counter(column.name.lower() for column in found).items() if times > 1]
    if twice and kind is Kind.RAW:
        raise UserError(
            f"{where}: column {twice[0]} is declared twice; Athena does not tell upper case from lower case."
        )
    return tuple(found)


def _column(column: Mapping[str, Any], where: str, kind: Kind) -> Column:
    name = str(column["name"])
    if kind is not Kind.RAW:
        return Column(name, _documented(column.get("data_type")))
    if not _is_name(name):
        raise UserError(f"{where}, column {name[:40]!r}: a column's name has 1 to 255 printable characters.")
    where = f"{where}, column {name}"
    declared = column.get("data_type")
    kind_of = typed(str(declared), where) if declared else None
    partition = bool(_meta(column, "partition"))
    if kind_of is not None and not kind_of.in_glue:
        raise UserError(
            f"{where}: no table in Glue has a column of {kind_of}. Declare varchar with meta.holds: {kind_of}."
        )
    if partition and kind_of is not None and not _in_folders(kind_of):
        raise UserError(f"{where}: a partition column is {_PARTITION_TYPES}, not {kind_of}.")
    holds = _meta(column, "holds")
    return Column(
        name=name,
        type=kind_of,
        holds=typed(str(holds), f"{where}, meta.holds") if holds is not None else None,
        required=bool(_meta(column, "required")),
        partition=partition,
    )


def _documented(declared: Any) -> Type | None:
    """The type of a column of a table that exists: documentation, so that what is no type of ours is nobody's mistake."""
    try:
        return parse_type(str(declared)) if declared else None
    except BadType:
        return None


def _in_folders(kind: Type) -> bool:
    return kind.name in ("date", "varchar") or kind.is_integer


def _placed(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Give each raw table its folder; two of the same name lie in folders of their sources."""
    raw = raw_of(tables)
    names = Counter(table.name for table in raw)
    relations: dict[tuple[str, str], SourceTable] = {}
    for table in raw:
        relation = (table.schema.lower(), table.identifier.lower())
        other = relations.setdefault(relation, table)
        if other is not table:
            raise UserError(
                f"{table.full_name} ({table.file}) and {other.full_name} ({other.file}) would be the same table, "
                f"{'.'.join(relation)}. Give one of them an `identifier`."
            )
    placed = [
        replace(table, folder=f"{table.source}/{table.name}")
        if table.kind is Kind.RAW and names[table.name] > 1
        else table
        for table in tables
    ]
    folders = {table.folder: table for table in raw_of(placed)}
    for table in raw_of(placed):
        name = table.folder.partition("/")[0] if "/" in table.folder else ""
        if name in folders:
            raise UserError(
                f"The folder {name}/ would hold the files of {folders[name].full_name} and the folder of {table.full_name}. "
                "Rename the source or the table."
            )
        if table.folder.partition("/")[0] in _RESERVED:
            raise UserError(
                f"{table.file}: the raw table {table.full_name} would lie in {table.folder}/, which is the gate's. "
                "Give it another name, and this one as its `identifier`."
            )
        parts = (table.source, table.name) if names[table.name] > 1 else (table.name,)
        if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in parts):
            raise UserError(f"{table.file}: no folder can be named like the raw table {table.full_name!r}.")
    return placed
