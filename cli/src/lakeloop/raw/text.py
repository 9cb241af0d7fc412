"""CSV and JSON lines: encoding, header, shape, values."""

from __future__ import annotations

import codecs
import csv
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lakeloop.contract import RawTable
from lakeloop.raw.layout import Problem
from lakeloop.raw.values import value_problems

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
    return problems + value_problems(table, sound, reader(table))


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
