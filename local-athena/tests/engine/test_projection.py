"""Partition projection in queries and INSERT.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import datetime as dt

import pytest

from .athena import Athena


def _create(athena: Athena, key: str, location: str = "s3://lake/t", **properties: str) -> None:
    spelled = {
        f"projection.k.{name.replace('_', '.')}": value for name, value in properties.items() if name != "template"
    }
    if "template" in properties:
        spelled["storage.location.template"] = properties["template"]
    pairs = ", ".join(f"'{name}'='{value}'" for name, value in {"projection.enabled": "true", **spelled}.items())
    athena.run(
        f"create external table t (n int) partitioned by (k {key}) stored as parquet location '{location}' tblproperties ({pairs})"
    )


@pytest.mark.parametrize(
    "where",
    ["'ab' = k", "k in ('ab', 'c')", "k = 'ab' or k = 'c'", "(k = 'c' or (k = 'ab'))", "k = cast('ab' as varchar)", "k = concat('a', 'b')",
     "k = 'ab' and k > 'a'"],
)  # fmt: skip
def test_conditions_that_hold_an_injected_column(athena: Athena, where: str) -> None:
    _create(athena, "string", type="injected")
    athena.run("insert into t values (1, 'ab'), (2, 'd')")
    assert athena.rows(f"select * from t where {where}") == [(1, "ab")]


@pytest.mark.parametrize(
    "where", ["k > 'a'", "k = 'ab' or n = 1", "k in (select 'ab')", "k = cast(n as varchar)", "not k = 'ab'"]
)
def test_conditions_that_do_not(athena: Athena, where: str) -> None:
    _create(athena, "string", type="injected")
    assert athena.error(f"select * from t where {where}").startswith("CONSTRAINT_VIOLATION: ")


def test_an_injected_date(athena: Athena) -> None:
    _create(athena, "date", type="injected")
    athena.run("insert into t values (1, date '2024-02-03')")
    for value in ("date '2024-02-03'", "cast('2024-02-03' as date)"):
        assert athena.rows(f"select * from t where k = {value}") == [(1, dt.date(2024, 2, 3))]


def test_what_is_inserted_is_found(athena: Athena) -> None:
    _create(athena, "int", "s3://lake/t/", type="integer", range="1,12", digits="2", template="s3://lake/t/k=${k}")
    athena.run("insert into t values (1, 11)")
    assert athena.rows("select * from t") == [(1, 11)]
    # The folder would be k=3, and the projection looks for k=03.
    assert "s3://lake/t/k=3/, where the table's partition projection does not look" in athena.error(
        "insert into t values (1, 12), (1, 3)"
    )
    assert athena.rows("select * from t") == [(1, 11)]


@pytest.mark.parametrize(
    ("key", "value", "properties"),
    [
        ("int", "3", {"type": "integer", "range": "1,9", "template": "s3://lake/t/x/${k}/"}),
        ("date", "date '2024-02-03'", {"type": "date", "range": "2024/01/01,NOW", "format": "yyyy/MM/dd"}),
        ("string", "'2024-02-03'", {"type": "date", "range": "20240101,NOW", "format": "yyyyMMdd"}),
        ("string", "'x'", {"type": "integer", "range": "1,9"}),
        ("string", "cast(null as varchar)", {"type": "enum", "values": "a"}),
    ],
)
def test_rows_that_the_projection_would_lose_are_not_written(
    athena: Athena, key: str, value: str, properties: dict[str, str]
) -> None:
    _create(athena, key, **properties)
    assert athena.error(f"insert into t select 1, {value}").startswith("NOT_SUPPORTED: INSERT into s3://lake/t/k=")
    assert athena.keys("t/") == []


@pytest.mark.parametrize(
    ("unit", "bounds", "days"),
    [("MONTHS", "2024-01-31,2024-04-30", ["01-31", "02-29", "03-29", "04-29"]), ("YEARS", "2024-02-29,2028-12-31", ["02-29", "02-28", "02-28", "02-28", "02-28"]),
     ("MONTHS", "2024-01-30,2024-03-30", ["01-30", "02-29", "03-29"])],
)  # fmt: skip
def test_each_date_follows_from_the_one_before(athena: Athena, unit: str, bounds: str, days: list[str]) -> None:
    """``getProjectedValues`` of Trino's ``DateProjection``."""
    _create(athena, "string", type="date", range=bounds, format="yyyy-MM-dd", interval="1", interval_unit=unit)
    assert [row[0][5:] for row in athena.rows('select k from "t$partitions" order by k')] == days


@pytest.mark.parametrize(
    ("key", "pattern", "bounds", "unit", "folder", "value"),
    [("date", "yyyyMMdd", "20240101,20240103", "DAYS", "20240102", dt.date(2024, 1, 2)), ("date", "yyyy/MM", "2024/01,2024/03", "MONTHS", "2024/02", dt.date(2024, 2, 1)),
     ("timestamp", "yyyy-MM-dd-HH", "2024-01-01-00,2024-01-01-05", "HOURS", "2024-01-01-03", dt.datetime(2024, 1, 1, 3)),
     ("date", "dd.MM.yyyy", "01.02.0900,03.02.0900", "DAYS", "02.02.0900", dt.date(900, 2, 2))],
)  # fmt: skip
def test_typed_dates_have_locations_in_the_format(
    athena: Athena, key: str, pattern: str, bounds: str, unit: str, folder: str, value: object
) -> None:
    """``formatValue`` and ``toPartitionLocationTemplateValue`` of Trino's ``DateProjection``."""
    athena.run("create table rows with (external_location='s3://lake/rows') as select 7 as n")
    (written,) = athena.keys("rows/")
    athena.put(f"t/{folder}/f", athena.aws.s3.get_object(Bucket="lake", Key=written)["Body"].read())
    properties = {"type": "date", "range": bounds, "format": pattern, "interval": "1", "interval_unit": unit}
    _create(athena, key, **properties, template="s3://lake/t/${k}/")
    assert athena.rows("select * from t") == [(7, value)]
    assert athena.rows(f"select n from t where k = {key} '{value}'") == [(7,)]
