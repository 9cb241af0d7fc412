"""Iceberg tables that are partitioned by values at the edges of their types."""

from __future__ import annotations

from .athena import Athena

_CREATE = "create table t with (table_type='ICEBERG', is_external=false, location='s3://lake/t/', partitioning=array['{}']) as "


def test_doubles_have_all_their_digits(athena: Athena) -> None:
    """PyIceberg's decoder reads a manifest's doubles to the digits of a float."""
    athena.run(
        f"{_CREATE.format('v')} select v from (values null, 0.1e0, 1.7976931348623157e308, nan(), 4.9e-324) t(v)"
    )
    for value in ("0.1e0", "1.7976931348623157e308", "4.9e-324"):
        assert athena.rows(f"select count(*) from t where v = {value}") == [(1,)]
    assert athena.rows('select partition.v from "t$partitions" where partition.v = 0.1e0') == [(0.1,)]
    athena.run("update t set v = 0.3e0 where v = 0.1e0")
    assert athena.rows("select v from t where v > 0.1e0 order by 1 limit 1") == [(0.3,)]


def test_a_decimal_that_is_truncated_to_more_digits_is_refused(athena: Athena) -> None:
    error = athena.error(f"{_CREATE.format('truncate(d, 2)')} select cast(-9 as decimal(1,0)) as d")
    assert error.startswith("NOT_SUPPORTED: A partition value of truncate[2] with more digits than decimal(1, 0) has")
    assert athena.keys("t/") == []
    athena.run(f"{_CREATE.format('truncate(d, 2)')} select cast(-8 as decimal(1,0)) as d")
    assert athena.rows("select count(*) from t where d = -8") == [(1,)]
