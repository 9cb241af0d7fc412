"""Bad input, one case each: the message names the table, the file and the column, and says what to do."""

import gzip
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakeloop.errors import UserError
from lakeloop.raw import check_raw

from tests.declared_sources import tables_of
from tests.projects import SHOP
from tests.projects import raw as shop

TABLES = tables_of((SHOP / "models" / "staging" / "_shop__sources.yml").read_text("utf-8"))


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    return shop.write(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def raw(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "raw")


def first(raw: Path, table: str) -> Path:
    return min(file for file in (raw / table).rglob("*") if file.is_file())


def problems(raw: Path, tables=TABLES, **options) -> list[str]:
    with pytest.raises(UserError) as caught:
        check_raw(raw, tables, **options)
    head, *lines = str(caught.value).splitlines()
    assert "nothing was changed" in head
    return lines


def test_good_data_passes(sound, capsys):
    checked = check_raw(sound, TABLES, athena=True)
    assert [one.table for one in checked] == TABLES
    assert capsys.readouterr().err == "", "all is declared"


def test_no_raw_folder(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        check_raw(tmp_path / "nowhere", TABLES)
    assert check_raw(tmp_path / "nowhere", []) == [], "which nobody needs without raw tables"


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def rewrite(file: Path, change) -> None:
    pq.write_table(change(pq.read_table(file, partitioning=None)), file)


def lines_of(file: Path, change) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        lines = stream.readlines()
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(change(lines))


def added(line: str):
    return lambda file: lines_of(file, lambda lines: [*lines, line])


def compress(file: Path) -> None:
    file.with_name("part.csv.gz").write_bytes(gzip.compress(file.read_bytes())[:-20])
    file.unlink()


def as_type(name: str, kind: pa.DataType):
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(table.schema.get_field_index(name), name, table[name].cast(kind))

    return lambda file: rewrite(file, change)


def semicolons(file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace(",", ";"), "utf-8")


CASES = {
    "truncated parquet": ("orders", truncate, None, "not a whole Parquet file"),
    "parquet without a column": ("orders", lambda f: rewrite(f, lambda t: t.drop_columns(["status"])), "status", "missing"),
    "parquet of another type": ("orders", as_type("order_id", pa.string()), "order_id", "is varchar, declared as bigint"),
    "parquet with a number for a text": (
        "orders",
        lambda f: rewrite(f, lambda t: t.set_column(4, "status", pa.array(range(len(t))))),
        "status",
        "is bigint, declared as varchar",
    ),
    "csv without a column": ("customers", lambda f: lines_of(f, lambda t: [line.split(",", 1)[1] for line in t]),
                             "customer_id", "missing"),
    "csv with an extra column": ("customers", lambda f: lines_of(f, lambda t: [line.replace("\r\n", ",x\r\n") for line in t]),
                                 "x", "not declared"),
    "csv with a column twice": ("customers", lambda f: lines_of(f, lambda t: [t[0].replace("country", "Joined_On")]),
                                "joined_on", "is there twice"),
    "csv in another order": ("customers", lambda f: lines_of(f, lambda t: ["customer_name,customer_id,country,joined_on\n"]),
                             None, "another order"),
    "csv of another type": ("customers", added('abc,"x",de,2023-01-01\r\n'), "customer_id", "values are no bigint, such as 'abc'"),
    "csv without a required value": ("customers", added(' ,"x",de,2023-01-01\r\n'), "customer_id", "1 values are missing"),
    "csv with a ragged line": ("customers", added("1,2\r\n"), None, "cannot be read"),
    "csv that is empty": ("customers", lambda f: f.write_text(""), None, "is empty"),
    "csv that is not utf-8": ("customers", lambda f: f.write_bytes(f.read_bytes() + b"9,M\xfcnchen,DE,2023-01-01\n"),
                              None, "line 14 is not UTF-8"),
    "csv, compressed and cut": ("customers", compress, None, "cannot be read to its end"),
    "csv with semicolons": ("customers", semicolons, None, "separated by semicolons"),
    "csv with tabs": ("customers", lambda f: f.write_text("customer_id\tname\n1\tx\n"), None, "separated by tabs"),
    "csv with a line break in a field": ("customers", added('9,"a\nb",de,2023-01-01\r\n'), None,
                                         "line 14 has a quoted field that goes on in the next line"),
    "csv with a carriage return in a field": ("customers", added('9,"a\rb",de,2023-01-01\r\n'), None,
                                              "goes on in the next line"),
    "csv with a blank line": ("customers", lambda f: lines_of(f, lambda t: [*t[:3], "\r\n", *t[3:]]), None, "line 4 is blank"),
    "csv that ends with a blank line": ("customers", added("\r\n"), None, "line 14 is blank"),
    "csv that begins with a byte order mark": ("customers", lambda f: f.write_bytes(b"\xef\xbb\xbf" + f.read_bytes()), None,
                                               "line 1 begins with a byte order mark"),
    "csv with two kinds of line ends": ("customers", added('9,"x",de,2023-01-01\n'), None, "line 14 ends otherwise"),
    "csv with a backslash": ("customers", added("9,a\\b,de,2023-01-01\r\n"), None, "line 14 has a backslash"),
    "json that is none": ("products", added("{nonsense\n"), None, "cannot be read"),
    "json that is no object": ("products", added("[1]\n"), None, "1 lines are no object, such as '[1]'"),
    "json of another type": ("products", added('{"product_id": "p1"}\n'), "product_id", "no bigint as Athena's"),
    "json with a fraction": ("products", added('{"product_id": 1.5}\n'), "product_id", "no bigint as Athena's"),
    "json without a required value": ("products", added('{"price": 1}\n'), "product_id", "1 values are missing"),
    "json with an object for a text": ("products", added('{"product_id": 1, "product_name": {"de": "x"}}\n'), "product_name",
                                       "values are objects or arrays, declared as varchar, such as"),
    "json with a key twice": ("products", added('{"product_id": 1, "x": 1, "x": 2}\n'), None, "have a key twice"),
    "json with a key in two cases": ("products", added('{"product_id": 1, "note": 1, "Note": 2}\n'), None,
                                     "have a key twice (upper case counts as lower case, and Athena fails), such as 'note'"),
    "json with a key spelt otherwise": ("products", added('{"product_id": 1, "Price": 2}\n'), None,
                                        "spell a declared column's key otherwise, such as 'Price'"),
    "json with a blank line": ("products", lambda f: lines_of(f, lambda t: [t[0], "\n", *t[1:]]), None, "line 2 is blank"),
    "json that begins with a byte order mark": ("products", lambda f: f.write_bytes(b"\xef\xbb\xbf" + f.read_bytes()), None,
                                                "byte order mark"),
    "an ending that is none": ("orders", lambda f: f.rename(f.with_suffix(".xlsx")), None, "not a data file"),
}  # fmt: skip


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
    shutil.rmtree(raw / "products")
    semicolons(first(raw, "customers"))
    assert {line.split(":")[0].split(",")[0] for line in problems(raw)} == {"customers", "orders", "products"}


@pytest.mark.parametrize("name", ["dt=2026-02-30", "dt=20260101", "2026-01-01", "dt=yesterday", "day=2026-01-01"])
def test_a_folder_that_is_no_day(raw, name):
    first(raw, "orders").parent.rename(raw / "orders" / name)
    (line,) = problems(raw)
    assert name in line
    assert "dt=YYYY-MM-DD" in line


def test_an_empty_day_an_empty_table_and_a_file_beside_the_days(raw):
    (raw / "orders" / "dt=2026-01-01").mkdir()
    shutil.rmtree(raw / "customers")
    (raw / "customers").mkdir()
    shutil.copy(first(raw, "products"), raw / "products" / "part.json")
    assert [line.split(":")[0] for line in problems(raw)] == ["customers", "orders", "products"]


def test_hidden_files_are_passed_over(raw):
    first(raw, "orders").with_name("_SUCCESS").touch()
    first(raw, "orders").with_name(".DS_Store").touch()
    (raw / "orders" / "_temporary" / "0").mkdir(parents=True)
    check_raw(raw, TABLES)


def test_another_format_than_declared_is_read_offline_alone(raw):
    file = first(raw, "products")
    duckdb.execute(
        f"copy (select 1 as product_id, 'x' as product_name, 1.5::decimal(10,2) as price) to '{file.parent}/a.parquet'"
    )
    check_raw(raw, TABLES)
    (line,) = problems(raw, athena=True)
    assert "a.parquet: is parquet, and the table that Athena reads it with is of json" in line


FORMS = """
sources:
  - name: shop
    tables:
      - name: {name}
        meta: {{format: {form}}}
        columns: [{columns}]
"""


def one_table(raw, form, columns, *files):
    """A table of its own with *files*: (path below its folder, text)."""
    for path, text in files:
        file = raw / "things" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tables_of(FORMS.format(name="things", form=form, columns=columns))


@pytest.mark.parametrize("kind", ["date", "timestamp", "decimal(3,2)", "array(varchar)"])
def test_a_type_that_athenas_csv_reader_does_not_read_is_told_with_what_to_write(tmp_path, kind):
    tables = one_table(tmp_path, "csv", f"{{name: a, data_type: '{kind}'}}", ("x.csv", "a\n\n"[:2]))
    (line,) = [line for line in problems(tmp_path, tables) if "_sources.yml" in line]
    assert f"things, column a: models/_sources.yml: is {kind}" in line
    assert f"Declare `data_type: varchar` with `config: {{meta: {{holds: {kind}}}}}`" in line


def test_a_number_in_csv_may_not_be_missing(tmp_path):
    tables = one_table(
        tmp_path, "csv", "{name: a, data_type: bigint}, {name: b, data_type: varchar}", ("x.csv", "a,b\n1,\n,x\n")
    )
    (line,) = problems(tmp_path, tables)
    assert "1 values are empty, and Athena's CSV reader has no empty bigint" in line


@pytest.mark.parametrize(("value", "fine"), [("2024-01-01 10:00:00", True), ("2024-01-01 10:00:00.123", True),
                                             ("2024-01-01T10:00:00", False), ("2024-01-01 10:00:00Z", False)])  # fmt: skip
def test_a_moment_in_json_is_spelt_as_athenas_reader_takes_it(tmp_path, value, fine):
    tables = one_table(
        tmp_path, "json", "{name: a, data_type: timestamp}", ("x.json", f'{{"a": "{value}"}}\n{{"a": null}}\n')
    )
    if fine:
        check_raw(tmp_path, tables)
    else:
        (line,) = problems(tmp_path, tables)
        assert f"1 values are no timestamp as Athena's JSON reader takes it, such as {value!r}" in line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": {"x": 1, "tags": ["t"]}, "m": {"k": 2}}', None),
        ('{"a": null}', None),
        ('{"a": [1]}', "column a: .* values are no row"),
        ('{"a": {"x": "one"}}', "column a: .* values are no row"),
        ('{"m": {"k": "two"}}', "column m: .* values are no map"),
    ],
)
def test_nested_json(tmp_path, text, what):
    columns = "{name: a, data_type: 'row(x bigint, tags array(varchar))'}, {name: m, data_type: 'map(varchar, bigint)'}"
    tables = one_table(tmp_path, "json", columns, ("x.json", text + "\n"))
    if what is None:
        check_raw(tmp_path, tables)
    else:
        with pytest.raises(UserError, match=what):
            check_raw(tmp_path, tables)


