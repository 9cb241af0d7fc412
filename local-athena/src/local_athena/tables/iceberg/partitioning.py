"""Partition transforms: Athena's spelling, Iceberg's specification, and DuckDB's SQL for them.

https://iceberg.apache.org/spec/#partition-transforms. Buckets hash with murmur3 as the specification says; what DuckDB has
no function for is a vectorised Arrow function registered on the connection.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pyiceberg import types as ice
from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    HourTransform,
    IdentityTransform,
    MonthTransform,
    Transform,
    TruncateTransform,
    VoidTransform,
    YearTransform,
)
from pyiceberg.utils.decimal import unscaled_to_decimal

from local_athena.errors import AthenaError, NotSupported
from local_athena.tables.iceberg.types import quoted

MAX_OPEN_PARTITIONS = 100

_HOUR_MICROS = 3_600_000_000
_TEMPORAL: dict[str, Transform[Any, Any]] = {
    "year": YearTransform(),
    "month": MonthTransform(),
    "day": DayTransform(),
    "hour": HourTransform(),
}
_CALL = re.compile(r"^(?P<name>\w+)\s*\(\s*(?P<column>\"(?:[^\"]|\"\")+\"|[^,()\"]+?)\s*(?:,\s*(?P<number>\d+)\s*)?\)$")


def parse(text: str) -> tuple[str, Transform[Any, Any]]:
    """The column and transform of one partitioning expression, such as ``day(ts)``, ``BUCKET(id, 4)`` or ``region``.

    :raises AthenaError: ``INVALID_TABLE_PROPERTY`` for what is none.
    """
    match = _CALL.match(text.strip())
    if not match and (text.strip().startswith('"') or "(" not in text):
        return _unquoted(text.strip()), IdentityTransform()
    if not match:
        raise _invalid(text)
    kind, column, number = match["name"].lower().removesuffix("s"), _unquoted(match["column"]), match["number"]
    if kind in _TEMPORAL and number is None:
        return column, _TEMPORAL[kind]
    if kind == "identity" and number is None:
        return column, IdentityTransform()
    if kind == "bucket" and number and int(number) > 0:
        return column, BucketTransform(int(number))
    if kind == "truncate" and number and int(number) > 0:
        return column, TruncateTransform(int(number))
    raise _invalid(text)


def _invalid(text: str) -> AthenaError:
    return AthenaError(
        "INVALID_TABLE_PROPERTY", f"Unable to parse partitioning value: Invalid partition field declaration: {text}"
    )


def _unquoted(name: str) -> str:
    if not name.startswith('"'):
        return name.strip("`").lower()
    # https://github.com/trinodb/trino/blob/master/plugin/trino-iceberg/src/main/java/io/trino/plugin/iceberg/PartitionFields.java
    if name != name.lower():
        raise AthenaError(
            "INVALID_TABLE_PROPERTY",
            f"Unable to parse partitioning value: Uppercase characters in identifier '{name}' are not supported.",
        )
    return name[1:-1].replace('""', '"')


def spec_of(schema: Schema, partitioning: Sequence[str]) -> PartitionSpec:
    """The partition spec that *partitioning* asks for.

    :raises AthenaError: ``COLUMN_NOT_FOUND``, ``INVALID_TABLE_PROPERTY`` (a transform that the type does not allow).
    """
    fields = []
    for number, text in enumerate(partitioning):
        column, transform = parse(text)
        source = next((field for field in schema.fields if field.name.lower() == column), None)
        if source is None:
            raise AthenaError("COLUMN_NOT_FOUND", f"Column not found: {column}")
        if not source.field_type.is_primitive or not transform.can_transform(source.field_type):
            raise AthenaError(
                "INVALID_TABLE_PROPERTY",
                f"Unable to parse partitioning value: Invalid source type {source.field_type} for transform: {text}",
            )
        name = source.name + _suffix(transform)
        fields.append(PartitionField(source.field_id, PARTITION_FIELD_ID_START + number, transform, name))
    if len({field.name for field in fields}) < len(fields):
        raise AthenaError("INVALID_TABLE_PROPERTY", f"Duplicate partition fields: {', '.join(partitioning)}")
    return PartitionSpec(*fields)


def _suffix(transform: Transform[Any, Any]) -> str:
    match transform:
        case BucketTransform():
            return "_bucket"
        case TruncateTransform():
            return "_trunc"
        case IdentityTransform():
            return ""
    return f"_{transform}"


def fields_of(spec: PartitionSpec, schema: Schema) -> list[tuple[str, str, str]]:
    """Name, transform and column of each partition field, as DESCRIBE lists them: ``id_bucket``, ``bucket[16]``, ``id``."""
    return [
        (field.name, str(field.transform), schema.find_column_name(field.source_id) or "")
        for field in spec.fields
        if not isinstance(field.transform, VoidTransform)
    ]


def ddl_spelling(transform: str, column: str) -> str:
    """A field of a partition spec in PARTITIONED BY, where the count comes first: ``bucket(16, `id`)``."""
    if transform == str(IdentityTransform()):
        return f"`{column}`"
    name, _, count = transform.rstrip("]").partition("[")
    return f"{name}({count}, `{column}`)" if count else f"{name}(`{column}`)"


def transform_sql(transform: Transform[Any, Any], of: ice.IcebergType, value: str) -> str:
    """DuckDB SQL for *transform* of *value*, a column of type *of*, as text or integer that ``decode`` reads back."""
    match transform:
        case VoidTransform():
            return "NULL::INTEGER"
        case IdentityTransform():
            return _identity_sql(of, value)
        case BucketTransform():
            return f"(({_hash_sql(of, value)} & 2147483647) % {transform.num_buckets})"
        case TruncateTransform():
            return _truncate_sql(of, value, transform.width)
    if isinstance(of, ice.TimestamptzType):
        value = f"timezone('UTC', {value})"
    match transform:
        case YearTransform():
            return f"(year({value}) - 1970)"
        case MonthTransform():
            return f"((year({value}) - 1970) * 12 + month({value}) - 1)"
        case DayTransform():
            return f"({value}::DATE - DATE '1970-01-01')"
        case HourTransform():
            return f"((epoch_us({value}) - {_modulo(f'epoch_us({value})', _HOUR_MICROS)}) // {_HOUR_MICROS})"
    raise AthenaError("NOT_SUPPORTED", f"Partition transform {transform} is not supported by local Athena")


def _modulo(value: str, by: int) -> str:
    """The remainder that is never negative."""
    return f"((({value} % {by}) + {by}) % {by})"


def _identity_sql(of: ice.IcebergType, value: str) -> str:
    match of:
        case ice.DateType():
            return f"({value} - DATE '1970-01-01')"
        case ice.TimestampType() | ice.TimestamptzType() | ice.TimeType():
            return f"epoch_us({value})"
        case ice.BinaryType() | ice.FixedType():
            return f"hex({value})"
        case ice.DecimalType() | ice.UUIDType() | ice.FloatType() | ice.DoubleType() | ice.BooleanType():
            return f"({value})::VARCHAR"
    return value


def _truncate_sql(of: ice.IcebergType, value: str, width: int) -> str:
    match of:
        case ice.StringType():
            return f"left({value}, {width})"
        case ice.BinaryType():
            return f"left(hex({value}), {2 * width})"
        case ice.DecimalType():
            scaled = f"{_unscaled(value)}::HUGEINT"
            return f"({scaled} - {_modulo(scaled, width)})"
    return f"({value} - {_modulo(value, width)})"


def _unscaled(value: str) -> str:
    """The digits of a decimal without its point; multiplying would overflow at 38 digits."""
    return f"replace({value}::VARCHAR, '.', '')"


def _hash_sql(of: ice.IcebergType, value: str) -> str:
    match of:
        case ice.StringType():
            return f"iceberg_hash_bytes(encode({value}))"
        case ice.BinaryType() | ice.FixedType():
            return f"iceberg_hash_bytes({value})"
        case ice.UUIDType():
            return f"iceberg_hash_bytes(unhex(replace({value}::VARCHAR, '-', '')))"
        case ice.DecimalType():
            return f"iceberg_hash_decimal({_unscaled(value)}::DECIMAL(38,0))"
        case ice.DateType():
            return f"iceberg_hash_long(({value} - DATE '1970-01-01')::BIGINT)"
        case ice.TimestampType() | ice.TimestamptzType() | ice.TimeType():
            return f"iceberg_hash_long(epoch_us({value}))"
    return f"iceberg_hash_long(({value})::BIGINT)"


def decode(transform: Transform[Any, Any], of: ice.IcebergType, text: str | None) -> Any:
    """The partition value, as Iceberg holds it in memory, that DuckDB reported as *text* for ``transform_sql``.

    :raises NotSupported: for a decimal that is truncated to one of more digits, as -9 is to -10, which no manifest holds.
    """
    if text is None or isinstance(transform, VoidTransform):
        return None
    if not isinstance(transform, (IdentityTransform, TruncateTransform)):
        return int(text)
    match of:
        case ice.StringType():
            return text
        case ice.BinaryType() | ice.FixedType():
            return bytes.fromhex(text)
        case ice.DecimalType():
            if isinstance(transform, TruncateTransform):
                if len(text.lstrip("-")) > of.precision:
                    raise NotSupported(f"A partition value of {transform} with more digits than {of} has")
                return unscaled_to_decimal(int(text), of.scale)
            return Decimal(text)
        case ice.UUIDType():
            return uuid.UUID(text)
        case ice.FloatType() | ice.DoubleType():
            return float(text)
        case ice.BooleanType():
            return text == "true"
    return int(text)


def partition_columns(spec: PartitionSpec, schema: Schema) -> list[tuple[str, str]]:
    """For each partition field a name that no column has, and the SQL of its value."""
    return [
        (f"__partition_{number}", transform_sql(field.transform, *_source(schema, field)))
        for number, field in enumerate(spec.fields)
    ]


def _source(schema: Schema, field: PartitionField) -> tuple[ice.IcebergType, str]:
    source = schema.find_field(field.source_id)
    return source.field_type, quoted(source.name)


def too_many_partitions() -> AthenaError:
    return AthenaError(
        "ICEBERG_TOO_MANY_OPEN_PARTITIONS",
        f"Exceeded limit of {MAX_OPEN_PARTITIONS} open writers for partitions",
    )
