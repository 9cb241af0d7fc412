"""Append a JSON document's records to a changelog in Glue, as the lake's applier makes and writes it; run by the emulator's Python,
which has PyIceberg: ``python write_iceberg.py DATABASE TABLE LOCATION < records.json``."""

import json
import os
import sys
from datetime import datetime

import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.transforms import DayTransform

TYPES = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal(12,2)": pa.decimal128(12, 2),
}


def main(database: str, name: str, location: str) -> None:
    given = json.load(sys.stdin)
    schema = pa.schema([(column, TYPES[kind]) for column, kind in given["columns"].items()])
    columns = {
        field.name: pa.array([_value(record[field.name], field.type) for record in given["records"]], field.type)
        for field in schema
    }
    rows = pa.table(columns, schema)
    endpoint, region = os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_REGION"]
    io = {"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO", "s3.endpoint": endpoint, "s3.region": region}
    catalog = load_catalog("glue", **{"type": "glue", "glue.endpoint": endpoint, "glue.region": region, **io})
    try:
        table = catalog.load_table((database, name))
        with table.update_schema() as update:
            update.union_by_name(schema)
    except NoSuchTableError:
        table = catalog.create_table((database, name), schema, location)
        with table.update_spec() as spec:
            spec.add_field("_committed_at", DayTransform(), "_committed_at_day")
    table.append(rows)


def _value(value: object, kind: pa.DataType) -> object:
    if value is None or not isinstance(value, str):
        return value
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if pa.types.is_date(kind):
        return datetime.fromisoformat(value).date()
    if pa.types.is_decimal(kind):
        return pa.scalar(value).cast(kind).as_py()
    return value


if __name__ == "__main__":
    main(*sys.argv[1:])
