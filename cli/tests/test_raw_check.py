"""Bad input, one case each: the message names the table, the file and the column, and says what to do."""

import gzip
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakeloop.contract import raw_tables
from lakeloop.errors import UserError
from lakeloop.raw import check_raw
from lakeloop.workspace import find
from retail_feed import FeedOptions, generate

TABLES = raw_tables(find(Path(__file__)))


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    raw = tmp_path_factory.mktemp("sound")
    generate(FeedOptions(orders=200, days=4), raw)
    return raw


@pytest.fixture
def raw(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "raw")


def first(raw: Path, table: str) -> Path:
    return min(file for file in (raw / table).rglob("*") if file.is_file())


def problems(raw: Path) -> list[str]:
    with pytest.raises(UserError) as caught:
        check_raw(raw, TABLES)
    head, *lines = str(caught.value).splitlines()
    assert "nothing was changed" in head
    return lines


def test_generated_data_passes(sound):
    check_raw(sound, TABLES)


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_every_table_may_come_in_every_format(form, tmp_path):
    generate(FeedOptions(orders=50, days=2, format=form), tmp_path)
    check_raw(tmp_path, TABLES)


def test_no_raw_folder(tmp_path):
    with pytest.raises(UserError, match="just data"):
        check_raw(tmp_path / "nowhere", TABLES)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def rewrite(file: Path, change) -> None:
    pq.write_table(change(pq.read_table(file, partitioning=None)), file)


def lines_of(file: Path, change) -> None:
    file.write_text("".join(change(file.read_text("utf-8").splitlines(keepends=True))), "utf-8")


def compress(file: Path) -> None:
    file.with_name("part.csv.gz").write_bytes(gzip.compress(file.read_bytes())[:-20])
    file.unlink()


def cut_column(lines: list[str]) -> list[str]:
    return [line.split(",", 1)[1] for line in lines]


def extra_column(lines: list[str]) -> list[str]:
    return [line.replace("\n", ",x\n").replace("\r,", ",") for line in lines]


def as_text(table: pa.Table) -> pa.Table:
    index = table.schema.get_field_index("order_id")
    return table.set_column(index, "order_id", table["order_id"].cast(pa.string()))


def as_parquet(file: Path) -> None:
    table = pa.table({column.name: ["1"] for column in next(t for t in TABLES if t.name == "products").columns})
    typed = {"product_id": pa.int64(), "unit_price": pa.decimal128(12, 2), "unit_cost": pa.decimal128(12, 2)}
    fields = [pa.field(name, typed.get(name, pa.string())) for name in table.column_names]
    pq.write_table(table.cast(pa.schema(fields)), file.with_name("part.parquet"))


CASES = {
    "truncated parquet": ("orders", truncate, None, "not a whole Parquet file"),
    "parquet without a column": (
        "orders",
        lambda f: rewrite(f, lambda t: t.drop_columns(["status"])),
        "status",
        "missing",
    ),
    "parquet of another type": ("orders", lambda f: rewrite(f, as_text), "order_id", "declared as bigint"),
    "csv without a column": ("stores", lambda f: lines_of(f, cut_column), "store_id", "missing"),
    "csv with an extra column": ("stores", lambda f: lines_of(f, extra_column), "x", "not declared"),
    "csv of another type": (
        "stores",
        lambda f: lines_of(f, lambda t: [t[0], "abc" + t[1], *t[2:]]),
        "store_id",
        "no bigint",
    ),
    "csv with a ragged line": ("stores", lambda f: lines_of(f, lambda t: [*t, "1,2\n"]), None, "cannot be read"),
    "csv that is empty": ("stores", lambda f: f.write_text(""), None, "is empty"),
    "csv that is not utf-8": (
        "stores",
        lambda f: f.write_bytes(f.read_bytes() + b"9,M\xfcnchen,DE,x,UTC,\n"),
        None,
        "not UTF-8",
    ),
    "csv, compressed and cut": ("stores", compress, None, "cannot be read to its end"),
    "json that is none": ("products", lambda f: lines_of(f, lambda t: [*t, "{nonsense\n"]), None, "cannot be read"),
    "json of another type": (
        "products",
        lambda f: lines_of(f, lambda t: [*t, '{"product_id": "p1", "updated_at": "2026-01-01T00:00:00Z"}\n']),
        "product_id",
        "no bigint",
    ),
    "json without a required value": (
        "products",
        lambda f: lines_of(f, lambda t: [*t, '{"product_id": 1}\n']),
        "updated_at",
        "missing",
    ),
    "parquet whose text holds something else": ("products", as_parquet, "updated_at", "no timestamp"),
    "an ending that is none": ("orders", lambda f: f.rename(f.with_suffix(".xlsx")), None, "not a data file"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_named(raw, case):
    table, damage, column, what = CASES[case]
    file = first(raw, table)
    damage(file)
    (line,) = problems(raw)
    assert line.startswith(f"{table}, column {column}:" if column else f"{table}:")
    assert str(file.parent) in line
    assert what in line
    assert line.count(". ") >= 1, "says what to do"


def test_several_problems_are_told_at_once(raw):
    truncate(first(raw, "orders"))
    shutil.rmtree(raw / "payments")
    lines_of(first(raw, "stores"), cut_column)
    assert {line.split(":")[0].split(",")[0] for line in problems(raw)} == {"orders", "payments", "stores"}


@pytest.mark.parametrize("name", ["dt=2026-02-30", "dt=20260101", "2026-01-01", "dt=yesterday"])
def test_a_day_folder_that_is_no_date(raw, name):
    first(raw, "orders").parent.rename(raw / "orders" / name)
    (line,) = problems(raw)
    assert name in line
    assert "dt=YYYY-MM-DD" in line


def test_an_empty_day_and_an_empty_table(raw):
    (raw / "orders" / "dt=2026-01-01").mkdir()
    shutil.rmtree(raw / "stores")
    (raw / "stores").mkdir()
    assert [line.split(":")[0] for line in problems(raw)] == ["stores", "orders"]


def test_hidden_files_are_passed_over(raw):
    first(raw, "orders").with_name("_SUCCESS").touch()
    first(raw, "orders").with_name(".DS_Store").touch()
    check_raw(raw, TABLES)
