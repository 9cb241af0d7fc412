"""CREATE TABLE, CREATE TABLE AS and CREATE SCHEMA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from local_athena.catalog.glue import GlueObject, is_managed, table_exists, unknown_database_to_hive
from local_athena.catalog.types import check_storable, columns_to_glue, from_hive, trino_spelling
from local_athena.dialect.values.types import from_datatype
from local_athena.errors import (
    AthenaError,
    DdlTaskError,
    IcebergRefused,
    InvalidRequest,
    Missing,
    NotSupported,
    properties_refused,
)
from local_athena.model import DEFAULT_CATALOG, Column, Outcome, QueryContext, TableName, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.sql.refused import NO_LOCATION
from local_athena.statements.done import ddl
from local_athena.statements.relations import Relations
from local_athena.storage import join_uri, split_uri
from local_athena.tables.delta.table import DeltaTable
from local_athena.tables.hive.description.definition import from_statement, partition_input, table_input
from local_athena.tables.hive.description.delimiters import delimiters
from local_athena.tables.hive.description.formats import CLASSES, HCATALOG
from local_athena.tables.hive.files import folder
from local_athena.tables.hive.table import UNFINISHED
from local_athena.tables.hive.writing.target import Target
from local_athena.tables.hive.writing.write import write
from local_athena.tables.iceberg.properties import checked

_FORMATS = {"PARQUET": "parquet", "ORC": "orc", "AVRO": "avro", "JSON": "json", "TEXTFILE": "text"}
_HIVE_PROPERTIES = {
    "table_type", "is_external", "external_location", "format", "partitioned_by", "bucketed_by", "bucket_count",
    "write_compression", "field_delimiter", "parquet_compression", "orc_compression", "compression_level",
}  # fmt: skip
_ICEBERG_OWN = {"table_type", "is_external", "location", "partitioning"}


def create_schema(session: Session, statement: s.CreateSchema) -> Outcome:
    catalog = session.context.catalog.lower()
    if session.glue.database(statement.name, catalog) is not None:
        if statement.if_not_exists:
            return ddl("CREATE_DATABASE")
        raise DdlTaskError(f"Database {statement.name} already exists")
    session.context.check()
    session.glue.create_database(statement.name, statement.properties, statement.comment, statement.location, catalog)
    return ddl("CREATE_DATABASE")


def create_table(session: Session, statement: s.CreateTable) -> Outcome:
    """Hive's CREATE EXTERNAL TABLE, or an empty Iceberg table."""
    name = session.name(statement.table)
    if session.glue.table(name) is not None:
        if statement.if_not_exists:
            return ddl("CREATE_TABLE")
        raise DdlTaskError(
            f"AlreadyExistsException(message:Table {name.table} already exist)", f"Table {name.table} already exists."
        )
    properties = {key.lower(): value for key, value in statement.properties.items()}
    iceberg = properties.get("table_type", "").upper() == "ICEBERG"
    if not iceberg and session.glue.database(name.database, name.catalog) is None:
        raise unknown_database_to_hive(name)
    session.schema_to_fill(name)
    if iceberg:
        _refuse_hives(statement)
        columns = [Column(column.name, _iceberg_type(column.type), column.comment) for column in statement.columns]
        own = {key: value for key, value in properties.items() if key != "table_type"}
        with properties_refused():
            checked(own)
        session.services.iceberg.create(
            name, columns, statement.location, [*statement.partitioning], own, session.context, statement.comment
        )
        return ddl("CREATE_TABLE")
    if properties.get("table_type", "").upper() == "DELTA":
        return _register_delta(session, name, statement)
    if statement.partitioning:
        raise AthenaError("FAILED", f"SemanticException Partition column {statement.partitioning[0]} needs a type")
    for column in (*statement.columns, *statement.partition_columns):
        from_hive(column.type)
    session.context.check()
    definition = from_statement(statement, name.table)
    split_uri(definition["StorageDescriptor"]["Location"])
    session.glue.create_table(name, definition)
    return ddl("CREATE_TABLE")


def check_kind(statement: s.CreateTable, context: QueryContext) -> None:
    """A table that is not external is Iceberg's and has its place, but for those of table buckets.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#208, #229)

    :raises InvalidRequest: for what Athena does not start.
    """
    iceberg = {key.lower(): value for key, value in statement.properties.items()}.get(
        "table_type", ""
    ).upper() == "ICEBERG"
    if statement.external and (iceberg or is_managed(context.catalog)):
        raise InvalidRequest("External keyword not supported for table type ICEBERG")
    if is_managed(context.catalog) or statement.external:
        return
    if statement.location is None:
        raise InvalidRequest(NO_LOCATION)
    if not iceberg:
        raise InvalidRequest("External keyword required for table type HIVE")


