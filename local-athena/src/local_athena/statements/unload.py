"""UNLOAD: a query's rows as files, without a table.

https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

from __future__ import annotations

from local_athena.catalog.types import check_storable, to_hive
from local_athena.errors import AthenaError
from local_athena.model import Outcome
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import Relations
from local_athena.tables.hive.description.delimiters import delimiters
from local_athena.tables.hive.files import folder
from local_athena.tables.hive.writing.target import Target
from local_athena.tables.hive.writing.write import write

_FORMATS = {"PARQUET": "parquet", "ORC": "orc", "AVRO": "avro", "JSON": "json", "TEXTFILE": "text"}
_PROPERTIES = {"format", "compression", "field_delimiter", "partitioned_by", "compression_level"}


def unload(session: Session, statement: s.Unload) -> Outcome:
    properties = {key.lower(): value for key, value in statement.properties.items()}
    for key in properties:
        if key not in _PROPERTIES:
            raise AthenaError(
                "INVALID_TABLE_PROPERTY",
                f"line 1:1: UNLOAD has no property '{key}'; it has {', '.join(sorted(_PROPERTIES))}",
            )
    file_format = str(properties.get("format", "")).upper()
    if file_format not in _FORMATS:
        raise AthenaError("INVALID_TABLE_PROPERTY", f"UNLOAD needs a format: {', '.join(_FORMATS)}")
    location = folder(statement.location)
    if any(session.storage.list(location)):
        raise AthenaError("HIVE_PATH_ALREADY_EXISTS", f"Target directory for unload already exists: {location}")
    relations = Relations(session)
    translation = relations.translate(relations.bind(statement.query), target="table")
    keys = properties.get("partitioned_by", ())
    count = len(keys) if isinstance(keys, tuple) else 0
    names = [column.name.lower() for column in translation.columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        # https://aws-sdk-pandas.readthedocs.io/en/stable/stubs/awswrangler.athena.read_sql_query.html (unload_approach)
        raise AthenaError("DUPLICATE_COLUMN_NAME", f"line 1:1: Column name '{twice}' specified more than once")
    if count and names[-count:] != [str(key).lower() for key in keys]:  # type: ignore[union-attr]
        raise AthenaError("HIVE_COLUMN_ORDER_MISMATCH", f"Partition keys must be the last columns of the query: {keys}")
    check_storable(translation.columns)
    for column in translation.columns:
        to_hive(column.type)
    data, partition = translation.columns[: len(names) - count], translation.columns[len(names) - count :]
    delimiter = properties.get("field_delimiter")
    text = delimiters({"field.delim": str(delimiter)} if delimiter else {}, whole=True)
    compression = str(properties["compression"]) if "compression" in properties else None
    written = write(
        session, translation.sql, Target(data, partition, _FORMATS[file_format], location, compression, text)
    )
    return Outcome(
        "DML", "UNLOAD", lines=[], update_count=written.rows, scanned_bytes=session.scanned_bytes, written=written.files
    )
