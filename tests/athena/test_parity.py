"""Our own dbt project, built on DuckDB and on local Athena from the same raw files: the same rows in every mart.

Twice: a first build, and an incremental one after a day with late rows, so that Iceberg's MERGE is held to the same answer.
"""

import re
from dataclasses import replace
from datetime import timedelta

import boto3
import duckdb
import pytest
from dbt.tests.util import run_dbt
from retail_feed import FeedOptions, generate

from tests.offline_home import checkout, lakeloop

pytestmark = pytest.mark.slow

MARTS = (
    *("dim_customers", "dim_products", "dim_stores", "dim_dates", "fct_orders", "fct_order_items", "fct_payments"),
    *("daily_sales", "customer_lifetime_value"),
)
FEED = FeedOptions(orders=400, days=6)


@pytest.fixture(scope="module")
def home(aws, tmp_path_factory):
    home = checkout(tmp_path_factory.mktemp("parity"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RAW_BUCKET_NAME", "PROCESSED_BUCKET_NAME", "ATHENA_RESULTS_BUCKET"):
            patch.setenv(name, aws.bucket)
        patch.setenv("GLUE_DATABASE_NAME", "parity")
        patch.setenv("DBT_RAW_SCHEMA", "parity_raw")
        yield home


def on_dev(home, *words):
    """dbt on the Athena target; in this process, where AWS's clients are kept."""
    here = str(home.dbt_project)
    run_dbt([*words, "--target", "dev", "--project-dir", here, "--profiles-dir", here])


def dbt_local(home):
    done = lakeloop(home, "dbt-local")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def arrive(home, bucket, **days):
    """Days of the feed: into the raw folder, and the same bytes into the raw bucket."""
    generate(replace(FEED, **days), home.raw)
    s3 = boto3.client("s3")
    for file in home.raw.rglob("part-*"):
        s3.upload_file(str(file), bucket, str(file.relative_to(home.raw)))


def on_duckdb(home, mart):
    with duckdb.connect(str(home.database), read_only=True) as connection:
        result = connection.execute(f"select columns(*)::varchar from {mart}")
        return [column[0] for column in result.description], result.fetchall()


def on_athena(bucket, mart):
    athena = boto3.client("athena")
    query = athena.start_query_execution(
        QueryString=f"select * from parity.{mart}", ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"}
    )["QueryExecutionId"]
    while (status := athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"])["State"] in (
        "QUEUED",
        "RUNNING",
    ):
        pass
    assert status["State"] == "SUCCEEDED", status
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
    header, *rows = (
        tuple(value.get("VarCharValue") for value in row["Data"]) for page in pages for row in page["ResultSet"]["Rows"]
    )
    return list(header), rows


def spelled(value):
    """One spelling of a timestamp: DuckDB leaves out zeros at the end of the fraction, Athena writes them."""
    if value is None:
        return None
    moment = re.fullmatch(r"(\d+-\d+-\d+ \d+:\d+:\d+)(\.\d+)?", value)
    return f"{moment[1]}.{(moment[2] or '.')[1:]:0<6}" if moment else value


def differences(home, bucket):
    found = {}
    for mart in MARTS:
        ours, local = on_duckdb(home, mart)
        theirs, remote = on_athena(bucket, mart)
        assert ours == theirs
        assert local, f"{mart} has no rows"
        left, right = (sorted(([spelled(value) for value in row] for row in rows), key=str) for rows in (local, remote))
        if left != right:
            found[mart] = next(pair for pair in zip(left, right, strict=False) if pair[0] != pair[1])
    return found


def test_every_mart_has_the_same_rows_on_both_engines(home, aws):
    arrive(home, aws.bucket, to_day=FEED.until - timedelta(days=1))
    on_dev(home, "run-operation", "create_raw_tables")
    on_dev(home, "build")
    dbt_local(home)
    assert differences(home, aws.bucket) == {}

    arrive(home, aws.bucket, from_day=FEED.until)
    on_dev(home, "build")
    dbt_local(home)
    assert differences(home, aws.bucket) == {}
