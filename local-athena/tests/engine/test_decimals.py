"""Decimals that outgrow 64 bits: Trino computes them in 128, and so does every statement that reads or writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .athena import Athena

BIG = Decimal("9000000000.00") * Decimal("9000000000.00")
T = "create table t with (table_type='iceberg', is_external=false, location='s3://lake/t') as select cast(9e9 as decimal(12,2)) as a"


@pytest.mark.parametrize(
    "write",
    [
        "create table u with (external_location='s3://lake/u') as select a * a as b from t",
        "create table u with (table_type='iceberg', is_external=false, location='s3://lake/u') as select a * a as b from t",
    ],
)
def test_products_of_decimals(athena: Athena, write: str) -> None:
    athena.run(T)
    assert athena.rows("select a * a as b from t") == [(BIG,)]
    athena.run(write)
    assert athena.rows("select b from u") == [(BIG,)]
    athena.run("insert into u select a * a from t")
    assert athena.rows("select count(*), min(b) from u") == [(2, BIG)]


def test_a_merge_of_large_products(athena: Athena) -> None:
    athena.run(T)
    athena.run("create table u with (table_type='iceberg', is_external=false, location='s3://lake/u') as "
               "select 1 as id, cast(0 as decimal(38,4)) as b")  # fmt: skip
    athena.run("merge into u using t on u.id = 1 when matched then update set b = t.a * t.a")
    assert athena.rows("select b from u") == [(BIG,)]
