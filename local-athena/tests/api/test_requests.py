"""Requests as they come over HTTP, and the bodies of those that are refused, as measured on AWS:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/errors.md (#84, #87),
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md (#83),
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/client-request-token.md (#3, #147)
"""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.api.helpers import OUTPUT, Run

LIST, STRUCTURE = "Start of list found where not expected", "Start of structure or map found where not expected."
TOKEN = "a token of at least 32 letters, as SDKs make"
START = {"QueryString": "select 1", "ClientRequestToken": TOKEN, "ResultConfiguration": {"OutputLocation": OUTPUT}}
UNREAD = {"__type": "SerializationException"}


def answer(athena: Any, operation: str, body: bytes) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(athena.meta.endpoint_url).port, timeout=60)
    connection.request("POST", "/", body, {"X-Amz-Target": operation})
    answered = connection.getresponse()
    found: dict[str, Any] = json.loads(answered.read())
    connection.close()
    return answered.status, found


def call(athena: Any, operation: str, request: Any) -> tuple[int, dict[str, Any]]:
    return answer(athena, f"AmazonAthena.{operation}", json.dumps(request).encode())


def invalid(message: str, code: str = "INVALID_INPUT") -> dict[str, str]:
    return {"__type": "InvalidRequestException", "AthenaErrorCode": code, "ErrorCode": code, "Message": message}


def constraints(*problems: str) -> dict[str, str]:
    plural = "s" if len(problems) > 1 else ""
    told = "; ".join(
        f"Value {problem.replace(':', ' failed to satisfy constraint: Member must', 1)}" for problem in problems
    )
    return invalid(f"{len(problems)} validation error{plural} detected: {told}")


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("ListWorkGroups", {"MaxResults": "1"}, "STRING_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"MaxResults": True}, "TRUE_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"MaxResults": False}, "FALSE_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"MaxResults": [1]}, LIST),
        ("ListWorkGroups", {"MaxResults": {}}, STRUCTURE),
        ("ListWorkGroups", {"MaxResults": "1", "NextToken": ""}, "STRING_VALUE can not be converted to an Integer"),
        ("ListWorkGroups", {"NextToken": 1}, "NUMBER_VALUE can not be converted to a String"),
        ("ListWorkGroups", {"NextToken": 1.5}, "NUMBER_VALUE can not be converted to a String"),
        ("ListWorkGroups", {"NextToken": []}, LIST),
        ("ListWorkGroups", [], LIST),
        ("GetWorkGroup", {"WorkGroup": True}, "TRUE_VALUE can not be converted to a String"),
        ("StartQueryExecution", {"ExecutionParameters": "1"}, "Expected list or null"),
        ("StartQueryExecution", {"ExecutionParameters": 1}, "Expected list or null"),
        ("StartQueryExecution", {"ExecutionParameters": [1]}, "NUMBER_VALUE can not be converted to a String"),
        ("StartQueryExecution", {"ResultConfiguration": "s3://b/"}, "Expected null"),
        ("StartQueryExecution", {"ResultConfiguration": []}, LIST),
        ("StartQueryExecution", {"QueryExecutionContext": {"Database": {}}}, STRUCTURE),
    ],
)
def test_a_value_of_another_type_is_not_read(athena: Any, operation: str, request_: Any, message: str) -> None:
    assert call(athena, operation, request_) == (400, {**UNREAD, "Message": message})


@pytest.mark.parametrize("body", [b"{", b"", b"null", b'"x"', b'{"MaxResults": 1,}', b'{"MaxResults": 1e30}'])
def test_what_is_no_json_is_not_read(athena: Any, body: bytes) -> None:
    assert answer(athena, "AmazonAthena.ListWorkGroups", body) == (400, UNREAD)


@pytest.mark.parametrize("request_", [{"MaxResults": 1.5}, {"MaxResults": None}, {"NextToken": None, "Unknown": {}}])
def test_nulls_fractions_and_unknown_members_are_left_out(athena: Any, request_: dict[str, Any]) -> None:
    assert [group["Name"] for group in call(athena, "ListWorkGroups", request_)[1]["WorkGroups"]] == ["primary"]


