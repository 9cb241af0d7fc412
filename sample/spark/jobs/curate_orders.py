"""Glue's entry point: raw orders and lines from one folder, curated lines into another.

Arguments: ``--raw s3://BUCKET/``, ``--curated s3://BUCKET/FOLDER/``. The rest is ``retail_orders`` (``--extra-py-files``).
"""

from __future__ import annotations

import sys

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from retail_orders import curated


def main(raw: str, target: str) -> int:
    """Write the curated lines; answers their number."""
    spark = SparkSession.builder.appName("curate_orders").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    orders, items = (spark.read.parquet(f"{raw.rstrip('/')}/{table}/") for table in ("orders", "order_items"))
    table = f"{target.rstrip('/')}/order_lines/"
    curated(orders, items).repartition("order_date").write.mode("overwrite").partitionBy("order_date").parquet(table)
    return spark.read.parquet(table).count()


if __name__ == "__main__":
    options = getResolvedOptions(sys.argv, ["raw", "curated"])
    print("rows", main(options["raw"], options["curated"]))
