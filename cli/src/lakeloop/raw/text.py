"""CSV and JSON lines: encoding, header, shape and values, each checked over all of a table's files in one scan."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import IO

import duckdb

from lakeloop.contract import RawColumn, RawTable
from lakeloop.raw.layout import Problem

_CHUNK = 1 << 20


def check_csv(table: RawTable, files: list[Path]) -> list[Problem]:
    """Problems of a table's CSV *files*: not UTF-8, another header, ragged lines, values that do not parse."""
    return _check(table, files, _header_problems, _read_csv)


def check_json(table: RawTable, files: list[Path]) -> list[Problem]:
    """Problems of a table's JSON lines *files*: not UTF-8, not JSON, values that do not parse."""
    return _check(table, files, lambda table, file: [], _read_json)


def _check(
    table: RawTable,
    files: list[Path],
    shape: Callable[[RawTable, Path], list[Problem]],
    reader: Callable[[RawTable], str],
) -> list[Problem]:
    problems: list[Problem] = []
    sound = []
    for file in files:
        found = _encoding_problems(table, file) or shape(table, file)
        problems.extend(found)
        if not found:
            sound.append(file)
    return problems + _value_problems(table, sound, reader(table))


def _open(file: Path) -> IO[bytes]:
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]


def _encoding_problems(table: RawTable, file: Path) -> list[Problem]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        with _open(file) as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        return [
            Problem(
                table.name,
                file,
                f"line {line} is not UTF-8",
                "Convert the file (`iconv -t utf-8`) and deliver it again",
            )
        ]
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        return [Problem(table.name, file, f"cannot be read to its end ({error})", "Deliver the file again")]
    return []


def _header_problems(table: RawTable, file: Path) -> list[Problem]:
    # The order counts: Athena's CSV reader goes by position.
    with _open(file) as stream:
        lines = csv.reader(codecs.getreader("utf-8-sig")(stream))
        header = [name.strip().lower() for name in next(lines, [])]
    declared = [column.name for column in table.columns]
    if header == declared:
        return []
    if not header:
        return [Problem(table.name, file, "is empty", f"Its first line must be: {','.join(declared)}")]
    problems = [
        Problem(table.name, file, "the column is missing", f"The header must be: {','.join(declared)}", name)
        for name in declared
        if name not in header
    ] + [
        Problem(table.name, file, "the column is not declared", "Take it out, or declare it in the sources", name)
        for name in header
        if name not in declared
    ]
    order = Problem(table.name, file, "the columns stand in another order", f"The header must be: {','.join(declared)}")
    return problems or [order]


def _read_csv(table: RawTable) -> str:
    columns = ", ".join(f"'{column.name}': 'varchar'" for column in table.columns)
    return (
        "read_csv($files, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
        f"null_padding = false, filename = true, columns = {{{columns}}})"
    )


def _read_json(table: RawTable) -> str:
    columns = ", ".join(f"'{column.name}': 'varchar'" for column in table.columns)
    return f"read_json($files, format = 'newline_delimited', filename = true, columns = {{{columns}}})"


def _value_problems(table: RawTable, files: list[Path], reader: str) -> list[Problem]:
    checks = [(column, rule) for column in table.columns if (rule := _bad_value(column))]
    if not files or not checks:
        return []
    counts = ", ".join(f"count_if({rule}), min({_quoted(column)}) filter ({rule})" for column, rule in checks)
    query = f"select filename, {counts} from {reader} group by filename order by filename"
    try:
        rows = duckdb.execute(query, {"files": [str(file) for file in files]}).fetchall()
    except duckdb.Error as error:
        return _unreadable(table, files, reader, error)
    return [
        _bad_values(table, Path(filename), column, bad, example)
        for filename, *found in rows
        for (column, _), bad, example in zip(checks, found[::2], found[1::2], strict=True)
        if bad
    ]


def _unreadable(table: RawTable, files: list[Path], reader: str, error: duckdb.Error) -> list[Problem]:
    """Find the files that the scan of all of them stumbled over."""
    if len(files) == 1:
        reason = next((line.strip() for line in str(error).splitlines() if "Error" in line), str(error).splitlines()[0])
        return [
            Problem(
                table.name, files[0], f"cannot be read ({reason[:160]})", "Mend the line and deliver the file again"
            )
        ]
    return [problem for file in files for problem in _value_problems(table, [file], reader)]


def _bad_values(table: RawTable, file: Path, column: RawColumn, bad: int, example: str | None) -> Problem:
    what = (
        f"{bad} values are missing" if example is None else f"{bad} values are no {column.holds}, such as {example!r}"
    )
    return Problem(table.name, file, what, "Mend them at the source and deliver the file again", column.name)


def _quoted(column: RawColumn) -> str:
    return f'"{column.name}"'


def _bad_value(column: RawColumn) -> str | None:
    """SQL that is true for a value which dbt's staging could not use; None where everything is usable."""
    value = f"nullif(trim({_quoted(column)}), '')"
    rules: list[str] = []
    if column.holds != "varchar":
        rules.append(f"({value} is not null and try_cast({value} as {column.holds}) is null)")
    if column.required:
        rules.append(f"{value} is null")
    return " or ".join(rules) or None
