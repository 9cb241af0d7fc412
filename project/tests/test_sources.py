"""Sources of a parsed manifest: what kind each is, where its files lie, and what is wrong with a declaration."""

import json

import pytest
from lakeloop_project import UserError
from lakeloop_project.sources import Kind, describe, from_plain, raw_of, source_tables, to_plain


def source(name="shop.orders", **declared):
    """A source of ``manifest.json``, as dbt 1.12 writes it."""
    source_name, table = name.split(".")
    columns = {column["name"]: column for column in declared.pop("columns", ())}
    return {
        "unique_id": f"source.project.{name}",
        "resource_type": "source",
        "source_name": source_name,
        "name": table,
        "identifier": table,
        "database": "awsdatacatalog",
        "schema": "shop",
        "original_file_path": "models/anything.yml",
        "columns": columns,
        "meta": {},
        "source_meta": {},
        "config": {"meta": {}},
        **declared,
    }


def read(*sources, nodes=(), raw_schema="lake_dev_raw"):
    manifest = {
        "sources": {one["unique_id"]: one for one in sources},
        "nodes": {str(at): node for at, node in enumerate(nodes)},
    }
    return source_tables(manifest, raw_schema)


FORMAT = {"config": {"meta": {"format": "csv"}}}


@pytest.mark.parametrize(
    "declared",
    [
        {"config": {"meta": {"format": "json"}}},
        {"meta": {"format": "jsonl"}},
        {"source_meta": {"format": "JSON"}},
    ],
    ids=["config", "meta", "source"],
)
def test_a_format_anywhere_makes_a_raw_table(declared):
    (table,) = read(source(**declared))
    assert (table.kind, table.format) == (Kind.RAW, "json")


def test_the_raw_database_makes_a_raw_table_whose_format_its_files_say():
    (table,) = read(source(schema="lake_dev_raw"))
    assert (table.kind, table.format, table.complete) == (Kind.RAW, None, False)


@pytest.mark.parametrize(
    ("schema", "kind"), [("{{ env_var('DBT_RAW_SCHEMA', 'raw') }}", Kind.RAW), ("raw", Kind.GLUE), (None, Kind.GLUE)]
)
def test_offline_a_schema_that_happens_to_be_called_raw_is_somebody_elses(schema, kind):
    (table,) = read(source(schema="raw", unrendered_schema=schema), raw_schema="raw")
    assert table.kind is kind


@pytest.mark.parametrize("resource_type", ["seed", "model", "snapshot"])
def test_what_the_project_builds_itself_is_left_to_dbt(resource_type):
    built = {"resource_type": resource_type, "schema": "Shop", "alias": "ORDERS", "name": "raw_orders"}
    (table,) = read(source(**FORMAT), nodes=[built])
    assert table.kind is Kind.BUILT


def test_all_else_exists_in_glue_and_its_columns_are_documentation():
    (table,) = read(source(columns=[{"name": "a", "data_type": "number"}, {"name": "A", "data_type": "int"}]))
    assert table.kind is Kind.GLUE
    assert [column.type and str(column.type) for column in table.columns] == [None, "integer"]


def test_a_declaration_is_read_whole():
    columns = [
        {"name": "Id", "data_type": "bigint", "meta": {"required": True}},
        {"name": "at", "data_type": "string", "config": {"meta": {"holds": "timestamp with time zone"}}},
        {"name": "dt", "data_type": "date", "config": {"meta": {"partition": True}}},
    ]
    (table,) = read(source(columns=columns, identifier="Orders_V2", schema="Lake", **FORMAT))
    assert table.complete
    assert [(column.name, column.required) for column in table.data_columns] == [("Id", True), ("at", False)]
    assert [column.name for column in table.partition_keys] == ["dt"]
    assert describe(table) == {
        "source": "shop.orders",
        "database": "lake",
        "table": "orders_v2",
        "folder": "orders",
        "format": "csv",
        "columns": [["id", "bigint"], ["at", "string"]],
        "partitions": [["dt", "date"]],
    }


