"""Curated lines of orders, from raw rows with the faults that feeds have."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from retail_orders import curated, latest, text

ORDER = (
    "order_id long, customer_id long, store_id long, ordered_at timestamp, status string, channel string, "
    "updated_at timestamp, dt date"
)
ITEM = (
    "order_item_id long, order_id long, line_number int, product_id long, quantity int, unit_price decimal(12,2), "
    "discount_amount decimal(12,2), updated_at timestamp, dt date"
)
DAY = date(2026, 1, 2)


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour)


def orders(spark: SparkSession, *rows: dict[str, Any]) -> DataFrame:
    default = {
        "order_id": 1,
        "customer_id": 7,
        "store_id": 3,
        "ordered_at": at(1),
        "status": "placed",
        "channel": "web",
    }
    return spark.createDataFrame([default | {"updated_at": at(1), "dt": DAY} | row for row in rows], ORDER)


def items(spark: SparkSession, *rows: dict[str, Any]) -> DataFrame:
    default = {
        "order_item_id": 1,
        "order_id": 1,
        "line_number": 1,
        "product_id": 5,
        "quantity": 2,
        "unit_price": Decimal("9.99"),
    }
    more = {"discount_amount": None, "updated_at": at(1), "dt": DAY}
    return spark.createDataFrame([default | more | row for row in rows], ITEM)


def test_the_latest_state_of_an_order_is_on_its_lines(spark: SparkSession) -> None:
    states = orders(
        spark, {"status": " Placed ", "updated_at": at(1)}, {"status": "SHIPPED", "updated_at": at(3), "channel": "  "}
    )
    (row,) = curated(states, items(spark, {})).collect()
    assert (row.status, row.channel, row.order_date) == ("shipped", None, date(2026, 1, 1))


def test_a_line_that_came_twice_counts_once(spark: SparkSession) -> None:
    lines = items(spark, {"quantity": 2}, {"quantity": 3, "updated_at": at(2)}, {"quantity": 3, "updated_at": at(2)})
    (row,) = curated(orders(spark, {}), lines).collect()
    assert (row.quantity, row.net_amount) == (3, Decimal("29.97"))


def test_a_discount_that_is_missing_is_none(spark: SparkSession) -> None:
    lines = items(spark, {"order_item_id": 1}, {"order_item_id": 2, "discount_amount": Decimal("0.98")})
    found = {row.order_item_id: row.net_amount for row in curated(orders(spark, {}), lines).collect()}
    assert found == {1: Decimal("19.98"), 2: Decimal("19.00")}


def test_lines_without_an_order_a_quantity_or_a_price_are_left_out(spark: SparkSession) -> None:
    lines = items(
        spark,
        {"order_item_id": 1, "order_id": 99},
        {"order_item_id": 2, "quantity": None},
        {"order_item_id": 3, "unit_price": None},
    )
    assert curated(orders(spark, {}), lines).count() == 0


def test_of_two_versions_of_one_moment_the_one_that_arrived_last_counts(spark: SparkSession) -> None:
    rows = orders(spark, {"status": "placed"}, {"status": "cancelled", "dt": date(2026, 1, 3)})
    assert [row.status for row in latest(rows, "order_id").collect()] == ["cancelled"]


def test_a_text_of_blanks_is_none(spark: SparkSession) -> None:
    found = (
        orders(spark, {"status": "  "}, {"order_id": 2, "status": " A b "}).orderBy("order_id").select(text("status"))
    )
    assert [row[0] for row in found.collect()] == [None, "a b"]
