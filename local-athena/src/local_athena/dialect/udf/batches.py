"""Functions of single values, as functions of Arrow batches.

DuckDB calls a Python function of single values through the interpreter once a row, which takes a microsecond and more by
itself; one of Arrow batches it calls once for 2,048 rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from inspect import Parameter, Signature
from typing import Any

import pyarrow as pa

from local_athena.dialect.udf.failures import Failure, is_tried
from local_athena.dialect.udf.moments import FarMoment
from local_athena.errors import AthenaError, ExhaustedResources, InternalError, NotSupported

type Batch = pa.Array[Any] | pa.ChunkedArray[Any]

_TYPES: dict[str, pa.DataType] = {
    "BIGINT": pa.int64(),
    "BLOB": pa.binary(),
    "BOOLEAN": pa.bool_(),
    "DOUBLE": pa.float64(),
    "INTEGER": pa.int32(),
    "TIMESTAMP": pa.timestamp("us"),
    "VARCHAR": pa.string(),
}


def _type(name: str) -> pa.DataType:
    """The Arrow type of a DuckDB type as the tables of functions spell it: ``VARCHAR[]``, ``MAP(VARCHAR,DOUBLE)``."""
    if name.endswith("[]"):
        return pa.list_(_type(name[:-2]))
    if name.startswith("MAP("):
        key, _, value = name[4:-1].partition(",")
        return pa.map_(_type(key), _type(value))
    return _TYPES[name]


_BEGINNING = datetime(1970, 1, 1)


def _moment(micros: int | None) -> datetime | None:
    """A timestamp's microseconds since 1970 as Python's ``datetime``."""
    if micros is None:
        return None
    try:
        return _BEGINNING + timedelta(microseconds=micros)
    except OverflowError:
        return FarMoment.of(micros)


def _values(batch: Batch, name: str) -> list[Any]:
    """The Python values of *batch*, of the DuckDB type *name*."""
    if name == "TIMESTAMP":
        return [_moment(micros) for micros in batch.cast(pa.int64()).to_pylist()]
    if name.startswith("MAP("):
        return [None if pairs is None else dict(pairs) for pairs in batch.to_pylist()]
    values: list[Any] = batch.to_pylist()
    return values


def or_null(function: Callable[..., Any]) -> Callable[..., Any]:
    """*function* inside TRY: NULL where it fails. An error in DuckDB's TRY has the whole batch computed row by row."""

    def tried(*values: Any) -> Any:
        try:
            return function(*values)
        except (Failure, AthenaError) as error:
            if is_tried(error):
                return None
            raise

    return tried


def _passing(error: Exception, rows: int) -> pa.Table:
    """A result for so many *rows* that DuckDB cannot read and fails with the text of *error*.

    Its TRY takes every exception of a function for NULL, yet not that it does not understand the type of a result.
    """
    unreadable = {"ARROW:extension:name": "arrow.opaque", "ARROW:extension:metadata": str(error)}
    field = pa.field("", pa.string(), metadata=unreadable)
    return pa.table([pa.nulls(rows, pa.string())], schema=pa.schema([field]))


def _computed(rows: int, made: Callable[[], Batch]) -> Batch | pa.Table:
    """The result of *made*. An error of it passes through TRY where Trino's does, and so does one of this machine."""
    try:
        return made()
    except (Failure, AthenaError) as error:
        if is_tried(error):
            raise
        return _passing(error, rows)
    except RecursionError:
        return _passing(_TOO_DEEP, rows)
    except MemoryError:
        return _passing(ExhaustedResources(), rows)
    except Exception as error:
        return _passing(InternalError(f"{type(error).__name__}: {error}"), rows)


_TOO_DEEP = NotSupported("A value that is nested so deep")


def of(function: Callable[..., Any], parameters: Sequence[str], result: str) -> Callable[..., Batch | pa.Table]:
    """*function*, of values of DuckDB's types *parameters*, over batches; a NULL among its arguments gives NULL.

    DuckDB's own rule of NULL for NULL forbids a function to give NULL for anything else, as url_extract_host does.
    """
    t = _type(result)
    if len(parameters) == 1:

        def one(batch: Batch) -> Batch | pa.Table:
            def made() -> Batch:
                values = _values(batch, parameters[0])
                return pa.array([None if v is None else function(v) for v in values], t)

            return _computed(len(batch), made)

        return one

    def several(*batches: Batch) -> Batch | pa.Table:
        def made() -> Batch:
            rows = zip(*(_values(b, p) for b, p in zip(batches, parameters, strict=True)), strict=True)
            return pa.array([None if None in row else function(*row) for row in rows], t)

        return _computed(len(batches[0]), made)

    # DuckDB counts a function's parameters, and takes none that are variadic.
    names = [Parameter(f"p{at}", Parameter.POSITIONAL_ONLY) for at in range(len(parameters))]
    several.__signature__ = Signature(names)  # type: ignore[attr-defined]
    return several
