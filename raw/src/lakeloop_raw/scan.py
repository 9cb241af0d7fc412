"""Text files line by line: the encoding, and the lines that Athena's readers take for something else."""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lakeloop_raw.layout import Problem

_CHUNK = 1 << 20


def open_text(file: Path) -> IO[bytes]:
    """The bytes of *file*, decompressed."""
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]


def scan(table: str, file: Path, *, csv: bool) -> list[Problem]:
    """The first problem of *file* that shows without knowing its columns; empty if there is none.

    CSV is read by OpenCSVSerDe, JSON by OpenX's: both take a line of the file for a row, whatever it holds.
    https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html, https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
    """
    line = 1
    try:
        with open_text(file) as stream:
            for chunk in _whole_lines(stream):
                found = _first_problem(chunk, first=line == 1, csv=csv)
                if found:
                    offset, what, todo = found
                    where = line + chunk[:offset].count(b"\n")
                    return [Problem(table, file, f"line {where} {what}", todo)]
                line += chunk.count(b"\n")
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        return [Problem(table, file, f"cannot be read to its end ({error})", "Deliver the file again")]
    return []


def _whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk if chunk.endswith(b"\n") else chunk + stream.readline()


def _first_problem(chunk: bytes, *, first: bool, csv: bool) -> tuple[int, str, str] | None:
    """The first problem: offset, description and remedy."""
    if first and chunk.startswith(codecs.BOM_UTF8):
        return (
            0,
            "begins with a byte order mark, which Athena takes for a part of the line",
            "Write the file as UTF-8 without one",
        )
    try:
        chunk.decode()
    except UnicodeDecodeError as error:
        return error.start, "is not UTF-8", "Convert the file (`iconv -t utf-8`) and deliver it again"
    blank = _blank_line(chunk)
    if blank is not None:
        return blank, "is blank, which Athena reads as a row", "Take blank lines out"
    if csv and b'"' in chunk:
        broken = _open_quote(chunk)
        if broken is not None:
            what = "has a quoted field that goes on in the next line, and Athena's CSV reader ends a row with its line"
            return broken, what, "Take line breaks out of the fields, or deliver JSON lines or Parquet"
    if csv and 0 < (ended := chunk.count(b"\r\n")) < chunk.count(b"\n"):
        end = b"\n" if ended > chunk.count(b"\n") / 2 else b"\r\n"
        at = re.search(rb"(?<!\r)\n" if end == b"\n" else rb"\r\n", chunk)
        what = "ends otherwise than the other lines (CRLF here, LF there)"
        return at.start() if at else 0, what, "End all lines alike (`dos2unix` does)"
    if csv and b"\\" in chunk:
        what = "has a backslash, which Athena's CSV reader takes for an escape and drops"
        return chunk.index(b"\\"), what, "Take backslashes out, or deliver JSON lines or Parquet"
    return None


def _blank_line(chunk: bytes) -> int | None:
    for blank in (b"\n", b"\r\n"):
        if chunk.startswith(blank):
            return 0
        at = chunk.find(b"\n" + blank)
        if at >= 0:
            return at + 1
    return None


def _open_quote(chunk: bytes) -> int | None:
    """Offset of the first line with an odd number of quotes: one of them opens a field that the line does not close."""
    at = 0
    for line in chunk.splitlines(keepends=True):
        if line.count(b'"') % 2:
            return at
        at += len(line)
    return None
