"""The emulator in Docker: the image is built from this checkout, it comes up healthy on loopback, and Athena writes in it."""

import shutil
import subprocess

import boto3
import pytest
from testcontainers.compose import DockerCompose

from tests.local_aws import REPO, free_port

BASE = "localstack/localstack:4.14.0"

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def _lacking() -> str:
    """Why the image cannot be had here, as Docker says it; nothing if it can."""
    docker = shutil.which("docker")
    if docker is None:
        return "there is no docker command"
    for arguments, what in (
        (("info",), "no Docker engine answers"),
        (("compose", "version"), "Docker has no compose plug-in"),
        (("pull", "--quiet", BASE), f"{BASE} cannot be had"),
    ):
        finished = subprocess.run([docker, *arguments], capture_output=True, text=True)
        if finished.returncode:
            return f"{what}: {' '.join((finished.stderr or finished.stdout).split())[-200:]}"
    return ""


@pytest.fixture
def url(monkeypatch):
    """The endpoint of a container of this test's own."""
    if lacking := _lacking():
        pytest.skip(lacking)
    port = free_port()
    monkeypatch.setenv("LAKELOOP_PORT", str(port))
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", f"lakeloop-test-{port}")
    with DockerCompose(str(REPO), build=True):
        yield f"http://127.0.0.1:{port}"


def test_the_image_is_built_and_runs_sql(url):
    def client(service):
        return boto3.client(
            service,
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    client("s3").create_bucket(Bucket="lake")
    client("glue").create_database(DatabaseInput={"Name": "d"})
    athena = client("athena")

    def state(sql):
        query = {"QueryString": sql, "ResultConfiguration": {"OutputLocation": "s3://lake/results/"}}
        query_id = athena.start_query_execution(**query)["QueryExecutionId"]
        running = ("QUEUED", "RUNNING")
        while (
            now := athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]
        ) in running:
            """GetQueryExecution waits by itself."""
        return query_id, now

    iceberg = "table_type = 'ICEBERG', is_external = false, location = 's3://lake/t/'"
    assert state(f"create table d.t with ({iceberg}) as select 1 as n")[1] == "SUCCEEDED"
    query_id, succeeded = state("select n from d.t")
    assert succeeded == "SUCCEEDED"
    rows = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["n", "1"]