def test_nested_parquet(tmp_path):
    columns = "{name: a, data_type: 'row(x bigint, tags array(varchar))'}, {name: m, data_type: 'map(varchar, bigint)'}"
    tables = one_table(tmp_path, "parquet", columns)
    (tmp_path / "things").mkdir()
    file = tmp_path / "things" / "x.parquet"
    duckdb.execute(f"copy (select {{'x': 1::bigint, 'tags': ['t']}} as a, map {{'k': 2::bigint}} as m) to '{file}'")
    check_raw(tmp_path, tables, athena=True)
    duckdb.execute(f"copy (select {{'x': 1::bigint, 'tags': [1]}} as a, map {{'k': 'v'}} as m) to '{file}'")
    assert [line.split(":")[0] for line in problems(tmp_path, tables)] == ["things, column a", "things, column m"]


KEYS = "{name: a, data_type: bigint}, {name: region, data_type: varchar, meta: {partition: true}}, {name: year, data_type: integer, meta: {partition: true}}"  # noqa: E501


def test_partitions_by_other_keys(tmp_path):
    tables = one_table(
        tmp_path, "json", KEYS, ("region=eu/year=2024/x.json", '{"a": 1}\n'), ("region=us/year=05/y.json", '{"a": 2}\n')
    )
    (one,) = check_raw(tmp_path, tables)
    assert one.found.values == {"region": ["eu", "us"], "year": ["05", "2024"]}


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("region=eu/x.json", "lies beside the partition folders. Move it into its year=NUMBER folder"),
        ("year=2024/region=eu/x.json", "not one of region. Name it region=VALUE"),
        ("region=eu/year=soon/x.json", "is no integer. Name it year=NUMBER"),
        ("region=a,b/year=1/x.json", "is no varchar"),
        ("region=eu/year=1/day=2/x.json", "the sources declare no partition column day here. Declare it: {name: day"),
        ("region=eu/year=1/more/x.json", "is a folder among the data files"),
    ],
)
def test_folders_that_athena_would_not_find(tmp_path, path, what):
    tables = one_table(tmp_path, "json", KEYS, (path, '{"a": 1}\n'))
    (line,) = problems(tmp_path, tables)
    assert what in line


