"""`just up persist=1`: what was there at `just down` is there again; killed, what was there at the `just down` before."""

from __future__ import annotations

import functools
import json
import os
import pickle
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client, rows, run_sql

from lakeloop_emulator import __main__ as main
from lakeloop_emulator import host, saved
from lakeloop_emulator.saved import Header
from lakeloop_emulator.settings import VENV, EmulatorError, Settings

from .conftest import free_port

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::kept/policed/*"}
    ],
}
LIFECYCLE = {
    "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}],
}
BIG = os.urandom(3 * 1024 * 1024)
"""More than LocalStack keeps in memory."""


@dataclass
class Aws:
    """Clients of one emulator."""

    settings: Settings

    def __post_init__(self) -> None:
        ask = functools.partial(client, url=self.settings.url)
        self.s3, self.glue, self.athena = ask("s3"), ask("glue"), ask("athena")
        self.iam, self.s3_tables = ask("iam"), ask("s3tables")
        self.logs, self.machines, self.events = ask("logs"), ask("stepfunctions"), ask("events")
        self.kinesis = ask("kinesis")

    def sql(self, sql: str) -> list[list[str | None]]:
        execution = run_sql(self.athena, sql, "s3://results/")
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return self.rows(execution["QueryExecutionId"])

    def rows(self, query_id: str) -> list[list[str | None]]:
        return rows(self.athena.get_query_results(QueryExecutionId=query_id))[1:]

    def text(self, key: str, **version: str) -> str:
        return str(self.s3.get_object(Bucket="kept", Key=key, **version)["Body"].read().decode())


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(port=free_port(), state=tmp_path)
    yield settings
    host.down(replace(settings, persist=False))


def up(settings: Settings, persist: bool | None = True) -> tuple[Aws, str]:
    said = host.up(replace(settings, persist=persist))
    return Aws(settings), said


def test_the_lake_outlives_the_emulator(settings: Settings) -> None:
    aws, said = up(settings)
    assert "It begins clean." in said
    made = make(aws)
    assert "Its state is saved" in host.down(settings)
    assert saved.of(settings).folder.stat().st_mode & 0o777 == 0o700

    aws, said = up(settings)
    assert "It goes on from the saved state" in said
    look(aws, made)
    change(aws)
    host.down(settings)

    aws, _ = up(settings)
    look_again(aws)
    with pytest.raises(EmulatorError, match="just down persist=0"):
        host.forget(settings)
    running, before = host.pid(settings), saved.of(settings).header()
    assert running
    os.killpg(running, signal.SIGKILL)
    while host.pid(settings) or host.health.port_taken(settings):
        """It dies."""
    assert saved.of(settings).check(before.stamp) == before
    assert "what came after the last save is lost" in host.down(settings)

    aws, said = up(settings, persist=None)
    assert "There is a saved state" in said
    assert (aws.s3.list_buckets()["Buckets"], aws.glue.get_databases()["DatabaseList"]) == ([], [])
    with pytest.raises(EmulatorError, match="began without persist=1"):
        up(settings)
    assert saved.of(settings).check(before.stamp) == before
    aws.s3.create_bucket(Bucket="new")
    aws.s3.put_object(Bucket="new", Key="one", Body=b"1")
    assert "Its state is saved" in host.down(replace(settings, persist=True))
    after = saved.of(settings).check(before.stamp)
    assert list(after.objects.values()) == [1], "what only the state before had is gone"


def make(aws: Aws) -> dict[str, Any]:
    """Something of everything that a lake has."""
    for bucket in ("kept", "results", "lake"):
        aws.s3.create_bucket(Bucket=bucket)
    aws.s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    aws.s3.put_bucket_policy(Bucket="kept", Policy=json.dumps(POLICY))
    aws.s3.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration=LIFECYCLE)
    first = aws.s3.put_object(Bucket="kept", Key="twice", Body=b"first", Metadata={"by": "me"})["VersionId"]
    aws.s3.put_object(Bucket="kept", Key="twice", Body=b"second")
    aws.s3.put_object(Bucket="kept", Key="gone", Body=b"under a marker")
    aws.s3.delete_object(Bucket="kept", Key="gone")
    aws.s3.put_object(Bucket="lake", Key="big", Body=BIG)
    aws.s3.put_object(Bucket="lake", Key="empty", Body=b"")
    aws.s3.create_multipart_upload(Bucket="lake", Key="never finished")
    trust = {"Statement": [], "Version": "2012-10-17"}
    role = aws.iam.create_role(RoleName="keeper", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    executed = execute(aws, role)
    machine = aws.machines.describe_execution(executionArn=executed)["stateMachineArn"]
    aws.kinesis.create_stream(StreamName="kept", ShardCount=1)
    put = aws.kinesis.put_record(StreamName="kept", Data=b"1", PartitionKey="k")["SequenceNumber"]
    aws.events.put_rule(Name="rule", EventPattern='{"source": ["lake"]}')
    aws.events.put_targets(Rule="rule", Targets=[{"Id": "t", "Arn": machine, "RoleArn": role}])

    aws.glue.create_database(DatabaseInput={"Name": "d"})
    parted = "format = 'parquet', external_location = 's3://lake/h/', partitioned_by = array['p']"
    aws.sql(f"create table d.h with ({parted}) as select 1 as n, 'a' as p union all select 2, 'b'")
    aws.sql(
        "create table d.i with (table_type = 'ICEBERG', is_external = false, location = 's3://lake/i/') as select 1 as n"
    )
    aws.sql("insert into d.i values (2)")
    aws.sql("create view d.v as select sum(n) as n from d.i")
    ((snapshot,),) = aws.sql('select snapshot_id from d."i$snapshots" order by committed_at limit 1')
    arn = aws.s3_tables.create_table_bucket(name="tabled")["arn"]
    aws.s3_tables.create_namespace(tableBucketARN=arn, namespace=["ns"])

    aws.athena.create_work_group(Name="w", Configuration={"ResultConfiguration": {"OutputLocation": "s3://results/w/"}})
    aws.athena.create_prepared_statement(StatementName="plus", WorkGroup="w", QueryStatement="select ? + 1")
    named = aws.athena.create_named_query(Name="n", Database="d", QueryString="select 1")["NamedQueryId"]
    answered = run_sql(aws.athena, "select n from d.h order by n", "s3://results/")["QueryExecutionId"]
    failed = run_sql(aws.athena, "select * from d.nothing", "s3://results/")["QueryExecutionId"]
    ids = {"named": named, "answered": answered, "failed": failed, "executed": executed, "put": put}
    return {"first": first, "snapshot": snapshot, **ids}


def execute(aws: Aws, role: str) -> str:
    """An execution of a state machine, which has logged: it holds the client that it did it with."""
    aws.logs.create_log_group(logGroupName="log")
    group = "arn:aws:logs:us-east-1:000000000000:log-group:log:*"
    machine = aws.machines.create_state_machine(
        name="machine",
        definition=json.dumps({"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": 7, "End": True}}}),
        roleArn=role,
        loggingConfiguration={"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]},
    )["stateMachineArn"]
    execution = str(aws.machines.start_execution(stateMachineArn=machine)["executionArn"])
    while aws.machines.describe_execution(executionArn=execution)["status"] == "RUNNING":
        """It ends."""
    return execution


def look(aws: Aws, made: dict[str, Any]) -> None:
    """It is all there."""
    assert (aws.text("twice"), aws.text("twice", VersionId=made["first"])) == ("second", "first")
    assert aws.s3.head_object(Bucket="kept", Key="twice", VersionId=made["first"])["Metadata"] == {"by": "me"}
    with pytest.raises(ClientError, match="404"):
        aws.s3.head_object(Bucket="kept", Key="gone")
    assert json.loads(aws.s3.get_bucket_policy(Bucket="kept")["Policy"]) == POLICY
    assert aws.s3.get_bucket_lifecycle_configuration(Bucket="kept")["Rules"] == LIFECYCLE["Rules"]
    assert aws.s3.get_object(Bucket="lake", Key="big", Range="bytes=5-9")["Body"].read() == BIG[5:10]
    assert aws.s3.get_object(Bucket="lake", Key="empty")["Body"].read() == b""
    assert "Uploads" not in aws.s3.list_multipart_uploads(Bucket="lake")
    assert aws.iam.get_role(RoleName="keeper")["Role"]["RoleName"] == "keeper"
    assert aws.machines.describe_execution(executionArn=made["executed"])["output"] == "7"
    assert aws.machines.get_execution_history(executionArn=made["executed"])["events"]
    start = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": made["put"]}
    iterator = aws.kinesis.get_shard_iterator(StreamName="kept", ShardId="shardId-000000000000", **start)[
        "ShardIterator"
    ]
    assert [one["Data"] for one in aws.kinesis.get_records(ShardIterator=iterator)["Records"]] == [b"1"]
    again = aws.kinesis.put_record(StreamName="kept", Data=b"2", PartitionKey="k")["SequenceNumber"]
    assert int(again) > int(made["put"])
    aws.events.put_events(Entries=[{"Source": "lake", "DetailType": "tick", "Detail": "{}"}])
    machine = aws.machines.describe_execution(executionArn=made["executed"])["stateMachineArn"]
    while len(aws.machines.list_executions(stateMachineArn=machine)["executions"]) < 2:
        """The rule is still there, and starts another."""

    assert aws.sql("select n, p from d.h order by n") == [["1", "a"], ["2", "b"]]
    assert aws.sql("select n from d.i order by n") == [["1"], ["2"]]
    assert aws.sql(f"select n from d.i for version as of {made['snapshot']}") == [["1"]]
    assert aws.sql("select n from d.v") == [["3"]]
    assert [bucket["name"] for bucket in aws.s3_tables.list_table_buckets()["tableBuckets"]] == ["tabled"]

    group = aws.athena.get_work_group(WorkGroup="w")["WorkGroup"]
    assert group["Configuration"]["ResultConfiguration"]["OutputLocation"] == "s3://results/w/"
    prepared = aws.athena.get_prepared_statement(StatementName="plus", WorkGroup="w")["PreparedStatement"]
    assert prepared["QueryStatement"] == "select ? + 1"
    assert aws.athena.get_named_query(NamedQueryId=made["named"])["NamedQuery"]["QueryString"] == "select 1"
    assert aws.rows(made["answered"]) == [["1"], ["2"]]
    status = aws.athena.get_query_execution(QueryExecutionId=made["failed"])["QueryExecution"]["Status"]
    assert (status["State"], status["AthenaError"]["ErrorCategory"]) == ("FAILED", 2)
    assert "TABLE_NOT_FOUND" in status["StateChangeReason"]


def change(aws: Aws) -> None:
    """Contents that came from the saved state are written over, copied onto themselves, removed, and left alone."""
    aws.s3.put_object(Bucket="kept", Key="twice", Body=b"third")
    aws.s3.put_object(Bucket="lake", Key="empty", Body=b"no more")
    aws.s3.copy_object(
        Bucket="lake", Key="big", CopySource="lake/big", MetadataDirective="REPLACE", Metadata={"as": "it was"}
    )
    aws.sql("insert into d.i values (3)")
    aws.sql("insert into d.h values (3, 'a')")
    aws.sql("drop view d.v")


def look_again(aws: Aws) -> None:
    """It is all there as it was changed."""
    assert aws.text("twice") == "third"
    big = aws.s3.get_object(Bucket="lake", Key="big")
    assert (big["Body"].read(), big["Metadata"]) == (BIG, {"as": "it was"})
    assert aws.s3.get_object(Bucket="lake", Key="empty")["Body"].read() == b"no more"
    assert aws.sql("select n from d.i order by n") == [["1"], ["2"], ["3"]]
    assert aws.sql("select n, p from d.h order by n") == [["1", "a"], ["2", "b"], ["3", "a"]]
    assert [table["Name"] for table in aws.glue.get_tables(DatabaseName="d")["TableList"]] == ["h", "i"]


def test_a_state_that_cannot_be_loaded_ends_the_emulator_and_stays(settings: Settings) -> None:
    (site_packages,) = VENV.glob("lib/python3.*/site-packages")
    state, memory = saved.of(settings), pickle.dumps({"s3": b"no pickle"})
    state.make()
    state.replace(Header(saved.stamp(site_packages), "today", saved.digest(memory), ["s3"]), memory)
    with pytest.raises(EmulatorError, match=r"could not be loaded: UnpicklingError.*\n.*`just forget` removes it"):
        up(settings)
    assert host.pid(settings) is None
    assert not host.health.port_taken(settings)
    assert state.payload() == memory


