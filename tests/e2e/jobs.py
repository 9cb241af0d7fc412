"""Spark jobs, crawlers and EMR Serverless of an environment that a test has applied."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.e2e import told

SETTINGS = """\
jobs = { by_day = { script = "jobs/by_day.py", modules = ["jobs/days.py"], arguments = { raw = "{raw}/", curated = "{curated}/" } }}
crawlers = { raw = {} }
emr = { scripts = ["jobs/plain.py"] }
"""
RAW, PROCESSED = "lakeloop-dev-raw", "lakeloop-dev-processed"
_BY_DAY = """\
import sys

from awsglue.utils import getResolvedOptions
from days import count
from pyspark.sql import SparkSession

given = getResolvedOptions(sys.argv, ["raw", "curated"])
spark = SparkSession.builder.getOrCreate()
count(spark.read.parquet(given["raw"] + "orders/")).coalesce(1).write.mode("overwrite").parquet(given["curated"] + "days/")
print("rows", spark.read.parquet(given["curated"] + "days/").count())
"""
_DAYS = """\
def count(orders):
    return orders.groupBy("dt").count()
"""
# Spark's calls without Spark: it lists, reads, writes, deletes.
_PLAIN = """\
import sys

import boto3

s3, (raw, processed) = boto3.client("s3"), sys.argv[1:]
first = s3.list_objects_v2(Bucket=raw, Prefix="orders/")["Contents"][0]["Key"]
body = s3.get_object(Bucket=raw, Key=first)["Body"].read()
for key in ("tables/jobs/copied/_temporary/0", "tables/jobs/copied/a"):
    s3.put_object(Bucket=processed, Key=key, Body=body)
s3.delete_object(Bucket=processed, Key="tables/jobs/copied/_temporary/0")
assert [one["Key"] for one in s3.list_objects_v2(Bucket=processed, Prefix="tables/jobs/copied/")["Contents"]] == [key]
assert s3.get_object(Bucket=processed, Key=key)["Body"].read() == body
"""


@dataclass(frozen=True)
class Table:
    """A table of Glue's: its place, its format, columns and keys of partitions with their types in their order."""

    location: str
    format: str
    columns: dict[str, str]
    partitions: list[str]


def write(home: Path) -> None:
    """The scripts that the settings name."""
    folder = home / "jobs"
    folder.mkdir()
    for name, text in {"by_day": _BY_DAY, "days": _DAYS, "plain": _PLAIN}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")


def rows(loop: Any) -> dict[str, int]:
    """Orders by day, as the job has written them."""
    (file,) = (key for key in _keys(loop, PROCESSED, "tables/jobs/days/") if key.endswith(".parquet"))
    return {str(row["dt"]): row["count"] for row in _table(loop, PROCESSED, file).to_pylist()}


def expected(loop: Any) -> dict[str, int]:
    """Orders by day, as they lie in the raw bucket."""
    found: Counter[str] = Counter()
    for key in _keys(loop, RAW, "orders/"):
        found[key.split("/")[1].removeprefix("dt=")] += _table(loop, RAW, key).num_rows
    return dict(found)


def run_of_emr(loop: Any) -> dict[str, Any]:
    """A job run of EMR Serverless that has ended, of an application that is stopped then."""
    emr, role = loop.client("emr-serverless"), "arn:aws:iam::000000000000:role/lakeloop-dev-dbt-emr"
    (application,) = (one["id"] for one in applications(loop))
    logs = {"s3MonitoringConfiguration": {"logUri": f"s3://{PROCESSED}/tables/jobs/_logs/"}}
    script = "s3://lakeloop-dev-artifacts/layers/jobs/emr/plain.py"
    run = emr.start_job_run(
        applicationId=application,
        executionRoleArn=role,
        jobDriver={"sparkSubmit": {"entryPoint": script, "entryPointArguments": [RAW, PROCESSED]}},
        configurationOverrides={"monitoringConfiguration": logs},
    )["jobRunId"]

    def found() -> dict[str, Any]:
        return dict(emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"])

    told.await_(lambda: found()["state"] in ("SUCCESS", "FAILED", "CANCELLED"))
    emr.stop_application(applicationId=application)
    assert any(key.endswith("SPARK_DRIVER/stderr.gz") for key in _keys(loop, PROCESSED, "tables/jobs/_logs/")), found()
    return found()


def applications(loop: Any) -> list[dict[str, Any]]:
    """Applications of EMR Serverless that are there."""
    states = ["CREATED", "STARTED", "STOPPED"]
    return list(loop.client("emr-serverless").list_applications(states=states)["applications"])


def crawl(loop: Any) -> None:
    """Crawl the raw bucket, to the end."""
    glue, name = loop.client("glue"), "lakeloop-dev-dbt-raw"
    before = glue.get_crawler(Name=name)["Crawler"].get("LastCrawl")
    glue.start_crawler(Name=name)
    told.await_(lambda: glue.get_crawler(Name=name)["Crawler"].get("LastCrawl") != before)
    last = glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]
    assert last["Status"] == "SUCCEEDED", last


def crawl_what_changes(loop: Any) -> None:
    """Crawl a table whose columns change and one of whose partitions goes; it goes with its files, and so do the logs."""
    s3, glue = loop.client("s3"), loop.client("glue")

    def put(day: int, text: bytes) -> None:
        s3.put_object(Bucket=RAW, Key=f"seldom/dt=2024-01-0{day}/a.csv", Body=text)

    for day in (1, 2):
        put(day, b"id,price\n1,1.5\n2,2\n")
    crawl(loop)
    put(1, b"id,price,colour\n1,1.5,red\n2,2,blue\n")
    s3.delete_object(Bucket=RAW, Key="seldom/dt=2024-01-02/a.csv")
    crawl(loop)
    assert list(tables(loop, "lakeloop_dev_crawled")["seldom"].columns) == ["id", "price", "colour"]
    (left,) = glue.get_partitions(DatabaseName="lakeloop_dev_crawled", TableName="seldom")["Partitions"]
    assert left["Values"] == ["2024-01-01"]
    s3.delete_object(Bucket=RAW, Key="seldom/dt=2024-01-01/a.csv")
    # Of all crawlers of the account: Glue makes it, and nobody takes it away.
    loop.client("logs").delete_log_group(logGroupName="/aws-glue/crawlers")


def tables(loop: Any, database: str) -> dict[str, Table]:
    """The tables of a database, by their names."""
    found = {}
    for table in loop.client("glue").get_tables(DatabaseName=database)["TableList"]:
        storage = table["StorageDescriptor"]
        columns = {column["Name"]: column["Type"] for column in storage["Columns"]}
        keys = [column["Name"] for column in table["PartitionKeys"]]
        found[table["Name"]] = Table(storage["Location"], table["Parameters"]["classification"], columns, keys)
    return found


def _keys(loop: Any, bucket: str, prefix: str) -> list[str]:
    pages = loop.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for page in pages for one in page.get("Contents", ())]


def _table(loop: Any, bucket: str, key: str) -> Any:
    body = loop.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return pq.ParquetFile(io.BytesIO(body)).read()
