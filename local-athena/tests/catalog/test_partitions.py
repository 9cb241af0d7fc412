"""Partition paths and partition projection."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.catalog.partitions import escape, parse_path, path, unescape
from local_athena.catalog.projection import Projection, format_java
from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type

A = Column("a", trino_type("varchar"))
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(_text.filter(lambda text: text != "__HIVE_DEFAULT_PARTITION__"))
def test_escaping_round_trips(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "/" not in escape(text)
    assert "=" not in escape(text)


@given(st.lists(st.none() | _text.filter(lambda text: not text.startswith("__HIVE")), min_size=1, max_size=4))
def test_paths_round_trip(values: list[str | None]) -> None:
    keys = [f"k{number}" for number in range(len(values))]
    assert parse_path(keys, path(keys, values)) == tuple(values)


def test_hives_own_escapes() -> None:
    assert path(["k", "d"], ["a/b=c:d%", None]) == "k=a%2Fb%3Dc%3Ad%25/d=__HIVE_DEFAULT_PARTITION__"
    assert parse_path(["k"], "other=1") is None
    assert parse_path(["k", "d"], "k=1") is None


NOW = datetime(2024, 3, 15, 12, 30)


def _values(**properties: str) -> list[str]:
    projected = Projection(
        ("k",), {f"projection.k.{name.replace('_', '.')}": value for name, value in properties.items()}, "s3://b/t"
    )
    return [str(partition.values[0]) for partition in projected.partitions({}, lambda _, values: values, NOW)]


@pytest.mark.parametrize(
    ("properties", "values"),
    [
        ({"type": " Enum ", "values": "a, b,c"}, ["a", " b", "c"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "9999-12-30,9999-12-31"}, ["9999-12-30", "9999-12-31"]),
        ({"type": "enum", "values": "a,,b,a"}, ["a", "b"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "NOW-1DAY,2024-03-15"}, ["2024-03-14", "2024-03-15"]),
        ({"type": "date", "format": "yyyyMM", "range": "NOW-1MONTH,202403"}, ["202402", "202403"]),
        ({"type": "integer", "range": "1,3"}, ["1", "2", "3"]),
        ({"type": "integer", "range": "-1,1"}, ["-1", "0", "1"]),
        ({"type": "integer", "range": "8,12", "interval": "2", "digits": "3"}, ["008", "010", "012"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "2024-02-28,2024-03-01"}, ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ({"type": "date", "format": "yyyy/MM/dd", "range": "NOW-2DAYS,NOW"}, ["2024/03/13", "2024/03/14", "2024/03/15"]),
        ({"type": "date", "format": "yyyyMM", "range": "202311,202402"}, ["202311", "202312", "202401", "202402"]),
        ({"type": "date", "format": "yyyy", "range": "2022,NOW", "interval_unit": "YEARS"}, ["2022", "2023", "2024"]),
        ({"type": "date", "format": "yyyy-MM-dd-HH", "range": "2024-03-15-10,NOW", "interval_unit": "HOURS"},
         ["2024-03-15-10", "2024-03-15-11", "2024-03-15-12"]),
        ({"type": "date", "format": "yyyy-MM-dd", "range": "2024-01-01,2024-01-20", "interval": "1", "interval_unit": "WEEKS"},
         ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ({"type": "date", "format": "'d'yyyy-M-d", "range": "d2024-1-9,d2024-1-10"}, ["d2024-1-9", "d2024-1-10"]),
    ],
)  # fmt: skip
def test_projected_values(properties: dict[str, str], values: list[str]) -> None:
    assert _values(**properties) == values


@pytest.mark.parametrize(
    "properties",
    [{"type": "nonsense"}, {"type": "integer", "range": "1"}, {"type": "integer", "range": "a,b"}, {"type": "date", "range": "NOW,NOW"},
     {"type": "date", "format": "yyyy", "range": "x,NOW", "interval_unit": "YEARS"},
     {"type": "date", "format": "yyyy-MM-dd-HH", "range": "2024-03-15-10,NOW"},
     # PartitionProjection's own errors: https://github.com/trinodb/trino/tree/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/aws/athena
     {"type": "enum"}, {"type": "integer", "range": "1,2,3"}, {"type": "integer", "range": "1,3", "interval": "x"},
     {"type": "integer", "range": f"0,{2**63}"}, {"type": "integer", "range": f"{-(2**63) - 1},0"},
     {"type": "integer", "range": "1,3", "interval": "0"}, {"type": "integer", "range": "1,3", "digits": "x"},
     {"type": "date", "format": "yyyy-MM-dd", "range": "2024-01-02,2024-01-01"},
     {"type": "date", "format": "yyyy-MM-dd", "range": "2024-01-01,2024-01-02", "interval": "x"},
     {"type": "date", "format": "yyyy", "range": "NOW-9999YEARS,NOW"}],
)  # fmt: skip
def test_a_bad_projection_is_named(properties: dict[str, str]) -> None:
    with pytest.raises(AthenaError, match="INVALID_TABLE_PROPERTY: Invalid partition projection of column k") as caught:
        _values(**properties)
    assert "literal for int" not in str(caught.value)


def test_a_template_has_a_placeholder_for_every_column() -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html"""
    properties = {
        "projection.k.type": "enum",
        "projection.k.values": "a",
        "storage.location.template": "s3://b/t/${j}/",
    }
    with pytest.raises(AthenaError, match="no placeholder"):
        Projection(("k",), properties, "s3://b/t").partitions({}, lambda _, values: values, NOW)
    both = {**properties, "storage.location.template": "s3://b/t/${k}/${j}/"}
    with pytest.raises(AthenaError, match=r"column j: .* names it, and it is no partition column"):
        Projection(("k",), both, "s3://b/t").partitions({}, lambda _, values: values, NOW)


