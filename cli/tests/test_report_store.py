"""Reading a run and asking Athena for it: nothing dear, and one message when there is nothing. No AWS."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lakeloop.errors import UserError
from lakeloop.report.samples import samples
from lakeloop.report.store import Runs


class Bucket:
    """The part of an S3 client that is used, over a dictionary."""

    def __init__(self, objects: dict[str, Any], code: str = "NoSuchKey") -> None:
        self.objects, self.code = objects, code

    def get_object(self, **asked: str) -> dict[str, Any]:
        if asked["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": self.code}}, "GetObject")
        found = self.objects[asked["Key"]]
        return {"Body": io.BytesIO((found if isinstance(found, str) else json.dumps(found)).encode())}


class Athena:
    """Refuses every query, and keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def start_query_execution(self, **asked: Any) -> None:
        self.sent.append(asked["QueryString"])
        raise ClientError({"Error": {"Code": "InvalidRequestException", "Message": "not today"}}, "StartQueryExecution")


def test_a_run_that_is_not_there_is_one_message():
    runs = Runs(
        Bucket({"runs/index.json": [{"run_id": "the-last"}], "runs/old/summary.json": {"status": "success"}}), "b"
    )
    with pytest.raises(
        UserError, match=r"no run nowhere.*s3://b/runs/nowhere/summary\.json\. The last runs are the-last"
    ):
        runs.summary("nowhere")
    with pytest.raises(UserError, match="run old was made by a runner that kept no account"):
        runs.summary("old")
    with pytest.raises(UserError, match=r"s3://b/runs/index\.json cannot be read"):
        Runs(Bucket({}, "AccessDenied"), "b").index()
    assert Runs(Bucket({}), "b").index() == []
    assert runs.summaries(["nowhere", "old"]) == []


def asked(failed: list[tuple[str, int]], kept: bool = True) -> tuple[dict[str, dict[str, Any]], list[str]]:
    athena, key = Athena(), "runs/r/compiled/t.sql"
    run = {
        "failed": [
            {"unique_id": name, "status": "fail", "compiled_path": f"s3://b/{key}" if kept else None}
            for name, _ in failed
        ],
        "nodes": [{"unique_id": name, "bytes_scanned": scanned} for name, scanned in failed],
    }
    runs = Runs(Bucket({key: "with a as (select 1 as n) select * from a -- one;\n"}), "b")
    return samples(run, {}, runs, athena, workgroup="w", database="d"), athena.sent


def test_what_a_failed_test_asks_again_is_limited():
    found, sent = asked(
        [("test.p.small", 1024), ("test.p.large", 1024**3 + 1), ("model.p.m", 0), ("unit_test.p.m.u", 0)]
    )
    assert sent == ["select * from (\nwith a as (select 1 as n) select * from a -- one\n) limit 5"]
    assert found.keys() == {"test.p.small", "test.p.large"}
    assert found["test.p.small"] == {"reason": "Athena refuses the query: not today"}
    assert found["test.p.large"]["reason"].startswith("Not asked again: the test scans 1.0 GB. Its SQL: s3://b/runs/r/")


def test_no_more_than_ten_tests_are_asked_again():
    found, sent = asked([(f"test.p.t{number}", 0) for number in range(15)])
    assert (len(sent), len(found)) == (10, 15)
    assert found["test.p.t14"] == {"reason": "Only the first 10 tests are asked again."}


def test_a_test_whose_sql_was_not_kept_says_so():
    found, sent = asked([("test.p.t", 0)], kept=False)
    assert (found["test.p.t"], sent) == ({"reason": "The test's compiled SQL was not kept."}, [])
