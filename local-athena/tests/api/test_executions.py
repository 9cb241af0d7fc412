from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.api.helpers import OUTPUT, Run, finished, rows
from tests.api.standin import CTAS, SLOW, StandIn

from local_athena.errors import AthenaError, HiveError
from local_athena.model import QueryContext
from local_athena.queries import lanes
from local_athena.queries.execution import QueryExecution, Submission


def refused(code: str, call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == code
    return str(error["Message"])


def test_a_select_ends_with_its_result_and_files(run: Run, athena: Any, aws: Any) -> None:
    execution = run(
        "select 1 as x, 'a' as y, cast(null as varchar) as z", QueryExecutionContext={"Database": "nowhere"}
    )
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["QueryExecutionContext"] == {"Database": "nowhere"}
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    statistics = execution["Statistics"]
    assert statistics["DataScannedInBytes"] == 7
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["EngineExecutionTimeInMillis"] >= 0
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}
    query_id = execution["QueryExecutionId"]
    assert execution["ResultConfiguration"]["OutputLocation"] == f"{OUTPUT}{query_id}.csv"

    answer = athena.get_query_results(QueryExecutionId=query_id)
    assert rows(answer) == [["x", "y", "z"], ["1", "a", None]]
    info = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(c["Name"], c["Type"], c["Precision"], c["Nullable"]) for c in info] == [
        ("x", "integer", 10, "UNKNOWN"),
        ("y", "varchar", 2147483647, "UNKNOWN"),
        ("z", "varchar", 2147483647, "UNKNOWN"),
    ]
    files = [o["Key"] for o in aws.s3.list_objects_v2(Bucket="results")["Contents"]]
    assert files == [f"out/{query_id}.csv", f"out/{query_id}.csv.metadata"]
    assert aws.s3.get_object(Bucket="results", Key=files[0])["Body"].read() == b'"x","y","z"\n"1","a",\n'