def test_a_state_that_cannot_be_saved_is_told_and_the_one_before_stays(settings: Settings) -> None:
    aws, _ = up(settings)
    aws.s3.create_bucket(Bucket="kept")
    state = saved.of(settings)
    state.folder.write_text("a file where a folder is to be")
    with pytest.raises(EmulatorError, match=r"is down .* Its state was not saved: .*Error"):
        host.down(settings)
    assert host.pid(settings) is None
    state.folder.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 MB, whose files nothing else changes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("a file system of one's own is root's to mount")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_state_before_stays(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(port=free_port(), state=small_disk / "emulator")
    state = saved.of(settings)
    (site_packages,) = VENV.glob("lib/python3.*/site-packages")
    memory = pickle.dumps({})
    state.make()
    (state.objects / "one").write_bytes(b"content")
    before = Header(saved.stamp(site_packages), "today", saved.digest(memory), [], objects={"one": 7})
    state.replace(before, memory)
    aws, said = up(settings)
    assert "It goes on from the saved state: today" in said
    try:
        aws.s3.create_bucket(Bucket="kept")
        aws.s3.put_object(Bucket="kept", Key="more", Body=os.urandom(100_000))
        with pytest.raises(OSError, match="No space left"), (small_disk / "full").open("wb", buffering=0) as full:
            while True:
                full.write(bytes(4096))
    finally:
        assert cli(["down", f"port={settings.port}"], settings) == 1
    told = capsys.readouterr()
    assert told.out == f"Saving the state in {state.folder} ...\n"
    assert "Its state was not saved: " in told.err
    assert "No space left on device" in told.err
    assert (
        f"That is in {state.folder}, whose disk has 0.0 MB free.\nThe state before is still there: today, 1 objects"
        in told.err
    )
    assert "Traceback" not in told.err
    assert host.pid(settings) is None
    assert state.check(before.stamp) == before
    assert [path.name for path in state.objects.iterdir()] == ["one"]


def cli(words: list[str], settings: Settings) -> int:
    """The exit code of a command as typed, for an emulator whose state lies where that of *settings* does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "parse", lambda words: settings)
        return main.main(words)
