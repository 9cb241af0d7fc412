"""Our own dbt project, built on DuckDB and on local Athena from the same raw files: the same rows in every mart.

Twice: a first build, and an incremental one after a day with late rows, so that Iceberg's MERGE is held to the same answer.
"""

from dataclasses import replace
from datetime import timedelta

import boto3
import duckdb
import pytest
from dbt.tests.util import run_dbt
from lakeloop.aws.athena import execute
from lakeloop.aws.compare import compare
from retail_feed import FeedOptions, generate

from tests.offline_home import checkout, lakeloop

# The marts are those of the manifest that the build wrote.
pytestmark = [pytest.mark.slow, pytest.mark.artifacts]

FEED = FeedOptions(orders=400, days=6)


@pytest.fixture(scope="module")
def home(aws, tmp_path_factory):
    home = checkout(tmp_path_factory.mktemp("parity"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RAW_BUCKET_NAME", "PROCESSED_BUCKET_NAME", "ATHENA_RESULTS_BUCKET"):
            patch.setenv(name, aws.bucket)
        patch.setenv("GLUE_DATABASE_NAME", "parity")
        patch.setenv("DBT_RAW_SCHEMA", "parity_raw")
        results = {"ResultConfiguration": {"OutputLocation": f"s3://{aws.bucket}/results/"}}
        boto3.client("athena").create_work_group(Name="parity", Configuration=results)
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


def differences(home, bucket, folder):
    """What `just parity` finds different, by mart."""
    found = {}
    csv = folder / "rows.csv"
    for mart in sorted(file.stem for file in (home.dbt_project / "models" / "marts").glob("*.sql")):
        query = execute(boto3.client("athena"), f"select * from {mart}", workgroup="parity", database="parity")
        boto3.client("s3").download_file(bucket, query.location.removeprefix(f"s3://{bucket}/"), str(csv))
        with duckdb.connect(str(home.database), read_only=True) as duck:
            comparison = compare(duck, mart, query.columns, csv)
        assert comparison.here, f"{mart} has no rows"
        if not comparison.same:
            found[mart] = comparison
    return found


def test_every_mart_has_the_same_rows_on_both_engines(home, aws, tmp_path):
    arrive(home, aws.bucket, to_day=FEED.until - timedelta(days=1))
    on_dev(home, "run-operation", "create_raw_tables")
    on_dev(home, "build")
    dbt_local(home)
    assert differences(home, aws.bucket, tmp_path) == {}

    arrive(home, aws.bucket, from_day=FEED.until)
    on_dev(home, "build")
    dbt_local(home)
    assert differences(home, aws.bucket, tmp_path) == {}
