"""Any values of any types, written in each format and read back: what a table gives is what the query gave."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .athena import Athena

_NUMBERS = itertools.count()
_WIDE = Context(prec=60)


@dataclass(frozen=True)
class Kind:
    """A Trino type, and literals of it."""

    name: str
    literals: st.SearchStrategy[str]


def _cast(name: str, values: st.SearchStrategy[Any], spelt: Callable[[Any], str] = str) -> Kind:
    return Kind(name, values.map(lambda value: f"cast({spelt(value)} as {name})"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _float(value: float) -> str:
    return f"'{value}'".replace("inf", "Infinity").replace("nan", "NaN")


def _moment(value: dt.datetime) -> str:
    return f"'{value.isoformat(' ', 'milliseconds')}'"


_WHOLE = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}
_DECIMALS = [(1, 0), (1, 1), (9, 4), (18, 18), (19, 2), (38, 0), (38, 38)]


def _decimal(precision: int, scale: int) -> Kind:
    unscaled = st.integers(1 - 10**precision, 10**precision - 1)
    return _cast(
        f"decimal({precision},{scale})", unscaled, lambda number: f"'{Decimal(number).scaleb(-scale, _WIDE):f}'"
    )


def _scalars(form: str) -> list[Kind]:
    """The types that a format holds; values that it does not hold, on AWS neither, are left out."""
    text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
    if form == "textfile":  # without an escape, delimiters and ends of lines are not text
        text = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "S"]), min_size=1, max_size=8)
    first, last = (
        (dt.datetime(1678, 1, 1), dt.datetime(2262, 1, 1)) if form == "orc" else (dt.datetime.min, dt.datetime.max)
    )
    finite = form == "json"  # it has no number for others
    floats = st.floats(allow_nan=not finite, allow_infinity=not finite)
    whole = {name: bits for name, bits in _WHOLE.items() if form != "iceberg" or bits >= 32}
    kinds = [
        *(
            _cast(name, st.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1), "'{}'".format)
            for name, bits in whole.items()
        ),
        *(_decimal(*size) for size in _DECIMALS),
        _cast("boolean", st.booleans()),
        _cast("double", floats, _float),
        _cast("real", st.floats(width=32, allow_nan=not finite, allow_infinity=not finite), _float),
        _cast("varchar", text, _quoted),
        _cast("date", st.dates(), "'{}'".format),
        _cast("timestamp(6)" if form == "iceberg" else "timestamp(3)", st.datetimes(first, last), _moment),
    ]
    return (
        kinds
        if form == "json"
        else [*kinds, _cast("varbinary", st.binary(max_size=6), lambda value: f"X'{value.hex()}'")]
    )


def _nested(inner: st.SearchStrategy[Kind]) -> st.SearchStrategy[Kind]:
    def made(kind: Kind) -> st.SearchStrategy[Kind]:
        items = st.none().map(lambda _: "null") | kind.literals
        array = Kind(f"array({kind.name})", st.lists(items, max_size=3).map(lambda found: f"array[{', '.join(found)}]"))
        row = Kind(f"row(x {kind.name}, y integer)", items.map(lambda item: f"row({item}, 7)"))
        pairs = st.lists(items, min_size=1, max_size=2).map(
            lambda found: f"map(array{['a', 'b'][: len(found)]}, array[{', '.join(found)}])"
        )
        return st.sampled_from([array, row, Kind(f"map(varchar, {kind.name})", pairs)])

    return inner.flatmap(made)


def _kinds(form: str) -> st.SearchStrategy[Kind]:
    scalars = st.sampled_from(_scalars(form))
    return scalars if form == "textfile" else st.recursive(scalars, _nested, max_leaves=3)


def _same(rows: Any) -> str:
    """A text that tells NaN and -0.0 as they are."""
    return repr(rows)


@pytest.mark.parametrize("form", ["parquet", "orc", "avro", "json", "textfile", "iceberg"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_written_is_read(athena: Athena, form: str, data: st.DataObject) -> None:
    """Given a table of some columns made by CTAS, when rows are inserted, then all come back as the query gave them."""
    kinds = data.draw(st.lists(_kinds(form), min_size=1, max_size=3))
    drawn = data.draw(st.lists(st.tuples(*(st.just("null") | kind.literals for kind in kinds)), min_size=2, max_size=4))
    types = [kind.name for kind in kinds]
    rows = [[f"cast({value} as {name})" for value, name in zip(row, types, strict=True)] for row in drawn]
    values = ", ".join(f"({number}, {', '.join(row)})" for number, row in enumerate(rows))
    names = ", ".join(f"c{number}" for number in range(len(kinds)))
    source = f"select i, {names} from (values {values}) v(i, {names})"
    table = f"t{next(_NUMBERS)}"
    place = f"table_type='ICEBERG', is_external=false, location='s3://lake/{table}/'"
    properties = place if form == "iceberg" else f"format='{form}', external_location='s3://lake/{table}/'"
    athena.run(f"create table {table} with ({properties}) as {source} where i = 0")
    athena.run(f"insert into {table} {source} where i > 0")
    assert _same(athena.rows(f"select * from {table} order by i")) == _same(athena.rows(f"{source} order by i"))