def _refuse_hives(statement: s.CreateTable) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/src/failure.rs (measured #248, #270)

    :raises IcebergRefused: for what an Iceberg table has not.
    """
    if not statement.columns:
        raise IcebergRefused("At least one column is required for Iceberg create table statement", 1006)
    if statement.partition_columns:
        raise IcebergRefused("Invalid PARTITIONED BY clause in Iceberg create table statement", 1006)
    for clause, given in (
        ("CLUSTERED BY", statement.bucketed_by),
        ("ROW FORMAT", statement.row_format.serde or statement.row_format.properties),
        ("STORED AS/BY", statement.stored_as),
    ):
        if given:
            raise IcebergRefused(f"Iceberg create table statement does not allow {clause}")


def _register_delta(session: Session, name: TableName, statement: s.CreateTable) -> Outcome:
    """A Delta table, whose log tells its columns.

    https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables-getting-started.html
    """
    given = statement.columns or statement.partition_columns or statement.partitioning or statement.row_format.serde
    if given or statement.stored_as or statement.bucketed_by or not statement.external or not statement.location:
        raise AthenaError(
            "FAILED",
            "SemanticException A Delta Lake table is made by CREATE EXTERNAL TABLE name LOCATION '...' TBLPROPERTIES "
            "('table_type' = 'DELTA') and nothing else: its log tells the rest",
        )
    definition = table_input(
        name.table, [], [], statement.location, CLASSES["PARQUET"], {}, {**statement.properties, "table_type": "DELTA"}
    )
    loaded = DeltaTable.load(name, definition, session.storage, session.context.check)
    definition["StorageDescriptor"]["Columns"] = loaded.glue_columns()
    session.context.check()
    session.glue.create_table(name, definition)
    return ddl("CREATE_TABLE")


def _iceberg_type(hive: str) -> exp.DataType:
    """Iceberg's timestamps have microseconds."""
    return trino_type(trino_spelling(hive).replace("timestamp(3)", "timestamp(6)"))


def create_table_as(session: Session, statement: s.CreateTableAs) -> Outcome:
    """CTAS: rows first, then the table in Glue, so that whoever sees the table sees it whole."""
    name = session.name(statement.table)
    if session.glue.table(name) is not None:
        if statement.if_not_exists:
            return Outcome("DDL", "CREATE_TABLE_AS_SELECT", lines=[], update_count=0)
        raise table_exists(name, "line 1:1: Destination table")
    session.require_session_catalog(name)
    relations = Relations(session)
    translation = relations.translate(relations.bind(statement.query), target="table")
    columns = _checked(translation.columns)
    if statement.columns and statement.columns != tuple(column.name for column in columns):
        # AWS looks for names in the query, whatever the list has (#199); what it would call them was not measured.
        raise NotSupported("CREATE TABLE AS with a list of names other than the query's")
    if not is_managed(name.catalog) and session.glue.database(name.database, name.catalog) is None:
        # Behind all that is wrong with the query (#251):
        # https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md
        raise Missing(f"Database {name.database} not found. Please check your query")
    session.schema_to_fill(name)
    sql = translation.sql if statement.with_data else f"SELECT * FROM ({translation.sql}) WHERE false"
    properties = {key.lower(): value for key, value in statement.properties.items()}
    if str(properties.get("table_type", "HIVE")).upper() == "ICEBERG":
        if name.catalog == DEFAULT_CATALOG and str(properties.get("is_external", True)).lower() != "false":
            # https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
            raise AthenaError(
                "INVALID_TABLE_PROPERTY", "line 1:1: An Iceberg table is not external: write is_external = false"
            )
        own = {key: _text(value) for key, value in properties.items() if key not in _ICEBERG_OWN}
        place = _string(properties, "location")
        if place and any(not item.uri.endswith("/") for item in session.storage.list(folder(place))):
            # https://github.com/dbt-labs/dbt-athena/issues/437
            raise AthenaError(
                "ICEBERG_FILESYSTEM_ERROR",
                f"Cannot create a table on a non-empty location: {place}, set 'iceberg.unique-table-location=true' in your Iceberg "
                "catalog properties to use unique table locations for every table.",
            )
        with session.running():
            written = session.services.iceberg.create_as(
                name, columns, place, [*_strings(properties, "partitioning")], own,
                session.connection, sql, session.context,
            )  # fmt: skip
        rows, files = written.rows, written.files
    else:
        if name.catalog != DEFAULT_CATALOG:
            raise AthenaError("NOT_SUPPORTED", f"Only Iceberg tables can be created in catalog {name.catalog}")
        rows, files = _hive(session, name, columns, sql, properties)
    return Outcome(
        "DDL", "CREATE_TABLE_AS_SELECT", lines=[], update_count=rows, scanned_bytes=session.scanned_bytes, written=files
    )


def _checked(columns: Sequence[Column]) -> tuple[Column, ...]:
    """:raises AthenaError: for columns without a name, twice the same one, or of no type."""
    seen: set[str] = set()
    for position, column in enumerate(columns, 1):
        name = column.name.lower()
        if not name or name == "_col" + str(position - 1):
            raise AthenaError("MISSING_COLUMN_NAME", f"line 1:1: Column name not specified at position {position}")
        if name in seen:
            raise AthenaError("DUPLICATE_COLUMN_NAME", f"line 1:1: Column name '{name}' specified more than once")
        if column.type.sql(dialect="trino").lower() in ("unknown", "null"):
            raise AthenaError("COLUMN_TYPE_UNKNOWN", f"line 1:1: Column type is unknown: {column.name.lower()}")
        seen.add(name)
    return tuple(Column(column.name.lower(), column.type, column.comment) for column in columns)


def _hive(
    session: Session, name: TableName, columns: tuple[Column, ...], sql: str, properties: Mapping[str, s.Value]
) -> tuple[int, list[str]]:
    for key in properties:
        if key not in _HIVE_PROPERTIES:
            raise AthenaError(
                "INVALID_TABLE_PROPERTY", f"line 1:1: Catalog 'awsdatacatalog' table property '{key}' does not exist"
            )
    file_format = str(properties.get("format", "PARQUET")).upper()
    if file_format not in _FORMATS:
        raise AthenaError(
            "INVALID_TABLE_PROPERTY", f"Unsupported format '{file_format}'; a CTAS writes {', '.join(_FORMATS)}"
        )
    data, keys = _split_keys(columns, _strings(properties, "partitioned_by"))
    check_storable(columns)
    bucketed_by, count = _buckets(properties, data, keys)
    glue_data, glue_keys = columns_to_glue(data), columns_to_glue(keys)
    location = _location(session, name, properties)
    if any(session.storage.list(location)):
        raise AthenaError("HIVE_PATH_ALREADY_EXISTS", f"Target directory for table '{name}' already exists: {location}")
    serde = {"serialization.format": "1"}
    if delimiter := _string(properties, "field_delimiter"):
        if (
            len(delimiter) > 1
        ):  # https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
            raise AthenaError("INVALID_TABLE_PROPERTY", f"field_delimiter is one character, not '{delimiter}'")
        serde = {"field.delim": delimiter, "serialization.format": delimiter}
    compression = next((str(properties[key]) for key in properties if key.endswith("_compression")), None)
    target = Target(data, keys, _FORMATS[file_format], location, compression, delimiters(serde), bucketed_by, count)
    written = write(session, sql, target)
    parameters = {
        "classification": file_format.lower().replace("textfile", "csv"),
        **({"write.compression": compression} if compression else {}),
    }
    definition = table_input(
        name.table,
        glue_data,
        glue_keys,
        location,
        HCATALOG if file_format == "JSON" else CLASSES[file_format],
        serde,
        parameters,
        bucketed_by,
        count,
    )
    _publish(
        session,
        name,
        definition,
        [partition_input(definition, partition) for partition in written.partitions],
        written.files,
    )
    return written.rows, written.files


def _publish(
    session: Session, name: TableName, definition: GlueObject, partitions: Sequence[GlueObject], files: Sequence[str]
) -> None:
    """Show the table. If Glue refuses it (somebody was faster), the files go again.

    Glue has no way to make a table and its partitions at once: until it has both, the table says that it is unfinished.
    """
    unfinished = {**definition["Parameters"], UNFINISHED: session.context.query_id}
    try:
        session.context.check()
        session.glue.create_table(name, {**definition, "Parameters": unfinished} if partitions else definition)
    except BaseException:
        session.storage.delete(files)
        raise
    if partitions:
        session.glue.create_partitions(name, partitions, if_not_exists=False)
        session.glue.update_table(name, definition, archive=False)


def _split_keys(columns: tuple[Column, ...], keys: Sequence[str]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Data columns and partition columns, which must come last and in the order of ``partitioned_by``."""
    lowered = [key.lower() for key in keys]
    names = [column.name for column in columns]
    for key in lowered:
        if key not in names:
            raise AthenaError("COLUMN_NOT_FOUND", f"Partition columns not present in schema: [{key}]")
    if not lowered:
        return columns, ()
    if names[-len(lowered) :] != lowered:
        raise AthenaError(
            "HIVE_COLUMN_ORDER_MISMATCH",
            "Partition keys must be the last columns in the table and in the same order as the table properties: "
            f"[{', '.join(lowered)}]",
        )
    if len(lowered) == len(names):
        raise AthenaError("INVALID_TABLE_PROPERTY", "Table contains only partition columns")
    for column in columns[-len(lowered) :]:
        if column.type.is_type("array", "map", "struct", "varbinary"):
            raise AthenaError(
                "NOT_SUPPORTED", f"Unsupported type {from_datatype(column.type)} for partition: {column.name}"
            )
    return columns[: -len(lowered)], columns[-len(lowered) :]


_MAX_BUCKETS = 1_000_000


def _buckets(
    properties: Mapping[str, s.Value], data: Sequence[Column], keys: Sequence[Column]
) -> tuple[tuple[str, ...], int]:
    """Trino's ``HiveTableProperties.getBucketProperty`` and what ``HiveMetadata`` asks of the columns."""
    columns = tuple(name.lower() for name in _strings(properties, "bucketed_by"))
    given = properties.get("bucket_count", 0)
    if not str(given).lstrip("-").isdigit():
        raise AthenaError("INVALID_TABLE_PROPERTY", f"Table property 'bucket_count' must be an integer, not {given!r}")
    count = int(str(given))
    if count < 0:
        raise AthenaError("INVALID_TABLE_PROPERTY", "bucket_count must be greater than zero")
    if count > _MAX_BUCKETS:
        raise AthenaError("INVALID_TABLE_PROPERTY", f"bucket_count should be no more than {_MAX_BUCKETS}")
    if bool(columns) != bool(count):
        raise AthenaError("INVALID_TABLE_PROPERTY", "bucketed_by and bucket_count must be specified together")
    if both := [name for name in columns if name in {key.name for key in keys}]:
        message = f"Bucketing columns [{', '.join(both)}] are also used as partitioning columns"
        raise AthenaError("INVALID_TABLE_PROPERTY", message)
    kinds = {column.name: column.type for column in data}
    if absent := [name for name in columns if name not in kinds]:
        message = f"Bucketing columns [{', '.join(absent)}] not present in schema"
        raise AthenaError("INVALID_TABLE_PROPERTY", message)
    if any(kind.is_type(*_NOT_BUCKETED) for name in columns for kind in kinds[name].find_all(exp.DataType)):
        raise AthenaError("NOT_SUPPORTED", "Cannot create a table bucketed on an unsupported type")
    return columns, count


_NOT_BUCKETED = ("char", "nchar", "decimal", "timestamp", "varbinary", "struct")


def check_location(properties: Mapping[str, s.Value], context: QueryContext) -> None:
    """Whether a table may lie where CTAS says.

    :raises InvalidRequest: the workgroup insists on its own output location.
    """
    if context.enforced and _string(properties, "external_location"):
        raise InvalidRequest(
            "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena "
            "Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property "
            "and resubmit."
        )


def _location(session: Session, name: TableName, properties: Mapping[str, s.Value]) -> str:
    """The table's folder."""
    context, asked = session.context, _string(properties, "external_location")
    if asked:
        split_uri(asked)
        return folder(asked)
    if context.output_location:
        return join_uri(context.output_location, "tables", context.query_id) + "/"
    database = session.require_schema(name)
    if database.get("LocationUri"):
        return join_uri(str(database["LocationUri"]), name.table) + "/"
    raise AthenaError(
        "INVALID_TABLE_PROPERTY",
        "No location for the table: set 'external_location', or an output location for the query",
    )


def _string(properties: Mapping[str, s.Value], key: str) -> str | None:
    value = properties.get(key)
    return None if value is None else str(value)


def _strings(properties: Mapping[str, s.Value], key: str) -> tuple[str, ...]:
    value = properties.get(key, ())
    if not isinstance(value, tuple):
        raise AthenaError("INVALID_TABLE_PROPERTY", f"Table property '{key}' must be an ARRAY of names, not {value!r}")
    return value


def _text(value: s.Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
