"""The sample's marts, built on DuckDB and on local Athena from the same raw files: the same rows.

Twice: a first build, and an incremental one after a day with late rows, so that Iceberg's MERGE is held to the same answer.
dbt's own tests run once: on local Athena, when all has arrived.
"""

import shutil
from pathlib import Path

import boto3
import duckdb
import pytest
from lakeloop.aws.athena.statements import execute
from lakeloop.aws.parity.compare import Comparison, compare

from sample.tests.models.feed import Feed
from sample.tests.models.project import MARTS, UNTESTED, Project
from tests import zips
from tests.offline_home import REPO
from tests.rounds.conftest import BUCKETS, WORKGROUP, Function, aws, lake  # noqa: F401 - fixtures

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


@pytest.fixture
def function(aws, tmp_path):  # noqa: F811
    """The runner with the sample's project, in this process."""
    shutil.unpack_archive(zips.function(REPO.dbt_project), tmp_path / "task")
    function = Function("sample", tmp_path / "task")
    function.variables["DBT_RAW_SCHEMA"] = "rounds_sample_raw"
    function.variables["DBT_CHANGES_SCHEMA"] = "rounds_sample_changes"
    for name in (function.database, "rounds_sample_raw"):
        boto3.client("glue").create_database(DatabaseInput={"Name": name})
    return function


def arrive(project: Project, feed: Feed, days) -> None:
    """Days of the feed: into the raw folder, and the same bytes into the raw bucket."""
    feed.write(project.raw, days)
    s3 = boto3.client("s3")
    for file in project.raw.rglob("part-*"):
        s3.upload_file(str(file), BUCKETS["RAW_BUCKET_NAME"], str(file.relative_to(project.raw)))


def differences(project: Project, function: Function, folder: Path) -> dict[str, Comparison]:
    """The differences that `just parity` would find, by mart."""
    found = {}
    csv, bucket = folder / "rows.csv", BUCKETS["ATHENA_RESULTS_BUCKET"]
    for mart in MARTS:
        query = execute(
            boto3.client("athena"), f"select * from {mart}", workgroup=WORKGROUP, database=function.database
        )
        boto3.client("s3").download_file(bucket, query.location.removeprefix(f"s3://{bucket}/"), str(csv))
        with duckdb.connect(str(project.home.database), read_only=True) as duck:
            comparison = compare(duck, mart, query.columns, csv)
        assert comparison.here, f"{mart} has no rows"
        if not comparison.same:
            found[mart] = comparison
    return found


def test_every_mart_has_the_same_rows_on_both_engines(function, tmp_path):
    feed, project = Feed(seed=11, days=6, orders=200), Project(tmp_path / "home")
    for run, days, words in (("first", feed.days[:-1], UNTESTED), ("second", feed.days[-1:], [])):
        arrive(project, feed, days)
        assert function.invoke(command=["create-raw-tables"])["status"] == "success"
        assert function.invoke(command=["build", *words], run_id=run)["status"] == "success"
        project.builds(*UNTESTED)
        assert differences(project, function, tmp_path) == {}
