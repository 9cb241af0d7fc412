"""The journal: every permission of every caller, written once a cause, by many threads at once."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local_iam import journal
from local_iam.athena import implied
from local_iam.guard import Guard
from local_iam.journal import Journal
from local_iam.permissions import Call, Permission
from local_iam.principal import Principal

RUNNER = Principal.session("000000000000", "runner", "me")
QUERY = {"query": "1", "sql": "select 1"}


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard(Journal(tmp_path / "iam" / "calls.jsonl"))


def entries(guard: Guard) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(guard.journal.read()).splitlines()]


def test_a_call_of_a_query_brings_those_that_athena_makes_besides(guard: Guard) -> None:
    guard.pass_(RUNNER, Call("s3", "PutObject", {"Bucket": "b", "Key": "k"}), QUERY)
    found = {(entry["action"], entry["resource"]): entry for entry in entries(guard)}
    assert set(found) == {
        ("s3:PutObject", "arn:aws:s3:::b/k"),
        ("s3:AbortMultipartUpload", "arn:aws:s3:::b/k"),
        ("s3:ListMultipartUploadParts", "arn:aws:s3:::b/k"),
        ("s3:ListBucket", "arn:aws:s3:::b"),
        ("s3:GetBucketLocation", "arn:aws:s3:::b"),
        ("s3:ListBucketMultipartUploads", "arn:aws:s3:::b"),
    }
    assert all(entry["cause"] == QUERY and entry["by"] == RUNNER.arn for entry in found.values())
    assert [action for (action, _), entry in found.items() if "source" not in entry] == ["s3:PutObject"]


def test_a_call_of_the_callers_own_brings_none(guard: Guard) -> None:
    guard.pass_(RUNNER, Call("s3", "PutObject", {"Bucket": "b", "Key": "k"}))
    assert [entry["action"] for entry in entries(guard)] == ["s3:PutObject"]


def test_a_table_brings_its_database_and_the_default_one() -> None:
    arn = "arn:aws:glue:us-east-1:000000000000"
    found = {
        (permission.action, permission.resource)
        for permission, _ in implied([Permission("glue:GetTable", f"{arn}:table/d/t")])
    }
    assert found == {("glue:GetDatabase", f"{arn}:{end}") for end in ("catalog", "database/d", "database/default")}


def test_a_state_machine_that_logs_will_ask_with_its_own_role(guard: Guard) -> None:
    role = "arn:aws:iam::000000000000:role/service/pipeline"
    machine = {"name": "m", "roleArn": role, "loggingConfiguration": {"level": "ALL"}}
    guard.pass_(Principal.root("000000000000"), Call("stepfunctions", "CreateStateMachine", machine))
    later = [entry for entry in entries(guard) if ":assumed-role/pipeline/" in entry["by"]]
    assert "logs:CreateLogDelivery" in {entry["action"] for entry in later}
    assert all(entry["source"].startswith("https://docs.aws.amazon.com/step-functions/") for entry in later)


def test_a_call_that_is_not_known_is_written_down_as_such(guard: Guard) -> None:
    guard.pass_(RUNNER, Call("s3", "FrobnicateBucket", {"Bucket": "b"}))
    (entry,) = entries(guard)
    assert entry["unknown"].startswith("s3:FrobnicateBucket is no action of IAM's")


def test_the_same_call_again_is_not_written_again_and_another_cause_is(guard: Guard) -> None:
    call = Call("s3", "GetObject", {"Bucket": "b", "Key": "k"})
    for _ in range(3):
        guard.pass_(RUNNER, call)
    guard.pass_(RUNNER, call, QUERY)
    assert len([entry for entry in entries(guard) if entry["action"] == "s3:GetObject"]) == 2


def test_no_line_is_lost_or_torn_when_many_threads_write(guard: Guard) -> None:
    with ThreadPoolExecutor(8) as pool:
        for key in range(2000):
            pool.submit(guard.pass_, RUNNER, Call("s3", "GetObject", {"Bucket": "b", "Key": str(key)}))
    assert {entry["resource"] for entry in entries(guard)} == {f"arn:aws:s3:::b/{key}" for key in range(2000)}


def test_a_long_run_is_written_down_in_between(guard: Guard) -> None:
    for key in range(10_050):
        guard.pass_(RUNNER, Call("sts", "AssumeRole", {"RoleArn": f"arn:aws:iam::000000000000:role/{key}"}))
    deadline = time.monotonic() + 60
    while not guard.journal.path.stat().st_size:
        assert time.monotonic() < deadline
    assert len(entries(guard)) == 10_050


def test_what_is_written_down_in_between_is_so_by_one_thread_in_parts(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_BACKLOG", 10)
    monkeypatch.setattr(journal, "_AT_ONCE", 3)
    threads: set[str] = set()
    parts: list[int] = []
    work = guard.journal._work

    def counted(most: int) -> None:
        before = len(guard.journal._backlog)
        work(most)
        parts.append(before - len(guard.journal._backlog))

    monkeypatch.setattr(guard.journal, "_work", counted)
    done = threading.Event()
    go = threading.Event()

    def first() -> None:
        assert go.wait(60)
        threads.add(str(threading.get_ident()))

    guard.journal.later(first)
    for _ in range(30):
        guard.journal.later(lambda: threads.add(str(threading.get_ident())))
    guard.journal.later(done.set)
    go.set()
    assert done.wait(60)
    assert len(threads) == 1
    assert max(parts) <= 3


def test_a_call_that_could_not_be_written_down_does_not_go_unnoticed(guard: Guard) -> None:
    guard.journal.later(lambda: guard.journal.write(by=object()))
    guard.pass_(RUNNER, Call("s3", "GetObject", {"Bucket": "b", "Key": "later"}))
    for _ in range(2):
        with pytest.raises(TypeError, match="not JSON serializable"):
            guard.journal.read()


def test_the_journal_keeps_its_size_and_counts_what_is_lost(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.jsonl", max_bytes=200)

    def numbers() -> list[int]:
        return [json.loads(line)["number"] for line in b"".join(journal.read()).splitlines()]

    written = 0
    while not journal.lost:
        written += 1
        journal.write(number=written, padding="x" * 20)
        assert numbers() == list(range(journal.lost + 1, written + 1))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400
    assert written > 6
    journal.write(number=1, padding="x" * 20)
    assert numbers()[-1] == 1, "what was lost is written again when it happens again"


def test_reading_is_of_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.jsonl", max_bytes=200)
    journal.write(number=1)
    reading = journal.read()
    for number in range(2, 60):
        journal.write(number=number)
    assert b"".join(reading) == b'{"number":1}\n'


def test_an_earlier_journal_is_not_this_ones(tmp_path: Path) -> None:
    Journal(tmp_path / "calls.jsonl", max_bytes=1).write(number=1)
    first = Journal(tmp_path / "calls.jsonl", max_bytes=1)
    assert b"".join(first.read()) == b""


GLUE = "arn:aws:glue:us-east-1:000000000000"
ABOVE = {("glue:GetDatabase", f"{GLUE}:{end}") for end in ("catalog", "database/d", "database/default")}


def of_table(*actions: str) -> set[tuple[str, str]]:
    return {(action, f"{GLUE}:{end}") for action in actions for end in ("catalog", "database/d", "table/d/t")}


@pytest.mark.parametrize(
    ("sql", "operation", "parameters", "expected"),
    [
        (
            "DROP  TABLE if exists d.t",
            "GetPartitions",
            {"DatabaseName": "d", "TableName": "t"},
            of_table("glue:GetPartitions", "glue:GetPartition", "glue:DeletePartition"),
        ),
        *(
            (
                f"{statement} from d.t",
                "GetPartitions",
                {"DatabaseName": "d", "TableName": "t"},
                of_table("glue:GetPartitions", "glue:GetPartition", "glue:BatchGetPartition"),
            )
            for statement in ("select *", "(select *", "INSERT into d.x select *", "merge into d.x using", "delete")
        ),
        (
            "insert into d.t values (1, 'monday')",
            "BatchCreatePartition",
            {"DatabaseName": "d", "TableName": "t", "PartitionInputList": []},
            of_table("glue:BatchCreatePartition", "glue:GetPartition"),
        ),
        (
            "alter table d.t add partition (day = 'monday')",
            "BatchCreatePartition",
            {"DatabaseName": "d", "TableName": "t", "PartitionInputList": []},
            of_table("glue:BatchCreatePartition"),
        ),
        ("drop table d.t", "DeleteTable", {"DatabaseName": "d", "Name": "t"}, of_table("glue:DeleteTable") | ABOVE),
        (
            "create table d.t as select 1 as a",
            "CreateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t"}},
            of_table("glue:CreateTable", "glue:GetTable") | ABOVE,
        ),
        (
            "drop database d cascade",
            "DeleteDatabase",
            {"Name": "d"},
            {
                ("glue:DeleteDatabase", f"{GLUE}:{end}")
                for end in ("catalog", "database/d", "table/d/*", "userDefinedFunction/d/*")
            }
            | {
                (action, f"{GLUE}:{end}")
                for action in ("glue:GetTables", "glue:GetTable", "glue:DeleteTable")
                for end in ("catalog", "database/d", "table/d/*")
            }
            | ABOVE,
        ),
        (
            "show databases",
            "GetDatabases",
            {},
            {("glue:GetDatabases", f"{GLUE}:catalog")}
            | {("glue:GetDatabase", f"{GLUE}:{end}") for end in ("catalog", "database/default")},
        ),
    ],
)
def test_a_statement_needs_what_athenas_page_of_examples_lists(
    guard: Guard, sql: str, operation: str, parameters: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html"""
    guard.pass_(RUNNER, Call("glue", operation, parameters), {"query": "1", "sql": sql})
    assert {(entry["action"], entry["resource"]) for entry in entries(guard)} == expected


