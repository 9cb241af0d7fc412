"""Iceberg's types at the borders: Trino's, DuckDB's and Hive's spellings of them.

Rules: https://trino.io/docs/current/connector/iceberg.html#type-mapping and
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from pyiceberg import types as ice
from pyiceberg.schema import Schema
from sqlglot import exp

from local_athena.dialect.values.types import from_datatype
from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type

_D = exp.DType

#: Iceberg type -> (Trino, DuckDB, Hive as Glue shows it).
_SPELLINGS: dict[type[ice.IcebergType], tuple[str, str, str]] = {
    ice.BooleanType: ("boolean", "BOOLEAN", "boolean"),
    ice.IntegerType: ("integer", "INTEGER", "int"),
    ice.LongType: ("bigint", "BIGINT", "bigint"),
    ice.FloatType: ("real", "FLOAT", "float"),
    ice.DoubleType: ("double", "DOUBLE", "double"),
    ice.DateType: ("date", "DATE", "date"),
    ice.TimeType: ("time(6)", "TIME", "string"),
    ice.TimestampType: ("timestamp(6)", "TIMESTAMP", "timestamp"),
    ice.TimestamptzType: ("timestamp(6) with time zone", "TIMESTAMPTZ", "timestamp"),
    ice.StringType: ("varchar", "VARCHAR", "string"),
    ice.UUIDType: ("uuid", "UUID", "string"),
    ice.BinaryType: ("varbinary", "BLOB", "binary"),
    ice.FixedType: ("varbinary", "BLOB", "binary"),
}

_ARROW: dict[type[ice.IcebergType], pa.DataType] = {
    ice.BooleanType: pa.bool_(),
    ice.IntegerType: pa.int32(),
    ice.LongType: pa.int64(),
    ice.FloatType: pa.float32(),
    ice.DoubleType: pa.float64(),
    ice.DateType: pa.date32(),
    ice.TimeType: pa.time64("us"),
    ice.TimestampType: pa.timestamp("us"),
    ice.TimestamptzType: pa.timestamp("us", "UTC"),
    ice.StringType: pa.string(),
    ice.UUIDType: pa.uuid(),
    ice.BinaryType: pa.binary(),
    ice.FixedType: pa.binary(),
}

_FROM_TRINO: dict[exp.DType, ice.IcebergType] = {
    _D.BOOLEAN: ice.BooleanType(),
    _D.INT: ice.IntegerType(),
    _D.BIGINT: ice.LongType(),
    _D.FLOAT: ice.FloatType(),
    _D.DOUBLE: ice.DoubleType(),
    _D.DATE: ice.DateType(),
    _D.TIME: ice.TimeType(),
    _D.TIMESTAMP: ice.TimestampType(),
    _D.TIMESTAMPNTZ: ice.TimestampType(),
    _D.TIMESTAMPTZ: ice.TimestamptzType(),
    _D.VARCHAR: ice.StringType(),
    _D.TEXT: ice.StringType(),
    _D.UUID: ice.UUIDType(),
    _D.VARBINARY: ice.BinaryType(),
    _D.BINARY: ice.BinaryType(),
}


_PRECISE = (_D.TIMESTAMP, _D.TIMESTAMPNTZ)


def quoted(name: str) -> str:
    """*name* as an identifier, for DuckDB as for Trino."""
    return '"' + name.replace('"', '""') + '"'


def _spell(of: ice.IcebergType, dialect: int) -> str:
    match of:
        case ice.DecimalType():
            return f"decimal({of.precision},{of.scale})"
        case ice.ListType():
            item = _spell(of.element_type, dialect)
            return (f"array({item})", f"{item}[]", f"array<{item}>")[dialect]
        case ice.MapType():
            key, value = _spell(of.key_type, dialect), _spell(of.value_type, dialect)
            return (f"map({key}, {value})", f"MAP({key}, {value})", f"map<{key},{value}>")[dialect]
        case ice.StructType():
            inner = [(field.name, _spell(field.field_type, dialect)) for field in of.fields]
            if dialect == 2:
                return f"struct<{','.join(f'{name}:{kind}' for name, kind in inner)}>"
            fields = ", ".join(f"{quoted(name)} {kind}" for name, kind in inner)
            return ("row({})", "STRUCT({})")[dialect].format(fields)
    if type(of) not in _SPELLINGS:
        raise AthenaError("NOT_SUPPORTED", f"Iceberg type {of} is not supported by local Athena")
    return _SPELLINGS[type(of)][dialect]


def to_trino(of: ice.IcebergType) -> exp.DataType:
    return trino_type(_spell(of, 0))


def to_duckdb(of: ice.IcebergType) -> str:
    return _spell(of, 1)


def to_hive(of: ice.IcebergType) -> str:
    return _spell(of, 2)


def to_arrow(of: ice.IcebergType) -> pa.DataType:
    """The Arrow type of a primitive or a struct of such; PyIceberg's own conversion costs a second of imports."""
    match of:
        case ice.StructType():
            return pa.struct([(field.name, to_arrow(field.field_type)) for field in of.fields])
        case ice.DecimalType():
            return pa.decimal128(of.precision, of.scale)
    return _ARROW[type(of)]