def test_an_error_has_its_code_s_type_and_explain_its_file(run: Run) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/error-reference.html."""
    failed = run("unread")["Status"]["AthenaError"]
    assert (failed["ErrorCategory"], failed["ErrorType"], failed["Retryable"]) == (2, 1200, False)
    assert AthenaError("TABLE_NOT_FOUND", "x").type == AthenaError("SCHEMA_NOT_FOUND", "x").type == 1301
    assert AthenaError("SYNTAX_ERROR", "x").type == 1006
    measured = {"INVALID_CAST_ARGUMENT": 1100, "INVALID_FUNCTION_ARGUMENT": 1106, "TABLE_ALREADY_EXISTS": 1110}
    assert {code: AthenaError(code, "x").type for code in measured} == measured
    for sql, suffix in (("explain unread", ".txt"), ("select unread", ".csv")):
        assert run(sql)["ResultConfiguration"]["OutputLocation"].endswith(suffix)


def test_what_cannot_be_planned_fails_and_what_cannot_be_read_is_not_started(run: Run, athena: Any) -> None:
    failed = run("unread")["Status"]
    assert failed["State"] == "FAILED"
    assert "NOT_SUPPORTED" in failed["StateChangeReason"]
    before = athena.list_query_executions()["QueryExecutionIds"]
    arguments = {
        "QueryString": "syntax error",
        "ResultConfiguration": {"OutputLocation": OUTPUT},
        "ClientRequestToken": str(uuid.uuid4()),
    }
    for _ in range(2):  # the token of a refused request is free
        message = refused("InvalidRequestException", athena.start_query_execution, **arguments)
        assert "mismatched input" in message
    assert athena.list_query_executions()["QueryExecutionIds"] == before


def test_managed_results_are_paged_and_lie_nowhere_that_a_client_learns(run: Run, athena: Any, aws: Any) -> None:
    managed = {"ManagedQueryResultsConfiguration": {"Enabled": True}}
    athena.create_work_group(Name="managed", Configuration=managed)
    execution = run("select 1 as x", output=None, WorkGroup="managed")
    assert execution["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert "ResultConfiguration" not in execution
    assert rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])) == [["x"], ["1"]]
    assert "Contents" not in aws.s3.list_objects_v2(Bucket="results")
    manifest = run(CTAS, output=None, WorkGroup="managed")["Statistics"].get("DataManifestLocation")
    assert manifest is None
    message = refused(
        "InvalidRequestException",
        athena.start_query_execution,
        QueryString="select 1",
        WorkGroup="managed",
        ResultConfiguration={"OutputLocation": OUTPUT},
    )
    assert "managed query results" in message
    updates = {"ManagedQueryResultsConfigurationUpdates": {"Enabled": False}}
    athena.update_work_group(WorkGroup="managed", ConfigurationUpdates=updates)
    assert run("select 1 as x", WorkGroup="managed")["ResultConfiguration"]["OutputLocation"].startswith(OUTPUT)


def test_ddl_answers_lines_without_a_header(run: Run, athena: Any, aws: Any) -> None:
    execution = run("show tables")
    assert (execution["StatementType"], execution["SubstatementType"]) == ("UTILITY", "SHOW")
    assert rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])) == [["a"], ["b"]]
    location = execution["ResultConfiguration"]["OutputLocation"]
    assert location.endswith(".txt")
    assert aws.s3.get_object(Bucket="results", Key=location.removeprefix("s3://results/"))["Body"].read() == b"a\nb"


def test_ctas_answers_a_count_and_a_manifest(run: Run, athena: Any, aws: Any) -> None:
    execution = run(CTAS)
    query_id = execution["QueryExecutionId"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    answer = athena.get_query_results(QueryExecutionId=query_id)
    assert (answer["UpdateCount"], rows(answer)) == (1, [])
    assert [c["Name"] for c in answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]] == ["rows"]
    manifest = execution["Statistics"]["DataManifestLocation"]
    assert manifest == f"{OUTPUT}tables/{query_id}-manifest.csv"
    body = aws.s3.get_object(Bucket="results", Key=manifest.removeprefix("s3://results/"))["Body"].read()
    assert body == b"s3://results/t/1.parquet"


def test_a_failed_query_says_why(run: Run, athena: Any) -> None:
    execution = run("select nothing_such")
    status = execution["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("COLUMN_NOT_FOUND: ")
    error = status["AthenaError"]
    assert (error["ErrorCategory"], error["Retryable"]) == (2, False)
    assert error["ErrorMessage"] == status["StateChangeReason"]
    message = refused(
        "InvalidRequestException", athena.get_query_results, QueryExecutionId=execution["QueryExecutionId"]
    )
    assert message == "Query did not finish successfully. Final query state: FAILED"
    assert execution["SubstatementType"] == "SELECT"


def test_ddl_that_failed_leaves_its_reason_and_has_an_empty_result(run: Run, athena: Any, aws: Any) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md."""
    execution = run("drop table gone")
    query_id, reason = execution["QueryExecutionId"], "FAILED: SemanticException [Error 10001]: Table not found gone"
    assert execution["Status"]["StateChangeReason"] == reason
    assert execution["SubstatementType"] == "DROP_TABLE"
    assert athena.get_query_results(QueryExecutionId=query_id)["ResultSet"] == {"Rows": []}
    (found,) = aws.s3.list_objects_v2(Bucket="results")["Contents"]
    assert found["Key"] == f"out/{query_id}.txt"
    assert aws.s3.get_object(Bucket="results", Key=found["Key"])["Body"].read() == reason.encode()


