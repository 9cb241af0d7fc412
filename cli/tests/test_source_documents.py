"""Whatever YAML declares a source, it is a view in DuckDB and a table in Glue, or one message: never a traceback."""

import string

import boto3
import duckdb
import hypothesis
import yaml
from botocore.validate import ParamValidator
from dbt_runner import event
from dbt_runner.raw.table_input import table_input
from hypothesis import given, settings
from hypothesis import strategies as st
from lakeloop.errors import UserError
from lakeloop.sources import Kind, source_tables, views
from lakeloop_project.sources import describe

from tests.declared_sources import manifest_of

ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.lists(st.integers())
)
NAMES = st.sampled_from(["id", "Id", "order id", 'o"r', "o'r", "dt", "größe", "select", "a/b~c", "", " "]) | st.text(
    max_size=5
)
GOOD_TYPES = st.sampled_from(
    ["varchar", "bigint", "decimal(12,2)", "row(a bigint, b array(varchar))", "map<string,int>", "date", "timestamp",
     "array(array(double))", "char(3)", "STRUCT(x INTEGER)[]"]
)  # fmt: skip
BAD_TYPES = st.sampled_from(["money", "decimal", "timestamp with time zone"]) | ODD


def mostly(good, odd):
    """One odd value among many that are as they should be: a document of odd ones ends at the first."""
    return st.integers(0, 19).flatmap(lambda number: odd if number == 13 else good)


TYPES = mostly(GOOD_TYPES, BAD_TYPES)
SCHEMAS = st.sampled_from(["raw", "lake_raw", "shop", 'sch"ema', "Großer Markt"])


def optional(**strategies):
    return st.fixed_dictionaries({}, optional=strategies)


METAS = optional(format=mostly(st.sampled_from(["parquet", "csv", "json", "jsonl"]), ODD), owner=ODD)
COLUMN_METAS = optional(
    holds=TYPES, required=mostly(st.booleans(), ODD), partition=mostly(st.just(False), ODD), owner=ODD
)
COLUMNS = st.fixed_dictionaries(
    {"name": NAMES, "data_type": TYPES},
    optional={"description": st.text(max_size=5), "meta": COLUMN_METAS, "config": optional(meta=COLUMN_METAS)},
)
TABLES = st.fixed_dictionaries(
    {"name": NAMES.filter(str.strip)},
    optional={
        "identifier": NAMES,
        "columns": st.lists(COLUMNS, max_size=4, unique_by=lambda column: column["name"]),
        "meta": METAS,
        "config": optional(meta=METAS),
        "loader": st.text(max_size=4),
    },
)
GOOD_TABLES = st.fixed_dictionaries(
    {
        "name": st.text(string.ascii_letters, min_size=1, max_size=5),
        "config": st.fixed_dictionaries(
            {"meta": st.fixed_dictionaries({"format": st.sampled_from(["parquet", "json"])})}
        ),
        "columns": st.lists(
            st.fixed_dictionaries({"name": NAMES.filter(str.isprintable).filter(str.strip), "data_type": GOOD_TYPES}),
            min_size=1,
            unique_by=lambda column: column["name"].lower(),
        ),
    }
)
SOURCES = st.fixed_dictionaries(
    {
        "name": st.text(string.ascii_lowercase, min_size=1, max_size=3),
        "tables": st.lists(TABLES | GOOD_TABLES, max_size=3),
    },
    optional={"schema": SCHEMAS, "database": st.sampled_from(["awsdatacatalog", "other", None]), "meta": METAS},
)
DOCUMENTS = st.fixed_dictionaries({"version": st.just(2), "sources": st.lists(SOURCES, min_size=1, max_size=2)})


_glue = boto3.client("glue", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test")
_CREATE_TABLE = _glue.meta.service_model.operation_model("CreateTable").input_shape


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_a_source_is_a_view_and_a_table_or_one_message(document):
    manifest = manifest_of(yaml.safe_load(yaml.safe_dump(document)))
    try:
        tables = source_tables(manifest, "lake_raw")
    except UserError as error:
        assert str(error).strip() and len(str(error).splitlines()) == 1
        return
    for table in tables:
        hypothesis.event(f"{table.kind}{', complete' if table.complete else ''}")
        if table.kind is not Kind.RAW or not table.complete:
            continue
        described = describe(table)
        definition = table_input(
            described["table"], event.Shape.of(described), "s3://raw/x/", {"projection.enabled": "true"}
        )
        call = {"DatabaseName": described["database"], "TableInput": definition}
        assert not ParamValidator().validate(call, _CREATE_TABLE).generate_report()
        columns = ", ".join(
            f"null::{column.type.duckdb} as {views.identifier(column.name)}" for column in table.columns
        )
        with duckdb.connect() as connection:
            views.create(connection, table, f"select {columns}")
            relation = f"{views.identifier(table.schema)}.{views.identifier(table.identifier)}"
            names = [name for name, *_ in connection.execute(f"describe {relation}").fetchall()]
            assert names == [column.name for column in table.columns]
