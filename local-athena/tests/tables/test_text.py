"""Delimited text: what is written is what is read."""

from __future__ import annotations

import csv
import gzip
from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.errors import AthenaError
from local_athena.sql.create_table import unescape
from local_athena.tables.hive.conversion.convert import converter, packer
from local_athena.tables.hive.conversion.packs import AT
from local_athena.tables.hive.description.formats import Format

_field = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\x01"))


def _read(form: Format, body: bytes, directory: Path, name: str = "a.txt") -> list[list[str]]:
    source, target = directory / "source", directory / "target"
    source.write_bytes(body)
    conversion = converter(form)
    assert conversion is not None
    conversion[1](source, f"s3://b/{name}", target)
    found: list[list[str]] = pq.read_table(target).column(0).to_pylist()
    return found


@given(st.lists(st.lists(_field, min_size=2, max_size=3), max_size=5))
def test_fields_split_at_the_delimiter_only(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    body = "".join("\x01".join(row) + "\n" for row in rows).encode()
    assert _read(Format("text"), body, tmp_path_factory.mktemp("text")) == rows


@given(st.lists(st.lists(_field, min_size=1, max_size=3), max_size=5))
def test_escaped_fields_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    def escaped(text: str) -> str:
        # A backslash before N stands for NULL, so that it is kept as written.
        return text.replace("\\", "\\\\").replace(",", "\\,")

    form = Format("text", {"field.delim": ",", "escape.delim": "\\"})
    body = "".join(",".join(map(escaped, row)) + "\n" for row in rows).encode()
    assert _read(form, body, tmp_path_factory.mktemp("text")) == rows


@given(st.lists(st.lists(_field.filter(lambda text: "\\" not in text), min_size=2, max_size=3), max_size=5))
def test_open_csv_round_trips(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    body = "".join(",".join('"' + text.replace('"', '\\"') + '"' for text in row) + "\n" for row in rows).encode()
    assert _read(Format("opencsv"), body, tmp_path_factory.mktemp("csv")) == rows


@pytest.mark.parametrize("lines", [0, 1, 2, 9])
def test_header_lines_are_skipped(tmp_path: Path, lines: int) -> None:
    form = Format("text", {"skip.header.line.count": str(lines)})
    assert _read(form, b"a\nb\nc\n", tmp_path) == [["a"], ["b"], ["c"]][lines:]


def test_blocks_are_joined_at_line_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_athena.tables.hive.conversion.convert._BLOCK", 7)
    body = "\n".join(f"line {number} ü" for number in range(50)).encode()
    assert _read(Format("text"), body, tmp_path) == [[f"line {number} ü"] for number in range(50)]


@pytest.mark.parametrize(("name", "body"), [("a.gz", b"not gzip"), ("a.bz2", b"no")])
def test_corrupt_files_are_named(tmp_path: Path, name: str, body: bytes) -> None:
    with pytest.raises(AthenaError, match=f"HIVE_CURSOR_ERROR: Failed to read file at s3://b/{name}"):
        _read(Format("text"), body, tmp_path, name)


@pytest.mark.parametrize("kind", ["orc", "avro"])
def test_corrupt_columnar_files_are_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(AthenaError, match=r"HIVE_CURSOR_ERROR: Failed to read file at s3://b/a\.txt"):
        _read(Format(kind), b"nonsense", tmp_path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [(",", ","), ("\\t", "\t"), ("\\001", "\x01"), ("\\u0001", "\x01"), ("\\", "\\"), ("\\\\", "\\"), ("||", "||")],
)
def test_delimiters(written: str, meant: str) -> None:
    assert unescape(written) == meant


_BODIES = st.lists(st.text('a,"\\\r\n\x01é', max_size=12).map(str.encode).filter(bool), min_size=1, max_size=8)
_FORMS = (
    Format("json"),
    Format("text"),
    Format("text", {"field.delim": ",", "skip.header.line.count": "1"}),
    Format("text", {"field.delim": ",", "escape.delim": "\\", "skip.header.line.count": "2"}),
)


@given(st.sampled_from(_FORMS), _BODIES, st.integers(0, 8))
def test_files_read_together_have_the_rows_that_each_has(
    tmp_path_factory: pytest.TempPathFactory, form: Format, bodies: list[bytes], compressed: int
) -> None:
    """Contents of small files, with one among them that is compressed and one that is a local file."""
    folder = tmp_path_factory.mktemp("pack")
    names = [f"{at}.gz" if at == compressed else f"{at}.txt" for at in range(len(bodies))]
    stored = [gzip.compress(body) if name.endswith(".gz") else body for name, body in zip(names, bodies, strict=True)]
    alone = [
        [(line, at) for line in _read(form, body, folder, name)]
        for at, (name, body) in enumerate(zip(names, stored, strict=True))
    ]
    (folder / "local").write_bytes(stored[-1])
    packer(form)[1]([*stored[:-1], folder / "local"], [f"s3://b/{name}" for name in names], folder / "pack")
    together = pq.read_table(folder / "pack")
    read = (together.column(0).to_pylist(), together.column(AT).to_pylist())
    assert [*zip(*read, strict=True)] == [*chain(*alone)]


def test_a_file_that_cannot_be_read_is_named_among_many(tmp_path: Path) -> None:
    form = Format("opencsv")
    bodies = [b'"a"\n'] * 3
    bodies[1] = b'"' + b"a" * 200_000 + b'"\n'
    limit = csv.field_size_limit(128 << 10)  # Python's own: who has read results has lifted it in this process
    try:
        with pytest.raises(AthenaError, match=r"HIVE_CURSOR_ERROR: Failed to read file at s3://b/1\.csv"):
            packer(form)[1](bodies, [f"s3://b/{at}.csv" for at in range(3)], tmp_path / "pack")
    finally:
        csv.field_size_limit(limit)
