"""Append a JSON document's records to a changelog in Glue, as the lake's applier makes and writes it; run by the emulator's Python,
which has PyIceberg: ``python write_iceberg.py DATABASE TABLE LOCATION < records.json``."""

import json
import os
import sys
import uuid
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.io.pyarrow import write_file
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import WriteTask
from pyiceberg.table.metadata import TableMetadata
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
    except NoSuchTableError:
        table = catalog.create_table((database, name), schema, location)
        with table.update_spec() as spec:
            spec.add_field("_committed_at", DayTransform(), "_committed_at_day")
    transaction = table.transaction()
    with transaction.update_snapshot().fast_append() as append:
        for file in write_file(table.io, table.metadata, iter(_tasks(table.metadata, rows))):
            append.append_data_file(file)
    transaction.commit_transaction()


def _tasks(metadata: TableMetadata, rows: pa.Table) -> list[WriteTask]:
    """A file for each day, as the applier has it: PyIceberg would need a library in Rust to find the days."""
    schema, (field,), identity = metadata.schema(), metadata.spec().fields, uuid.uuid4()
    days = rows["_committed_at"].cast(pa.date32()).cast(pa.int32())
    return [
        WriteTask(
            write_uuid=identity,
            task_id=number,
            schema=schema,
            record_batches=rows.filter(pc.equal(days, day)).to_batches(),
            partition_key=PartitionKey([PartitionFieldValue(field, day)], metadata.spec(), schema),
        )
        for number, day in enumerate(sorted(set(days.to_pylist())))
    ]


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
