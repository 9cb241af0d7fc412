"""Batch ingestion into the local AWS: DynamoDB twice and read by Athena, killed at real moments, a secret from SSM."""

import json
import os
import re
import signal
import subprocess
import urllib.request
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import yaml

from tests.clone import clone
from tests.docs.pages import Page
from tests.local_aws import REPO, LocalAws, free_port, pointed_at
from tests.projects import raw

pytestmark = pytest.mark.slow
COMMAND = ("uv", "run", "--quiet", "--locked", "--no-dev", "--project", "ingestion/batch", "lakeloop-ingest")
TABLE = """
kind = "dynamodb"
[tables.{name}]
cursor = "updated_at"
columns = {{ id = "bigint", price = "decimal(12,2)" }}
"""


@dataclass(frozen=True)
class Ingest:
    """A folder with one pipeline, whose table and name no other test has."""

    aws: LocalAws
    root: Path
    name: str

    def starts(self, *words: str) -> subprocess.Popen:
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        return subprocess.Popen(
            [*COMMAND, self.name, f"root={self.root}", f"bucket={self.aws.bucket}", "json=true", *words],
            cwd=REPO,
            env={**shell, **self.aws.environment, "AWS_REGION": self.aws.region},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def runs(self) -> dict:
        process = self.starts()
        said, error = process.communicate()
        assert process.returncode == 0, error
        return json.loads(said)

    def keys(self, prefix: str) -> list[str]:
        pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.aws.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def athena(self, query: str) -> list[list[str | None]]:
        athena = boto3.client("athena")
        output = {"OutputLocation": f"s3://{self.aws.bucket}/results/"}
        started = athena.start_query_execution(QueryString=query, ResultConfiguration=output)["QueryExecutionId"]
        while True:
            status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                break
        assert status["State"] == "SUCCEEDED", status
        rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
        return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows][1:]


@pytest.fixture
def ingest(emulator, tmp_path):
    name = f"items_{uuid.uuid4().hex[:8]}"
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / f"{name}.toml").write_text(TABLE.format(name=name))
    with pointed_at(emulator):
        boto3.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Ingest(emulator, tmp_path, name)


def put(name: str, first: int, count: int, minute: int = 0) -> None:
    with boto3.resource("dynamodb").Table(name).batch_writer() as batch:
        for number in range(first, first + count):
            batch.put_item(
                Item={
                    "id": number,
                    "price": number,
                    "updated_at": f"2026-11-30T00:{minute:02}:00Z",
                    "tags": {"a", "b"},
                    "blob": b"\x00\xff",
                    "nested": {"deep": [number, None]},
                }
            )


def test_athena_reads_what_two_runs_of_two_checkouts_have_brought(ingest):
    name = ingest.name
    put(name, 1, 300)
    first = ingest.runs()["tables"][name]
    put(name, 300, 2, minute=1)
    second = ingest.runs()["tables"][name]
    assert (first["rows"], second["rows"], ingest.runs()["load"]) == (300, 2, None)
    assert len(ingest.keys(f"{name}/dt=")) == 2
    database = f"lake_{name}"
    ingest.athena(f"create database {database}")
    ingest.athena(
        f"create external table {database}.items (id bigint, price decimal(12,2), updated_at string, tags string, blob binary, "
        f"nested string, `_loaded_at` timestamp) partitioned by (dt date) stored as parquet "
        f"location 's3://{ingest.aws.bucket}/{name}/' tblproperties ('projection.enabled' = 'true', "
        f"'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy-MM-dd', 'projection.dt.range' = '2026-01-01,NOW+1DAYS')"
    )
    (counted,) = ingest.athena(
        "select count(*), count(distinct id), sum(price), min(tags), to_hex(min(blob)), count(distinct _loaded_at), "
        f"max(json_extract_scalar(nested, '$.deep[0]')) from {database}.items"
    )
    total = sum(range(1, 302)) + 300
    assert counted == ["302", "301", f"{total}.00", '["a","b"]', "00FF", "2", "99"]


@pytest.mark.parametrize("moment", ["staged/", "commits/"])
def test_a_run_that_is_killed_leaves_nothing_half_and_the_next_completes_it(ingest, moment):
    name = ingest.name
    put(name, 1, 50)
    process = ingest.starts()
    while process.poll() is None and not ingest.keys(f"_ingest/{name}/{moment}"):
        pass
    with suppress(ProcessLookupError):  # it may have been faster
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    seen = ingest.keys(f"{name}/dt=")
    assert len(seen) <= 1
    ingest.runs()
    (key,) = ingest.keys(f"{name}/dt=")
    assert not seen or seen == [key]
    ingest.runs()
    assert ingest.keys(f"{name}/dt=") == [key]


def test_a_secret_that_is_not_there_is_named(ingest):
    file = ingest.root / "ingest" / f"{ingest.name}.toml"
    file.write_text('kind = "postgres"\nconnection = { ssm = "/acme/{environment}/shop" }\n[tables.stores]\n')
    process = ingest.starts("environment=prod")
    _, said = process.communicate()
    assert process.returncode == 2 and "There is no parameter /acme/prod/shop in SSM" in said
    assert "Traceback" not in said


def test_what_the_page_shows_can_be_typed(tmp_path):
    """Offline: a database and an API of the clone's own, rows into the folder of raw files, and the YAML for dbt."""
    page = Page(REPO / "docs" / "INGEST.md")
    home = clone(tmp_path / "checkout")
    shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
    database, port = free_port(), free_port()
    (home / "ingest").mkdir()
    pipeline = re.search(r"```toml\n(kind = .*?)```", page.source, re.DOTALL)[1].replace("8010", str(port))
    (home / "ingest" / "shop_api.toml").write_text(pipeline)

    def types(command: str) -> str:
        done = subprocess.run(command.split(), cwd=home, env=shell, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    sources_up, api, *commands = page.typed
    assert (sources_up, api) == ("just sources-up", "just api")
    types(f"just sources-up port={database}")
    try:
        with subprocess.Popen(["just", "api", f"port={port}"], cwd=home, env=shell, stdout=subprocess.PIPE) as serving:
            try:
                assert serving.stdout.readline()
                url = f"http://127.0.0.1:{port}/api/generate/customers?count=30&seed=7"
                asked = urllib.request.Request(url, method="POST")
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=60).close()
                listed, first, second, declared = (types(command) for command in commands)
            finally:
                serving.terminate()
    finally:
        types("just sources-down")
    assert listed.split() == ["shop_api"]
    assert "crm_customers: 30 new rows" in first and "shop_api: nothing new" in second
    (sources,) = yaml.safe_load(declared)["sources"]
    assert [table["name"] for table in sources["tables"]] == ["crm_customers"]
    (home / "dbt" / "models" / "crm.yml").write_text(declared)
    read = "select count(*) as customers from raw.crm_customers where updated_at > timestamp '2026-01-01'"
    (home / "dbt" / "models" / "crm_counted.sql").write_text(
        read.replace("raw.crm_customers", "{{ source('shop_api', 'crm_customers') }}")
    )
    raw.write(home / "data" / "raw")
    types("just dbt-local build -s crm_counted")
    counted = subprocess.run(
        ["just", "query", "select customers from crm_counted", "format=tsv"],
        cwd=home,
        env=shell,
        capture_output=True,
        text=True,
        check=True,
    )
    assert counted.stdout.split() == ["customers", "30"]