def columns_of(schema: Schema) -> tuple[Column, ...]:
    """The columns of a table as queries see them; Athena folds their names to lower case."""
    return tuple(Column(field.name.lower(), to_trino(field.field_type), field.doc) for field in schema.fields)


def from_trino(of: exp.DataType, next_id: Iterator[int]) -> ice.IcebergType:
    """The Iceberg type that a column of Trino type *of* is stored as; nested fields take their ids from *next_id*.

    :raises AthenaError: ``NOT_SUPPORTED`` for a type that Iceberg does not have.
    """
    kind = of.this
    if kind == _D.DECIMAL:
        numbers = [int(parameter.name) for parameter in of.expressions]
        return ice.DecimalType(*(numbers + [38, 0][len(numbers) :]))
    if kind in (_D.ARRAY, _D.LIST):
        element_id = next(next_id)
        return ice.ListType(element_id, from_trino(of.expressions[0], next_id), element_required=False)
    if kind == _D.MAP:
        key_id, value_id = next(next_id), next(next_id)
        key, value = of.expressions
        return ice.MapType(key_id, from_trino(key, next_id), value_id, from_trino(value, next_id), value_required=False)
    if kind == _D.STRUCT:
        named = [_struct_field(field, of) for field in of.expressions]
        ids = [next(next_id) for _ in named]
        return ice.StructType(
            *(
                ice.NestedField(field_id, name, from_trino(inner, next_id), required=False)
                for field_id, (name, inner) in zip(ids, named, strict=True)
            )
        )
    if isinstance(kind, exp.DType) and kind in _FROM_TRINO:
        return _FROM_TRINO[kind]
    raise AthenaError("NOT_SUPPORTED", f"Type not supported for Iceberg: {of.sql('trino').lower()}")


def _struct_field(field: exp.Expression, row: exp.DataType) -> tuple[str, exp.DataType]:
    if isinstance(field, exp.ColumnDef) and field.kind:
        return field.name, field.kind
    raise AthenaError("NOT_SUPPORTED", f"Row type field does not have a name: {from_datatype(row)}")


def check_precision(columns: Sequence[Column]) -> None:
    """Refuse, as Athena does in CTAS, timestamps that are not to the microsecond (https://github.com/dbt-labs/dbt-athena/issues/531).

    Times of day and timestamps with a zone are stored as such, as measured (#307):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md

    :raises AthenaError: ``NOT_SUPPORTED: Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)" instead.``
    """
    for column in columns:
        for kind in column.type.find_all(exp.DataType):
            precision = kind.expressions[0].name if kind.expressions else "3"
            if kind.this in _PRECISE and precision != "6":
                raise AthenaError(
                    "NOT_SUPPORTED",
                    f'Timestamp precision ({precision}) not supported for Iceberg. Use "timestamp(6)" instead.',
                )


def schema_of(columns: Sequence[Column]) -> Schema:
    """A new table's schema: top-level ids first, then nested ones, as Iceberg assigns them.

    :raises AthenaError: ``NOT_SUPPORTED`` when two fields have the same full name, such as a column ``"a.b"`` beside a field.
    """
    ids = iter(range(len(columns) + 1, 1 << 31))
    fields = [
        ice.NestedField(position, column.name, from_trino(column.type, ids), required=False, doc=column.comment)
        for position, column in enumerate(columns, start=1)
    ]
    try:
        return Schema(*fields)
    except ValueError as error:
        raise ambiguous(error) from error


def ambiguous(error: Exception) -> AthenaError:
    """PyIceberg's refusal of a schema in the words of Iceberg's Java library."""
    return AthenaError("NOT_SUPPORTED", str(error).replace("Invalid schema, multiple", "Invalid schema: multiple"))


def field_ids(schema: Schema) -> str:
    """DuckDB's ``FIELD_IDS`` option for writing *schema*: https://duckdb.org/docs/current/data/parquet/overview"""
    return "{" + ", ".join(f"{quoted(f.name)}: {_ids(f.field_id, f.field_type)}" for f in schema.fields) + "}"


def _ids(field_id: int, of: ice.IcebergType) -> str:
    match of:
        case ice.ListType():
            inner = [("element", of.element_id, of.element_type)]
        case ice.MapType():
            inner = [("key", of.key_id, of.key_type), ("value", of.value_id, of.value_type)]
        case ice.StructType():
            inner = [(field.name, field.field_id, field.field_type) for field in of.fields]
        case _:
            return str(field_id)
    parts = [
        f"__duckdb_field_id: {field_id}",
        *(f"{quoted(name)}: {_ids(number, kind)}" for name, number, kind in inner),
    ]
    return "{" + ", ".join(parts) + "}"