def test_ddl_that_iceberg_refuses_leaves_nothing(run: Run, athena: Any, aws: Any) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md."""
    execution = run("alter table iceberg")
    status, words = execution["Status"], "Query type not supported by Athena Iceberg at this time"
    assert (status["StateChangeReason"], status["AthenaError"]["ErrorType"]) == (words, 1200)
    assert refused(
        "InvalidRequestException", athena.get_query_results, QueryExecutionId=execution["QueryExecutionId"]
    ) == ("Could not find results")
    assert "Contents" not in aws.s3.list_objects_v2(Bucket="results")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("create table x as select nothing_such", ". You may need to manually clean the data at location '{}tables/{}' before retrying. Athena will not delete data in your account."),
        ("insert into x select nothing_such", ". If a data manifest file was generated at '{}{}-manifest.csv', you may need to manually clean the data from locations specified in the manifest. Athena will not delete data in your account."),
    ],
)  # fmt: skip
def test_what_failed_to_write_says_what_may_be_left(run: Run, sql: str, words: str) -> None:
    execution = run(sql)
    status = execution["Status"]
    assert status["StateChangeReason"].endswith(words.format(OUTPUT, execution["QueryExecutionId"]))
    assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]


def test_a_defect_fails_the_query_and_is_not_retryable(run: Run) -> None:
    error = run("defect")["Status"]["AthenaError"]
    assert (error["ErrorCategory"], error["Retryable"]) == (1, False)
    assert "ZeroDivisionError" in error["ErrorMessage"]


def test_what_does_not_parse_is_refused_and_leaves_no_query(athena: Any) -> None:
    message = refused(
        "InvalidRequestException",
        athena.start_query_execution,
        QueryString="syntax error",
        ResultConfiguration={"OutputLocation": OUTPUT},
    )
    assert message == "line 1:1: mismatched input 'syntax'"
    assert athena.list_query_executions()["QueryExecutionIds"] == []


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("-- only", "line 1:8: mismatched input '<EOF>'"),
        ("/* only */", "line 1:11: mismatched input '<EOF>'"),
        (" ; ", "Empty sql statement:  ;"),
        ("select 1; -- c", "Only one sql statement is allowed. Got: select 1; -- c"),
        ("  SELECT  1; /* c */ \n", "Only one sql statement is allowed. Got:   SELECT  1; /* c */"),
        ("select 1;select 2", "Only one sql statement is allowed. Got: select 1;select 2"),
        ("select 'a;b'; -- c", "Only one sql statement is allowed."),
        ("selec 1; -- c", "Only one sql statement is allowed."),
    ],
)
def test_what_is_not_one_statement_is_refused(athena: Any, sql: str, message: str) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#17, #228, #240)."""
    output = {"OutputLocation": OUTPUT}
    assert refused(
        "InvalidRequestException", athena.start_query_execution, QueryString=sql, ResultConfiguration=output
    ).startswith(message)


@pytest.mark.parametrize(
    ("sql", "query"),
    [
        (" \n select 1 as x ", "select 1 as x"),
        ("select 1 as x ; ;\r\n", "select 1 as x"),
        (" ;select 1 as x", "select 1 as x"),
        ("-- c;\nselect\n 1 as x ;", "-- c;\nselect\n 1 as x"),
        ("select 1 as x -- a;b", "select 1 as x -- a;b"),
        ("select ';' as x;", "select ';' as x"),
    ],
)
def test_a_query_is_shown_without_what_stands_around_it(run: Run, sql: str, query: str) -> None:
    execution = run(sql)
    assert (execution["Query"], execution["Status"]["State"]) == (query, "SUCCEEDED")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "No output location provided"),
        ({"ResultConfiguration": {"OutputLocation": "results/out"}}, "not a valid S3 path"),
        ({"ResultConfiguration": {"OutputLocation": "s3://nowhere/out"}}, "output bucket nowhere"),
        ({"WorkGroup": "missing"}, "WorkGroup is not found."),
        ({"WorkGroup": "no good"}, "workGroup"),
        ({"ClientRequestToken": "x" * 32, "QueryString": "s" * 262145}, "queryString"),
    ],
)
def test_a_bad_start_is_refused(athena: Any, arguments: dict[str, Any], words: str) -> None:
    given = {"QueryString": "select 1", **arguments}
    assert words in refused("InvalidRequestException", athena.start_query_execution, **given)