def test_what_is_not_declared_is_left_to_the_loader():
    (table,) = read(source(columns=[{"name": "id", "data_type": None}], **FORMAT))
    assert not table.complete
    assert describe(table)["format"] is None


def test_two_tables_of_one_name_lie_in_folders_of_their_sources():
    tables = read(
        source(**FORMAT), source("web.orders", identifier="web_orders", **FORMAT), source("web.hits", **FORMAT)
    )
    assert sorted(table.folder for table in raw_of(tables)) == ["hits", "shop/orders", "web/orders"]


def test_a_table_in_glue_of_that_name_changes_no_folder():
    tables = read(source(**FORMAT), source("web.orders", schema="web"))
    assert [table.folder for table in raw_of(tables)] == ["orders"]


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([source(config={"meta": {"format": "delta"}})], "meta.format is 'delta', and raw files are parquet, csv, json"),
        ([source(config={"meta": {"format": 3}})], "meta.format is 3"),
        ([source(columns=[{"name": "a", "data_type": "money"}], **FORMAT)], "column a: 'money' is no type"),
        ([source(columns=[{"name": "a", "data_type": "uuid"}], **FORMAT)], "Declare varchar with meta.holds: uuid"),
        (
            [source(columns=[{"name": "a", "data_type": "varchar", "meta": {"holds": "x"}}], **FORMAT)],
            "column a, meta.holds: 'x' is no type",
        ),
        (
            [source(columns=[{"name": "a", "data_type": "double", "meta": {"partition": True}}], **FORMAT)],
            "a partition column is date, varchar, or a whole number, not double",
        ),
        ([source(columns=[{"name": "a"}, {"name": "A"}], **FORMAT)], "column a is declared twice"),
        ([source(columns=[{"name": "a\nb", "data_type": "int"}], **FORMAT)], "1 to 255 printable characters"),
        (
            [source(**FORMAT), source("web.orders", **FORMAT)],
            r"web.orders \(models/anything.yml\) and shop.orders .* would be the same table, shop.orders. Give one",
        ),
        (
            [
                source("web.orders", **FORMAT),
                source("shop.orders", identifier="b", **FORMAT),
                source("x.web", **FORMAT),
            ],
            "The folder web/ would hold the files of x.web and the folder of web.orders",
        ),
    ],
)  # fmt: skip
def test_a_bad_declaration_is_one_message(sources, message):
    with pytest.raises(UserError, match=message) as raised:
        read(*sources)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["shop.a/b", "shop..."])
def test_a_table_whose_name_is_no_folders(name):
    source_name, _, table = name.partition(".")
    with pytest.raises(UserError, match="no folder can be named like"):
        read({**source(**FORMAT), "source_name": source_name, "name": table})


def test_a_table_is_the_same_for_a_program_without_dbt():
    columns = [
        {"name": "Id", "data_type": "bigint", "config": {"meta": {"required": True}}},
        {"name": "price", "data_type": "string", "config": {"meta": {"holds": "decimal(10, 2)"}}},
        {"name": "lines", "data_type": "array<struct<sku:string,count:int>>"},
        {"name": "loose"},
        {"name": "dt", "data_type": "date", "meta": {"partition": True}},
    ]
    (table,) = read(source(columns=columns, config={"meta": {"format": "json"}}))
    again = from_plain(json.loads(json.dumps(to_plain(table))))
    assert again.columns == table.columns
    assert (again.full_name, again.format, again.folder, again.file) == ("shop.orders", "json", "orders", table.file)


@pytest.mark.parametrize("name", ["incoming", "quarantine"])
def test_no_raw_table_lies_where_files_arrive(name):
    with pytest.raises(UserError, match=f"would lie in {name}/, which is the gate's"):
        read(source(f"shop.{name}", **FORMAT))
