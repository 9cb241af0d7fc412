"""A source's table in DuckDB: views over files, as Athena would read them."""

from datetime import date

import duckdb
import pytest
from lakeloop.errors import UserError
from lakeloop.raw import check_raw
from lakeloop.sources import local, views
from lakeloop_raw.formats import endings_of

from tests.declared_sources import tables_of


def write(folder, **files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@pytest.fixture
def duck():
    with duckdb.connect() as connection:
        yield connection


def raw_view(duck, raw, declared):
    """Make the view of the one raw table that is *declared* below ``tables:``."""
    tables = tables_of(f"sources: [{{name: shop, schema: lake_raw, tables: [{declared}]}}]")
    (one,) = check_raw(raw, tables)
    endings = {form: endings_of(files) for form, files in one.found.files.items()}
    views.create(duck, one.table, views.raw_view(one.table, raw, endings))


COLUMNS = "columns: [{name: id, data_type: varchar}, {name: note, data_type: varchar}, {name: dt, data_type: date, meta: {partition: true}}]"  # noqa: E501


def test_csv_is_text_and_an_empty_field_an_empty_text(duck, tmp_path):
    write(tmp_path / "orders", **{
        "dt=2024-01-01/a.csv": 'id,note\n007,\n8,"x, ""y"""\n',
        "dt=2024-01-02/b.CSV": "id,note\n9,z\n",
        "dt=2024-01-02/_c.csv": "nonsense",
        "_temporary/d.csv": "nonsense",
    })  # fmt: skip
    raw_view(duck, tmp_path, f"{{name: orders, meta: {{format: csv}}, {COLUMNS}}}")
    assert duck.execute("select * from lake_raw.orders order by id").fetchall() == [
        ("007", "", date(2024, 1, 1)),
        ("8", 'x, "y"', date(2024, 1, 1)),
        ("9", "z", date(2024, 1, 2)),
    ]


def test_files_of_all_formats_are_one_table(duck, tmp_path):
    write(tmp_path / "orders", **{
        "dt=2024-01-01/a.csv": "id,note\n1,a\n",
        "dt=2024-01-02/b.jsonl": '{"note": "b", "id": 2}\n',
    })  # fmt: skip
    duck.execute(f"copy (select 'c' as note, '3' as id) to '{tmp_path}/orders/dt=2024-01-01/c.parquet'")
    raw_view(duck, tmp_path, f"{{name: orders, meta: {{format: csv}}, {COLUMNS}}}")
    assert duck.execute("select id, note from lake_raw.orders order by id").fetchall() == [
        ("1", "a"),
        ("2", "b"),
        ("3", "c"),
    ]


def test_nested_types_and_partitions_by_other_keys(duck, tmp_path):
    write(tmp_path / "hits", **{
        "region=eu/year=2024/a.json": '{"at": "2024-01-01 10:00:00", "who": {"Id": 1, "tags": ["x"]}, "counts": {"a": 2}}\n',
        "region=us/year=2023/b.json": '{"who": null}\n',
    })  # fmt: skip
    declared = """{name: hits, identifier: "Web Hits", meta: {format: json}, columns: [
        {name: at, data_type: timestamp},
        {name: who, data_type: "row(Id bigint, tags array(varchar))"},
        {name: counts, data_type: "map(varchar, integer)"},
        {name: region, data_type: varchar, meta: {partition: true}},
        {name: year, data_type: integer, meta: {partition: true}}]}"""
    raw_view(duck, tmp_path, declared)
    query = "select who.id, who.tags[1], counts['a'], region, year + 1 from lake_raw.\"Web Hits\" order by region"
    assert duck.execute(query).fetchall() == [(1, "x", 2, "eu", 2025), (None, None, None, "us", 2024)]


def test_a_folder_with_the_characters_of_a_pattern(duck, tmp_path):
    raw = tmp_path / "a [new] folder*?'s"
    write(raw / "orders", **{"dt=2024-01-01/a.csv": "id,note\n1,\n"})
    raw_view(duck, raw, f"{{name: orders, meta: {{format: csv}}, {COLUMNS}}}")
    assert duck.execute("select count(*) from lake_raw.orders").fetchone() == (1,)


def test_a_file_that_arrives_later_is_seen(duck, tmp_path):
    write(tmp_path / "orders", **{"dt=2024-01-01/a.csv": "id,note\n1,\n"})
    raw_view(duck, tmp_path, f"{{name: orders, meta: {{format: csv}}, {COLUMNS}}}")
    write(tmp_path / "orders", **{"dt=2024-01-02/b.csv": "id,note\n2,\n"})
    assert duck.execute("select count(*) from lake_raw.orders").fetchone() == (2,)


def test_a_raw_view_that_is_there_opens_no_file_and_another_one_takes_its_place(duck, tmp_path):
    write(tmp_path / "orders", **{"dt=2024-01-01/a.csv": "id,note\n1,\n"})
    declared = f"{{name: orders, meta: {{format: csv}}, {COLUMNS}}}"
    raw_view(duck, tmp_path, declared)
    (table,) = tables_of(f"sources: [{{name: shop, schema: lake_raw, tables: [{declared}]}}]")
    query = views.raw_view(table, tmp_path, {"csv": {".csv"}})
    (tmp_path / "orders" / "dt=2024-01-01" / "a.csv").unlink()
    views.create(duck, table, query)
    with pytest.raises(UserError, match="No files found"):
        views.create(duck, table, query + "\nlimit 1")


CRM = """
sources:
  - name: crm
    database: awsdatacatalog
    schema: Customer Data
    tables:
      - {name: people, identifier: people_v2, columns: [{name: ID, data_type: string}, {name: gone, data_type: int}, {name: x, data_type: odd}]}
"""  # noqa: E501


def test_files_that_stand_in_for_a_table_in_glue_have_their_own_types_unless_declared(duck, tmp_path):
    (people,) = tables_of(CRM)
    write(tmp_path, **{"crm/people/more/a.csv": "id,born\n1,1990-05-01\n", "crm/people/_note.csv": "x"})
    duck.execute(f"copy (select 2 as id, 1.5 as weight) to '{tmp_path}/crm/people/b.parquet'")
    files = local.files_under(local.folder_of(tmp_path, people))
    views.create(duck, people, views.glue_view(duck, people, files))
    rows = duck.execute('select id, born, weight from "Customer Data".people_v2 order by id').fetchall()
    assert [(row[0], row[1], row[2] and float(row[2])) for row in rows] == [
        ("1", date(1990, 5, 1), None),
        ("2", None, 1.5),
    ]


def test_files_that_cannot_be_read_are_one_message(duck, tmp_path):
    (people,) = tables_of(CRM)
    write(tmp_path, **{"crm/people/a.parquet": "nothing"})
    with pytest.raises(UserError, match=r"^crm\.people: its files in .*/crm/people cannot be read: "):
        views.glue_view(duck, people, local.files_under(local.folder_of(tmp_path, people)))


def test_a_view_goes_when_its_files_do(duck):
    (people,) = tables_of(CRM)
    views.drop(duck, people)
    views.create(duck, people, "select 1 as id")
    views.drop(duck, people)
    assert duck.execute("select count(*) from duckdb_views() where not internal").fetchone() == (0,)


def test_a_table_in_the_place_of_a_view_is_one_message(duck):
    (people,) = tables_of(CRM)
    duck.execute('create schema "Customer Data"; create table "Customer Data".people_v2 (id int)')
    with pytest.raises(UserError, match=r"crm\.people .* cannot be made in DuckDB"):
        views.create(duck, people, "select 1 as id")


CHILDREN = {"source.a": ["model.b", "test.c"], "model.b": ["model.d"], "model.d": ["model.e"], "model.x": ["model.e"]}


def test_all_that_hangs_on_a_source_is_skipped():
    assert local.descendants(["source.a"], CHILDREN) == {"model.b", "test.c", "model.d", "model.e"}


@pytest.mark.parametrize(
    ("selected", "refused"),
    [
        (["orders_2"], True),
        (["+orders_2", "other"], True),
        (["3+orders_2+1"], True),
        (["@orders_2,tag:x"], True),
        (["model.project.orders_2"], True),
        (["orders"], False),
        (["staging", "tag:orders_2", "+orders+"], False),
        ([], False),
    ],
)
def test_what_is_asked_for_by_name_is_not_skipped_in_silence(selected, refused):
    skipped = {"model.project.orders_2": "orders_2"}
    if refused:
        with pytest.raises(UserError, match=r"^orders_2 cannot be built here: there are no local files of crm\.people"):
            local.refuse_if_asked_for(selected, skipped, tables_of(CRM))
    else:
        local.refuse_if_asked_for(selected, skipped, tables_of(CRM))


def test_a_line_for_each_source_without_files(tmp_path):
    tables = tables_of("sources: [{name: a, tables: [{name: x}, {name: y}]}, {name: b, tables: [{name: z}]}]")
    assert local.lines_of(tables, tmp_path, 7) == [
        f"No local files of a (x, y), which is in Glue: fill {tmp_path}/a/<table>/ with Parquet, CSV or JSON.",
        f"No local files of b (z), which is in Glue: fill {tmp_path}/b/z/ with Parquet, CSV or JSON.",
        "Skipped without them: 7 models, tests and other nodes that read them.",
    ]
    assert local.lines_of([], tmp_path, 0) == []