def test_values_that_are_asked_for_spare_a_range() -> None:
    properties = {
        "projection.k.type": "integer",
        "projection.k.range": "1,9223372036854775807",
        "projection.k.interval": "2",
    }
    made = Projection(("k",), properties, "s3://b/t").partitions({"k": ["8", "7", "-1"]}, lambda _, values: values, NOW)
    assert [partition.values for partition in made] == [("7",)]


@given(
    st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    st.integers(0, 60),
    st.sampled_from(["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd"]),
)
def test_a_range_of_days_has_every_day_once(first: date, days: int, pattern: str) -> None:
    start, end = (datetime.combine(day, datetime.min.time()) for day in (first, first + timedelta(days)))
    values = _values(type="date", format=pattern, range=f"{format_java(start, pattern)},{format_java(end, pattern)}")
    assert values == [format_java(start + timedelta(number), pattern) for number in range(days + 1)]


@given(st.integers(-1000, 1000), st.integers(0, 500), st.integers(1, 7))
def test_a_range_of_integers(first: int, length: int, step: int) -> None:
    assert _values(type="integer", range=f"{first},{first + length}", interval=str(step)) == [
        str(number) for number in range(first, first + length + 1, step)
    ]


def test_locations() -> None:
    properties = {"projection.enabled": "TRUE", "projection.a.type": "enum", "projection.a.values": "x,y", "projection.b.type": "integer",
                  "projection.b.range": "1,2"}  # fmt: skip
    made = Projection.of([A, Column("b", trino_type("varchar"))], properties, "s3://b/t/")
    assert made is not None
    assert [item.location for item in made.partitions({}, lambda _, values: values)] == [
        "s3://b/t/a=x/b=1/", "s3://b/t/a=x/b=2/", "s3://b/t/a=y/b=1/", "s3://b/t/a=y/b=2/",
    ]  # fmt: skip
    named = {"projection.enabled": "true", "projection.a.type": "enum", "projection.a.values": "x:y z"}
    spelled = Projection.of([A], named, "s3://b/t/")
    assert spelled is not None
    assert [item.location for item in spelled.partitions({}, lambda _, values: values)] == ["s3://b/t/a=x:y z/"]
    assert Projection.of([A], {}, "s3://b/t/") is None
