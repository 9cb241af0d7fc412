"""Raw files of any business, declared and staged by looking at them."""

import json
import shutil

import duckdb
import pytest
import yaml
from lakeloop.errors import UserError
from lakeloop.start import raw_files, staging_models
from lakeloop.start.texts import held_types

CSV = {
    "id": ["1", "-20", ""],
    "price": ["1.50", "2", "0.125"],
    "ratio": ["1e3", "0.5", "2"],
    "open": ["true", "FALSE", ""],
    "day": ["2026-01-01", "2026-02-28", ""],
    "seen": ["2026-01-01 10:00:00", "2026-01-01T10:00:00.5", ""],
    "instant": ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00", ""],
    "postcode": ["01067", "12345", ""],
    "huge": ["99999999999999999999999", "1", "2"],
    "note": ["x", " y ", ""],
    "nothing": ["", "", ""],
}
HELD = {
    "id": "bigint",
    "price": "decimal(22,3)",
    "ratio": "double",
    "open": "boolean",
    "day": "date",
    "seen": "timestamp",
    "instant": "timestamp with time zone",
    "huge": "double",
}


@pytest.fixture
def raw(tmp_path):
    """Files of a library: CSV by day, JSON lines with nested values by two keys, Parquet without partitions."""
    folder = tmp_path / "raw"
    lines = [",".join(CSV), *(",".join(row) for row in zip(*CSV.values(), strict=True))]
    (folder / "loans" / "dt=2026-01-01").mkdir(parents=True)
    (folder / "loans" / "dt=2026-01-01" / "a.csv").write_text("\n".join(lines) + "\n")
    events = folder / "events" / "country=de" / "year=2026"
    events.mkdir(parents=True)
    rows = [{"Id": 1, "order": {"sku": "a", "n": 2}, "tags": ["x"], "at": "2026-01-01T10:00:00Z"}, {"Id": 2}]
    (events / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "books").mkdir()
    duckdb.sql(
        "select 1 as book_id, 'x' as title, timestamp '2026-01-01 10:00:00' as added_at, 1.5::decimal(8,2) as price, "
        "map {'a': 1} as counts"
    ).write_parquet(str(folder / "books" / "a.parquet"))
    return folder


def test_texts_hold_what_all_of_them_parse_as(raw):
    found = held_types([raw / "loans" / "dt=2026-01-01" / "a.csv"], list(CSV))
    assert {name: str(kind) for name, kind in found.items()} == HELD


def test_sources_and_models_are_written(raw, tmp_path):
    written = raw_files.write(raw_files.look(raw, "library"), tmp_path / "dbt")
    assert [file.name for file in written] == [
        *("stored_timestamp.sql", "utc_from_iso8601.sql", "_library__sources.yml"),
        *("stg_library__books.sql", "stg_library__events.sql", "stg_library__loans.sql"),
    ]
    (source,) = yaml.safe_load(written[2].read_text())["sources"]
    tables = {table["name"]: table for table in source["tables"]}
    assert {name: table["config"]["meta"]["format"] for name, table in tables.items()} == {
        "books": "parquet",
        "events": "json",
        "loans": "csv",
    }
    columns = {column["name"]: column for column in tables["events"]["columns"]}
    assert columns["order"]["data_type"] == "row(sku varchar, n bigint)"
    assert [name for name, column in columns.items() if "config" in column] == ["country", "year"]
    loans = {
        column["name"]: column.get("config", {}).get("meta", {}).get("holds") for column in tables["loans"]["columns"]
    }
    assert {name: kind for name, kind in loans.items() if kind} == HELD


def test_a_model_casts_texts_and_leaves_the_rest(raw, tmp_path):
    tables = {one.table.name: one.table for one in raw_files.look(raw, "library").tables}
    loans, events, books = (staging_models.model(tables[name]) for name in ("loans", "events", "books"))
    for line in (
        "cast(nullif(trim(id), '') as bigint) as id,",
        "cast(lower(nullif(trim(open), '')) as boolean) as open,",
        "nullif(trim(postcode), '') as postcode,",
        "{{ stored_timestamp(\"replace(nullif(trim(seen), ''), 'T', ' ')\") }} as seen,",
        "{{ stored_timestamp(utc_from_iso8601(\"nullif(trim(instant), '')\")) }} as instant,",
        "dt\n",
    ):
        assert f"        {line}" in loans
    assert '        "order",\n        tags,' in events
    assert "        {{ stored_timestamp('added_at') }} as added_at,\n        price,\n        counts\n" in books


def make(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return folder


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no folder"),
        ({"_x": b""}, "is empty: no table"),
        ({"orders.csv": b"a\n1\n"}, r"data files beside the tables' folders: orders\.csv.*orders/orders\.csv"),
        ({"my table/a.csv": b"a\n1\n"}, "named by letters"),
        ({"t/a.csv": b"a;b\n1;2\n"}, "semicolons"),
        ({"t/a.csv": b'a,b\n1,"x\ny"\n'}, "goes on in the next line"),
        ({"t/a.csv": b"\xef\xbb\xbfa,b\n1,2\n"}, "byte order mark"),
        ({"t/a.jsonl": b'{"a": 1}\n\n{"a": 2}\n'}, "is blank"),
        ({"t/a.jsonl": b'{"a": 1}\n', "t/b.csv": b"a\n1\n"}, "holds files of csv, json"),
        ({"t/a.txt": b"x"}, "is not a data file"),
        ({"t/dt=1/x": b""}, "is not a data file"),
    ],
)
def test_what_athena_could_not_read_is_refused_before_anything_is_written(tmp_path, files, message):
    make(tmp_path / "raw", files)
    with pytest.raises(UserError, match=message):
        raw_files.look(tmp_path / "raw", "x")


def test_files_stay_in_the_checkout_or_are_copied_into_it(raw, tmp_path):
    root = tmp_path / "checkout"
    inside = root / "deliveries"
    shutil.copytree(raw, inside)
    raw_files.require_room(root, inside)
    assert raw_files.bring(root, inside) == "Raw files stay in deliveries/."
    raw_files.require_room(root, raw)
    assert "3 raw files" in raw_files.bring(root, raw)
    assert (root / "data" / "raw" / "books" / "a.parquet").exists()
    with pytest.raises(UserError, match="data/raw/ holds other files already"):
        raw_files.require_room(root, raw)
    (root / "data" / "raw" / ".feed.json").touch()
    raw_files.require_room(root, raw)