@pytest.mark.parametrize(
    ("operation", "request_", "problems"),
    [
        ("ListWorkGroups", {"MaxResults": 0}, ["at 'maxResults': have value greater than or equal to 1"]),
        ("ListWorkGroups", {"MaxResults": 51}, ["at 'maxResults': have value less than or equal to 50"]),
        ("ListWorkGroups", {"MaxResults": 99999999999}, ["at 'maxResults': have value less than or equal to 50"]),
        ("ListWorkGroups", {"NextToken": ""}, ["at 'nextToken': have length greater than or equal to 1"]),
        (
            "ListWorkGroups",
            {"MaxResults": 0, "NextToken": ""},
            [
                "at 'nextToken': have length greater than or equal to 1",
                "at 'maxResults': have value greater than or equal to 1",
            ],
        ),
        ("GetQueryResults", {"MaxResults": 1}, ["null at 'queryExecutionId': not be null"]),
        ("GetQueryResults", {"QueryExecutionId": None}, ["null at 'queryExecutionId': not be null"]),
        ("GetWorkGroup", {}, ["null at 'workGroup': not be null"]),
        ("StartQueryExecution", {}, ["null at 'queryString': not be null"]),
        (
            "StartQueryExecution",
            {**START, "ClientRequestToken": "x" * 31, "QueryString": "selec"},
            ["at 'clientRequestToken': have length greater than or equal to 32"],
        ),
        (
            "StartQueryExecution",
            {**START, "ClientRequestToken": "あ" * 20},
            ["at 'clientRequestToken': have length greater than or equal to 32"],
        ),
        (
            "StartQueryExecution",
            {**START, "ClientRequestToken": "x" * 129},
            ["at 'clientRequestToken': have length less than or equal to 128"],
        ),
    ],
)
def test_what_the_model_does_not_allow_is_named(
    athena: Any, operation: str, request_: dict[str, Any], problems: list[str]
) -> None:
    assert call(athena, operation, request_) == (400, constraints(*problems))


@pytest.mark.parametrize(
    ("operation", "request_", "expected"),
    [
        (
            "StartQueryExecution",
            {name: value for name, value in START.items() if name != "ClientRequestToken"},
            invalid("clientRequestToken is null or empty"),
        ),
        (
            "StartQueryExecution",
            {**START, "ClientRequestToken": "あ" * 50},
            invalid("clientRequestToken exceeds maximum allowed length 128"),
        ),
        (
            "StartQueryExecution",
            {**START, "ResultConfiguration": {"OutputLocation": "s3://"}, "QueryString": "syntax error"},
            invalid("outputLocation is not a valid S3 path."),
        ),
        (
            "StartQueryExecution",
            {**START, "QueryString": "syntax error"},
            invalid("line 1:1: mismatched input 'syntax'", "MALFORMED_QUERY"),
        ),
        ("StartQueryExecution", {**START, "WorkGroup": "missing"}, invalid("WorkGroup is not found.")),
        ("GetWorkGroup", {"WorkGroup": "missing"}, invalid("WorkGroup is not found.")),
        ("ListWorkGroups", {"NextToken": "no-token"}, invalid("The nextPageToken is malformed: no-token")),
        ("ListNamedQueries", {"NextToken": "no-token"}, invalid("The nextPageToken is malformed: no-token")),
        (
            "GetQueryResults",
            {"QueryExecutionId": "x", "MaxResults": 1001},
            invalid("QueryExecution x was not found", "QUERY_EXECUTION_NOT_FOUND"),
        ),
    ],
)
def test_a_refusal_has_its_code_twice(
    athena: Any, operation: str, request_: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert call(athena, operation, request_) == (400, expected)


def test_pages_are_asked_for_in_order(run: Run, athena: Any) -> None:
    """First the most that a page may hold, then the query's state, then the token."""
    failed, ran = (run(sql)["QueryExecutionId"] for sql in ("select nothing_such", "select 1"))
    for query_id, request, message, code in (
        (failed, {"MaxResults": 1001}, "MaxResults is more than maximum allowed length 1000", "INVALID_INPUT"),
        (
            failed,
            {"NextToken": "x"},
            "Query did not finish successfully. Final query state: FAILED",
            "INVALID_QUERY_EXECUTION_STATE",
        ),
        (ran, {"NextToken": "x"}, "Malformed nextPageToken x", "INVALID_INPUT"),
    ):
        answered = call(athena, "GetQueryResults", {"QueryExecutionId": query_id, **request})
        assert answered == (400, invalid(message, code))


@pytest.mark.parametrize(
    "target", ["AmazonAthena.StartQuery", "AmazonAthena.listworkgroups", "ListWorkGroups", "", "AWSGlue.GetTable"]
)
def test_what_is_no_operation_is_unknown(athena: Any, target: str) -> None:
    status, found = answer(athena, target, b"{}")
    assert (status, found["__type"]) == (400, "UnknownOperationException")


def test_two_at_once_with_one_token_are_one_query(athena: Any) -> None:
    given = {**START, "ClientRequestToken": "b" * 32}
    with ThreadPoolExecutor(8) as threads:
        answers = [*threads.map(lambda _: call(athena, "StartQueryExecution", given), range(16))]
    assert len({found["QueryExecutionId"] for _, found in answers}) == 1
