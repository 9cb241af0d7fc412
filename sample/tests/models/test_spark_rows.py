"""The sample's Spark job on many raw rows in the local AWS, line by line against the same in DuckDB.

`just test sample/tests/models/test_spark_rows.py --rows 1000000`: without a number it is left out, Spark alone takes half a minute.
"""

import json
import time
from pathlib import Path

import boto3
import duckdb
import pytest

from tests.local_aws import pointed_at
from tests.offline_home import REPO

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

BUCKET = "spark-rows"
ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR")
# Every seventh order comes again as another state a day later; some lines come twice, have no order, no quantity, no discount.
ORDERS = """
select k as order_id, k % 9973 as customer_id, k % 53 as store_id,
    timestamp '2026-01-01 00:00:00' + to_seconds(k * 37 % 864000) as ordered_at,
    case v when 0 then ' Placed ' else 'SHIPPED' end as status, case when k % 11 = 0 then '  ' else 'Web' end as channel,
    timestamp '2026-01-01 00:00:00' + to_seconds(k * 37 % 864000 + v * 3600) as updated_at,
    date '2026-01-01' + cast(k * 37 % 864000 // 86400 + v as integer) as dt
from range({orders}) as t (k), range(2) as again (v) where v = 0 or k % 7 = 0
"""
ITEMS = """
select k as order_item_id, k // 3 + (k % 101 = 0)::int * 1000000000 as order_id, cast(k % 3 + 1 as integer) as line_number,
    k % 4001 as product_id, case when k % 97 = 0 then null else cast(k % 5 + 1 + v as integer) end as quantity,
    cast(k % 10007 / 100 + 0.01 as decimal(12, 2)) as unit_price,
    case when k % 4 = 0 then cast(0.01 as decimal(12, 2)) end as discount_amount,
    timestamp '2026-01-02 00:00:00' + to_seconds(k % 864000 + v * 60) as updated_at,
    date '2026-01-02' + cast(k % 864000 // 86400 as integer) as dt
from range({items}) as t (k), range(2) as again (v) where v = 0 or k % 13 = 0
"""
LATEST = "select * from {0} qualify row_number() over (partition by {1} order by updated_at desc, dt desc) = 1"
CURATED = f"""
with heads as ({LATEST.format("orders", "order_id")}), lines as ({LATEST.format("items", "order_item_id")})
select order_item_id, order_id, line_number, product_id, customer_id, store_id, nullif(lower(trim(status)), '') as status,
    nullif(lower(trim(channel)), '') as channel, ordered_at, quantity, unit_price,
    cast(quantity * unit_price - coalesce(discount_amount, 0) as decimal(18, 2)) as net_amount,
    cast(ordered_at as date) as order_date
from lines join heads using (order_id) where quantity is not null and unit_price is not null
"""


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> int:
    if found := int(request.config.getoption("--rows", 0)):
        return found
    pytest.skip("it takes minutes: --rows 1000000")


def test_every_line_is_duckdbs(rows, emulator, tmp_path):
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    with duckdb.connect() as duck, pointed_at(emulator):
        orders = rows // 5
        duck.execute("create table orders as " + ORDERS.format(orders=orders))
        duck.execute("create table items as " + ITEMS.format(items=orders * 4))
        (count,) = duck.execute("select (select count(*) from orders) + (select count(*) from items)").fetchone()
        assert count >= rows
        for table, folder in (("orders", "orders"), ("items", "order_items")):
            (raw / folder).mkdir(parents=True)
            duck.execute(f"copy {table} to '{raw / folder}' (format parquet, partition_by (dt), overwrite)")

        run = curate(raw)
        assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")

        fetch("curated/order_lines/", curated)
        duck.execute("create table expected as " + CURATED)
        names = ", ".join(name for name, *_ in duck.execute("describe expected").fetchall())
        written = (
            f"read_parquet('{curated}/**/*.parquet', hive_partitioning = true, hive_types = {{'order_date': date}})"
        )
        duck.execute(f"create table found as select {names} from {written}")
        assert duck.execute("select count(*) from expected").fetchone()[0] > rows // 3
        for one, other in (("expected", "found"), ("found", "expected")):
            only = duck.execute(f"select * from {one} except all select * from {other} order by all limit 3").fetchall()
            assert not only, f"only {one}"


def curate(raw: Path) -> dict:
    """The job's run, when it has ended, on the files in *raw*."""
    s3, glue, jobs = boto3.client("s3"), boto3.client("glue"), REPO.root / "sample" / "spark" / "jobs"
    s3.create_bucket(Bucket=BUCKET)
    for file in raw.rglob("*.parquet"):
        s3.upload_file(str(file), BUCKET, f"raw/{file.relative_to(raw)}")
    for file in jobs.glob("*.py"):
        s3.upload_file(str(file), BUCKET, f"jobs/{file.name}")
    allowed = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    role = boto3.client("iam").create_role(RoleName="spark-rows", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    place = f"s3://{BUCKET}"
    glue.create_job(
        Name="spark-rows",
        Role=role,
        GlueVersion="5.0",
        Command={"Name": "glueetl", "ScriptLocation": f"{place}/jobs/curate_orders.py"},
        DefaultArguments={
            "--extra-py-files": f"{place}/jobs/retail_orders.py",
            "--raw": f"{place}/raw/",
            "--curated": f"{place}/curated/",
        },
    )
    started = glue.start_job_run(JobName="spark-rows")["JobRunId"]
    while (run := glue.get_job_run(JobName="spark-rows", RunId=started)["JobRun"])["JobRunState"] not in ENDED:
        time.sleep(0.5)  # which leaves the processor to it
    return run


def fetch(prefix: str, folder: Path) -> None:
    """Download what lies under *prefix*."""
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        for one in page.get("Contents", ()):
            file = folder / one["Key"].removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(BUCKET, one["Key"], str(file))
