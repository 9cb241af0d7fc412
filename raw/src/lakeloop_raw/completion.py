"""A raw table with what its files say where the project says nothing."""

from __future__ import annotations

from dataclasses import replace

from lakeloop_project.errors import UserError
from lakeloop_project.sources import Column, SourceTable, Type

from lakeloop_raw.csv_files import header_of
from lakeloop_raw.inference import infer_columns, infer_partition
from lakeloop_raw.layout import Found, Problem

_SHOWN = 12


def complete(table: SourceTable, found: Found) -> tuple[SourceTable, list[Problem]]:
    """*table* with the format, columns and types of its files, or what keeps them from being found."""
    form = table.format if table.format in found.files else next(iter(found.files), None)
    if form is None or (table.format is None and len(found.files) > 1):
        formats = ", ".join(sorted(found.files))
        folder = next(iter(found.files.values()))[0].parent
        return table, [Problem(table.name, folder, f"holds files of {formats}", "Declare which: `meta: {format: ...}`")]
    files = found.files[form]
    problems = [problem for file in files for problem in header_of(table.name, file)[1]] if form == "csv" else []
    if problems:
        return table, problems
    try:
        inferred = infer_columns(files, form)
    except UserError as error:
        return table, [Problem(table.name, files[0], str(error), "Declare the columns, or mend the file")]
    keys = tuple(_key(table, name, values) for name, values in found.values.items())
    named = {key.name.lower() for key in keys}
    return _merged(table, form, tuple(column for column in inferred if column.name.lower() not in named), keys), []


def said(table: SourceTable, completed: SourceTable) -> str:
    """The line that names what was inferred."""
    columns = [f"{column.name} {column.type}" for column in completed.columns]
    shown = ", ".join(columns[:_SHOWN]) + (f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else "")
    return (
        f"{table.full_name}: {table.file} does not declare all of it, so its {completed.format} files say: {shown}. "
        "Declared columns are checked; these are taken as they come."
    )


def _key(table: SourceTable, name: str, values: list[str]) -> Column:
    declared = next((key for key in table.partition_keys if key.name == name), None)
    inferred = infer_partition(name, values)
    return inferred if declared is None else replace(declared, type=declared.type or inferred.type)


def _merged(table: SourceTable, form: str, inferred: tuple[Column, ...], keys: tuple[Column, ...]) -> SourceTable:
    """Declared types count; columns that are declared with a type and are not in the files stay, to be missed."""
    declared = {column.name.lower(): column for column in table.data_columns}
    columns = []
    for column in inferred:
        ours = declared.pop(column.name.lower(), None)
        columns.append(column if ours is None else replace(ours, name=column.name, type=ours.type or column.type))
    missing = [replace(column, type=column.type or Type("varchar")) for column in declared.values()]
    return table.completed(table.format or form, [*columns, *missing, *keys])