KEY = "arn:aws:kms:us-east-1:000000000000:key/1"
OTHER = "arn:aws:kms:us-east-1:000000000000:key/2"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (Call("s3", "GetObject", {"Bucket": "b", "Key": "k"}, key_of_source=KEY), {("kms:Decrypt", KEY)}),
        (Call("s3", "PutObject", {"Bucket": "b", "Key": "k"}, key=KEY), {("kms:GenerateDataKey", KEY)}),
        (
            Call("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, key=KEY),
            {("kms:GenerateDataKey", KEY), ("kms:Decrypt", KEY)},
        ),
        (
            Call("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "b/x"}, key=KEY, key_of_source=OTHER),
            {("kms:GenerateDataKey", KEY), ("kms:Decrypt", OTHER)},
        ),
        (Call("s3", "DeleteObject", {"Bucket": "b", "Key": "k"}, key=KEY, key_of_source=KEY), set()),
        (
            Call("lambda", "UpdateFunctionConfiguration", {"FunctionName": "f"}, key=KEY),
            {("kms:CreateGrant", KEY), ("kms:Encrypt", KEY)},
        ),
        (
            Call("sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:t"}, key=KEY),
            {("kms:GenerateDataKey", KEY), ("kms:Decrypt", KEY)},
        ),
        (Call("kinesis", "PutRecords", {"StreamName": "s"}, key=KEY), {("kms:GenerateDataKey", KEY)}),
    ],
    ids=lambda each: str(each) if isinstance(each, Call) else "",
)
def test_a_customers_key_is_used_with_the_callers_permissions(
    guard: Guard, call: Call, expected: set[tuple[str, str]]
) -> None:
    guard.pass_(RUNNER, call)
    found = [entry for entry in entries(guard) if entry["action"].startswith("kms:")]
    assert {(entry["action"], entry["resource"]) for entry in found} == expected
    for entry in found:
        assert entry["context"]["kms:ViaService"] == f"{call.prefix}.us-east-1.amazonaws.com"
        assert entry["source"].startswith("https://docs.aws.amazon.com/")


def test_athena_decrypts_the_parts_that_it_has_written(guard: Guard) -> None:
    put = Call("s3", "PutObject", {"Bucket": "b", "Key": "k"}, key=KEY)
    guard.pass_(RUNNER, put, {"query": "1", "sql": "insert into d.t values (1)"})
    assert {entry["action"] for entry in entries(guard) if entry["resource"] == KEY} == {
        "kms:GenerateDataKey",
        "kms:Decrypt",
    }