def test_the_same_token_is_the_same_query(athena: Any, engine: StandIn) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/client-request-token.md."""
    start, context = athena.start_query_execution, {"Catalog": "AwsDataCatalog", "Database": "d"}
    given = {
        "QueryString": "select ?",
        "QueryExecutionContext": context,
        "ResultConfiguration": {"OutputLocation": OUTPUT},
        "ClientRequestToken": str(uuid.uuid4()),
    }
    first = start(**given, ExecutionParameters=["1"])["QueryExecutionId"]
    athena.create_work_group(Name="other")
    for same in ({}, {"ExecutionParameters": ["2"]}, {"WorkGroup": "other"}):
        assert start(**given | same)["QueryExecutionId"] == first
    finished(athena, first)
    assert len(engine.executed) == 1
    for other in (
        {"QueryString": "select ?;"},
        {"QueryExecutionContext": {**context, "Database": "e"}},
        {"QueryExecutionContext": {**context, "Catalog": "awsdatacatalog"}},
        {"QueryExecutionContext": {"Catalog": "AwsDataCatalog"}},
        {"ResultConfiguration": {"OutputLocation": "s3://results/elsewhere/"}},
    ):
        with pytest.raises(ClientError, match="Idempotent parameters do not match") as caught:
            start(**given | other)
        assert caught.value.response["AthenaErrorCode"] == "IDEMPOTENT_PARAMETER_MISMATCH"
    for wrong, words in (
        ({"QueryString": "syntax error"}, "mismatched input"),
        ({"ResultConfiguration": {"OutputLocation": "nowhere"}}, "outputLocation is not a valid S3 path."),
    ):
        assert words in refused("InvalidRequestException", start, **given | wrong)


def test_a_stopped_query_is_cancelled_and_may_be_stopped_again(athena: Any) -> None:
    given = {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    query_id = athena.start_query_execution(QueryString=SLOW, **given)["QueryExecutionId"]
    assert athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"] == "RUNNING"
    assert "Current state: RUNNING" in refused(
        "InvalidRequestException", athena.get_query_results, QueryExecutionId=query_id
    )
    athena.stop_query_execution(QueryExecutionId=query_id)
    athena.stop_query_execution(QueryExecutionId=query_id)
    status = finished(athena, query_id)["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Query cancelled by user")
    assert (
        refused("InvalidRequestException", athena.get_query_results, QueryExecutionId=query_id)
        == "Could not find results"
    )


def test_stopping_a_finished_query_changes_nothing(run: Run, athena: Any) -> None:
    query_id = run("select 1")["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=query_id)
    assert finished(athena, query_id)["Status"]["State"] == "SUCCEEDED"


def test_queries_beyond_the_pool_wait_and_can_be_stopped_there(athena: Any) -> None:
    given, more = {"ResultConfiguration": {"OutputLocation": OUTPUT}}, lanes.FIRST + lanes.SECOND + 2
    ids = [athena.start_query_execution(QueryString=SLOW, **given)["QueryExecutionId"] for _ in range(more)]
    states = {e["Status"]["State"] for e in athena.batch_get_query_execution(QueryExecutionIds=ids)["QueryExecutions"]}
    assert states == {"RUNNING", "QUEUED"}
    for query_id in reversed(ids):
        athena.stop_query_execution(QueryExecutionId=query_id)
    assert {finished(athena, query_id)["Status"]["State"] for query_id in ids} == {"CANCELLED"}


def test_lists_and_batches(run: Run, athena: Any) -> None:
    ids = [run(f"select {number}")["QueryExecutionId"] for number in range(5)]
    pages = athena.get_paginator("list_query_executions").paginate(PaginationConfig={"PageSize": 2})
    assert [i for page in pages for i in page["QueryExecutionIds"]] == ids[::-1]
    batch = athena.batch_get_query_execution(QueryExecutionIds=[ids[0], "missing"])
    assert [e["QueryExecutionId"] for e in batch["QueryExecutions"]] == ids[:1]
    assert [e["QueryExecutionId"] for e in batch["UnprocessedQueryExecutionIds"]] == ["missing"]
    assert "missing" in refused("InvalidRequestException", athena.get_query_execution, QueryExecutionId="missing")


def test_runtime_statistics_are_what_was_measured(run: Run, athena: Any) -> None:
    query_id = run("select * from range(5)")["QueryExecutionId"]
    statistics = athena.get_query_runtime_statistics(QueryExecutionId=query_id)["QueryRuntimeStatistics"]
    assert statistics["Rows"]["OutputRows"] == 5
    assert statistics["Rows"]["InputBytes"] == 7
    assert statistics["Timeline"]["TotalExecutionTimeInMillis"] >= 0


def test_a_result_is_reused_only_when_asked_for_and_the_same(run: Run, athena: Any, engine: StandIn) -> None:
    reuse = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}}
    first = run("select 41 as x")
    again = run("select 41 as x", **reuse)
    assert again["QueryExecutionId"] != first["QueryExecutionId"]
    assert again["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": True}
    assert again["Statistics"]["DataScannedInBytes"] == 0
    assert again["ResultConfiguration"]["OutputLocation"] == first["ResultConfiguration"]["OutputLocation"]
    assert rows(athena.get_query_results(QueryExecutionId=again["QueryExecutionId"])) == [["x"], ["41"]]
    for sql, arguments in (("select 41 as x", {}), ("select 42 as x", reuse), ("select random() as x", reuse)):
        reused = run(sql, **arguments)["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
        assert not reused, "not asked for; never ran; differs each time"
    assert not run("select random() as x", **reuse)["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_the_byte_cutoff_cancels(run: Run, athena: Any, aws: Any) -> None:
    athena.create_work_group(
        Name="small",
        Configuration={"ResultConfiguration": {"OutputLocation": OUTPUT}, "BytesScannedCutoffPerQuery": 10_000_000},
    )
    status = run("select 'big'", output=None, WorkGroup="small")["Status"]
    assert (status["State"], "Bytes scanned limit was exceeded" in status["StateChangeReason"]) == ("CANCELLED", True)
    assert "Contents" not in aws.s3.list_objects_v2(Bucket="results")
    assert run("select 'small'", output=None, WorkGroup="small")["Status"]["State"] == "SUCCEEDED"


def test_parameters_are_bound(run: Run, athena: Any, engine: StandIn) -> None:
    execution = run("select ? as a, '?' as b -- ?", ExecutionParameters=["'x'"])
    assert execution["ExecutionParameters"] == ["'x'"]
    assert rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])) == [["a", "b"], ["x", "?"]]
    failed = run("select ?", ExecutionParameters=["1", "2"])["Status"]
    assert (failed["State"], "expected 1 but found 2" in failed["StateChangeReason"]) == ("FAILED", True)


def test_an_operation_that_is_not_there_is_named(athena: Any) -> None:
    message = refused(
        "InvalidRequestException",
        athena.start_session,
        WorkGroup="primary",
        EngineConfiguration={"MaxConcurrentDpus": 4},
    )
    assert message == "StartSession is not supported by local Athena"


@pytest.mark.parametrize(
    ("sql", "error", "reason", "message"),
    [
        ("alter table t rename to u", HiveError("of Hive's", "of Athena's"), "FAILED: of Hive's", "of Athena's"),
        ("select 1", AthenaError("CODE", "it ends."), "CODE: it ends.", "CODE: it ends."),
        *(
            ("create table t as select 1 n", AthenaError("CODE", f"it ends{end}"), words, words)
            for end in ("", ".")
            for words in (
                "CODE: it ends. You may need to manually clean the data at location 's3://b/tables/q' before retrying. "
                "Athena will not delete data in your account.",
            )
        ),
    ],
)
def test_reason_and_message_of_a_failure(sql: str, error: AthenaError, reason: str, message: str) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/src/failure.rs (#244, #272)."""
    execution = QueryExecution(Submission(sql, "primary", {}, "s3://b/"), QueryContext("q"))
    execution.fail(error)
    status = execution.describe()["Status"]
    assert (status["StateChangeReason"], status["AthenaError"]["ErrorMessage"]) == (reason, message)


def test_a_catalog_is_shown_in_lower_case(run: Run) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/client-request-token.md (#157)."""
    execution = run("select 1", QueryExecutionContext={"Catalog": "AwsDataCatalog", "Database": "DB"})
    assert execution["QueryExecutionContext"] == {"Catalog": "awsdatacatalog", "Database": "DB"}