def test_what_is_not_declared_is_taken_from_the_files_and_named_in_one_line(tmp_path, capsys):
    tables = one_table(
        tmp_path, "json", "{name: b, description: What it is, data_type: date}",
        ("dt=2024-01-01/x.json", '{"a": 1, "b": "2024-01-01", "c": {"d": [1.5]}}\n'),
    )  # fmt: skip
    # All columns that are declared have a type, so that these are all there are.
    (one,) = check_raw(
        tmp_path, tables_of(FORMS.format(name="things", form="json", columns="{name: b, data_type: date}, {name: a}"))
    )
    told = capsys.readouterr().err
    assert told.splitlines() == [
        "shop.things: models/_sources.yml does not declare all of it, so its json files say: a bigint, b date, c row(d "
        "array(double)), dt date. Declared columns are checked; these are taken as they come."
    ]
    assert [str(column.type) for column in one.table.columns] == ["bigint", "date", "row(d array(double))", "date"]
    assert [key.name for key in one.table.partition_keys] == ["dt"]
    assert one.table.complete
    assert "declare no partition column dt" in problems(tmp_path, tables)[0]


def test_columns_of_csv_that_are_not_declared_are_text(tmp_path):
    tables = one_table(tmp_path, "csv", "", ("x.csv", "id,at\n1,2024-01-01\n"))
    (one,) = check_raw(tmp_path, tables)
    assert [(column.name, str(column.type)) for column in one.table.columns] == [("id", "varchar"), ("at", "varchar")]


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ([("x.csv", "a;b\n1;2\n")], "separated by semicolons"),
        ([("x.csv", "a,A\n1,2\n")], "is there twice"),
        ([("x.csv", "a,\n1,2\n")], "column 2 has no name"),
        ([("x.parquet", "nothing")], "cannot be read as parquet"),
        ([("x.json", "{")], "cannot be read as json"),
    ],
)
def test_what_cannot_be_inferred_is_one_line(tmp_path, files, what):
    form = files[0][0].split(".")[1]
    (line,) = problems(tmp_path, one_table(tmp_path, form, "", *files))
    assert what in line


def test_two_formats_where_none_is_declared(tmp_path):
    tables = tables_of("sources: [{name: s, schema: lake_raw, tables: [{name: things}]}]")
    for name, text in (("x.csv", "a\n1\n"), ("y.json", '{"a": 1}\n')):
        (tmp_path / "things").mkdir(exist_ok=True)
        (tmp_path / "things" / name).write_text(text, "utf-8")
    (line,) = problems(tmp_path, tables)
    assert "holds files of csv, json. Declare which" in line
    (tmp_path / "things" / "y.json").unlink()
    (one,) = check_raw(tmp_path, tables)
    assert one.table.format == "csv"
