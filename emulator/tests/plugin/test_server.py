"""The web server: where it listens, and that Athena's own way answers as LocalStack's handlers do."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.asking import client, run_sql

from lakeloop_emulator.settings import Settings

LISTEN = "0A"
SIGNATURE = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/athena/aws4_request, SignedHeaders=host, Signature=0"


def test_listens_on_loopback_only(emulator: Settings) -> None:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {
        row[1].split(":")[0] for row in rows if row[3] == LISTEN and int(row[1].split(":")[1], 16) == emulator.port
    }
    assert addresses == {"0100007F"}


def signed_as(emulator: Settings, account: str, region: str) -> Any:
    return boto3.client(
        "athena",
        endpoint_url=emulator.url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )


def test_accounts_and_regions_stay_apart(emulator: Settings, s3: Any) -> None:
    clients = [
        signed_as(emulator, account, region)
        for account, region in (
            ("111111111111", "us-east-1"),
            ("222222222222", "us-east-1"),
            ("111111111111", "eu-west-1"),
        )
    ]
    for number, one in enumerate(clients):
        for _ in range(2):  # The first is answered behind LocalStack's handlers, the second past them.
            assert one.list_work_groups()["WorkGroups"][0]["Name"] == "primary"
        one.create_work_group(Name=f"group{number}")
    for number, one in enumerate(clients):
        names = {group["Name"] for group in one.list_work_groups()["WorkGroups"]}
        assert names == {"primary", f"group{number}"}


def test_an_error_is_the_same_both_ways(emulator: Settings) -> None:
    fresh = signed_as(emulator, "333333333333", "us-east-1")
    refused = []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            fresh.get_query_execution(QueryExecutionId="none")
        refused.append({name: value for name, value in caught.value.response.items() if name != "ResponseMetadata"})
    assert refused[0] == refused[1]
    assert refused[0]["Error"]["Code"] == "InvalidRequestException"
    assert refused[0]["AthenaErrorCode"] == "QUERY_EXECUTION_NOT_FOUND"


def test_an_answer_is_the_same_both_ways(emulator: Settings, s3: Any) -> None:
    run = run_sql(client("athena", emulator.url), "select 1 as one, cast(null as varchar) as nothing")
    query = {"QueryExecutionId": run["QueryExecutionId"]}
    answers = [
        post(emulator, "GetQueryResults", json.dumps(query).encode(), headers)
        for headers in ({}, {"Content-Encoding": "identity"})
    ]
    assert answers[0] == answers[1]
    assert answers[0]["ResultSet"]["Rows"][1] == {"Data": [{"VarCharValue": "1"}, {}]}


def test_a_browser_is_asked_where_it_comes_from(emulator: Settings) -> None:
    post(emulator, "ListWorkGroups", b"{}")
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(emulator, "ListWorkGroups", b"{}", {"Origin": "https://example.org"})
    assert caught.value.code == 403


def test_what_is_not_json_is_refused(emulator: Settings) -> None:
    post(emulator, "ListWorkGroups", b"{}")
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(emulator, "ListWorkGroups", b"{")
    assert caught.value.code in (400, 500)


@pytest.fixture
def connection(emulator: Settings) -> Iterator[socket.socket]:
    """One of a client that LocalStack's handlers know."""
    post(emulator, "ListWorkGroups", b"{}")
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=60) as connection:
        yield connection


@pytest.fixture
def at(emulator: Settings) -> str:
    """The emulator's address, for requests that are written by hand."""
    return f"localhost:{emulator.port}"


def test_requests_of_one_connection_are_answered_in_turn(connection: socket.socket, at: str) -> None:
    signature = SIGNATURE.replace("athena", "s3")
    missing = f"GET /no-such-bucket HTTP/1.1\r\nHost: {at}\r\nAuthorization: {signature}\r\n\r\n".encode()
    listed, broken = request(at, b"{}", "ListWorkGroups"), request(at, b"{", "ListWorkGroups")
    refused = request(at, b'{"QueryExecutionId": "none"}', "GetQueryExecution")
    expected = {
        listed: (200, b'"primary"'),
        missing: (404, b"NoSuchBucket"),
        refused: (400, b"QUERY_EXECUTION_NOT_FOUND"),
        broken: (500, b""),
    }
    sent = [listed, missing, listed, listed, refused, missing, missing, broken, listed]
    connection.sendall(b"".join(sent))
    with connection.makefile("rb") as answers:
        for asked in sent:
            status, _, body = next_answer(answers)
            assert status == expected[asked][0]
            assert expected[asked][1] in body


@pytest.mark.parametrize("pieces", [1, 2, 7, 40])
def test_a_request_may_come_in_pieces(connection: socket.socket, at: str, pieces: int) -> None:
    whole = request(at, b'{"MaxResults": 50}', "ListWorkGroups")
    cuts = [len(whole) * piece // pieces for piece in range(pieces + 1)]
    head = whole.index(b"\r\n\r\n") + 4
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection.makefile("rb") as answers:
        for parts in ([whole[:head], whole[head:]], [whole[a:b] for a, b in itertools.pairwise(cuts)]):
            for part in parts:
                connection.sendall(part)
            status, _, body = next_answer(answers)
            assert status == 200
            assert b'"primary"' in body


def test_only_plain_requests_go_past_localstack(connection: socket.socket, at: str) -> None:
    with connection.makefile("rb") as answers:
        for more, past in (("", True), ("Connection: keep-alive\r\n", True), ("Content-Encoding: identity\r\n", False)):
            connection.sendall(request(at, b"{}", "ListWorkGroups", more))
            status, headers, _ = next_answer(answers)
            assert status == 200
            assert ("Server" not in headers) == past
        connection.sendall(request(at, b"{}", "ListWorkGroups", "Connection: close\r\n"))
        assert next_answer(answers)[0] == 200
        assert answers.read() == b""


def request(at: str, body: bytes, operation: str, more: str = "") -> bytes:
    head = (
        f"POST / HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/x-amz-json-1.1\r\n"
        f"X-Amz-Target: AmazonAthena.{operation}\r\nAuthorization: {SIGNATURE}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def next_answer(answers: BinaryIO) -> tuple[int, Message, bytes]:
    status = int(answers.readline().split()[1])
    headers = http.client.parse_headers(answers)
    return status, headers, answers.read(int(headers["Content-Length"]))


def post(emulator: Settings, operation: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    asked = urllib.request.Request(
        emulator.url,
        data=body,
        headers={
            "X-Amz-Target": f"AmazonAthena.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": SIGNATURE,
            **(headers or {}),
        },
    )
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)
