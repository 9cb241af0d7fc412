"""Orders and their lines: the latest version of each, cleaned, joined, by day."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - as everybody calls it


def curated(orders: DataFrame, items: DataFrame) -> DataFrame:
    """Lines of orders with the order's own columns and ``net_amount`` in euro, partitioned by ``order_date``.

    A line whose order has not arrived is left out, and so is one without a quantity or a price. Both inputs are as in
    ``raw/orders`` and ``raw/order_items``, with the day of arrival in ``dt``.
    """
    heads = latest(orders, "order_id").select(
        "order_id",
        "customer_id",
        "store_id",
        "ordered_at",
        text("status").alias("status"),
        text("channel").alias("channel"),
        F.to_date("ordered_at").alias("order_date"),
    )
    lines = latest(items, "order_item_id").where("quantity is not null and unit_price is not null")
    net = F.col("quantity") * F.col("unit_price") - F.coalesce("discount_amount", F.lit(0))
    return lines.join(heads, "order_id").select(
        "order_item_id",
        "order_id",
        "line_number",
        "product_id",
        "customer_id",
        "store_id",
        "status",
        "channel",
        "ordered_at",
        "quantity",
        "unit_price",
        net.cast("decimal(18,2)").alias("net_amount"),
        "order_date",
    )


def latest(rows: DataFrame, key: str) -> DataFrame:
    """The version of each *key* that was written last; of two written at once the one that arrived last."""
    order = Window.partitionBy(key).orderBy(F.desc("updated_at"), F.desc("dt"), F.desc(F.xxhash64(*rows.columns)))
    return rows.withColumn("_rank", F.row_number().over(order)).where("_rank = 1").drop("_rank")


def text(column: str) -> Column:
    """A text as people mean it: lower case, no blanks around it, null if nothing is left."""
    trimmed = F.lower(F.trim(column))
    return F.when(trimmed != "", trimmed)
