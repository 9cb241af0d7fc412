"""Which requests are let in, as a table; nothing is started."""

from __future__ import annotations

import pytest

from localstack_plugin.admission import Refused, Rules, Way

HOST = {"host": "127.0.0.1:4566"}
SIGNED = {
    **HOST,
    "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host",
}
OPENED = {**HOST, "sec-fetch-site": "none", "sec-fetch-dest": "document", "accept": "text/html,*/*"}
FORM = {**HOST, "content-type": "multipart/form-data; boundary=x"}
PAGE = "http://localhost:3000"
RULES = Rules(frozenset({4566, 14566}), "secret")
NAMING = Rules(frozenset({4566}), "secret", frozenset({PAGE}))

LET_IN = [
    ("POST", "/", "", SIGNED, Way.SIGNED),
    ("GET", "/lake/a.csv", "", {**SIGNED, "accept": "text/html, image/gif, */*"}, Way.SIGNED),  # Java's default
    ("GET", "/", "", {**SIGNED, "sec-fetch-mode": "cors"}, Way.SIGNED),  # Node's fetch
    ("GET", "/", "", {**SIGNED, "referer": "http://127.0.0.1:4566/lake"}, Way.SIGNED),  # Go, after a redirect
    ("GET", "/", "", {**HOST, "authorization": "AWS test:signature"}, Way.SIGNED),
    ("GET", "/", "", {**SIGNED, "host": "localhost:4566"}, Way.SIGNED),
    ("GET", "/", "", {**SIGNED, "host": "LocalHost:14566"}, Way.SIGNED),
    ("GET", "/_delta_log/0.json", "", {**SIGNED, "host": "lake.s3.localhost:4566"}, Way.SIGNED),
    ("GET", "/lake/a.csv", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", HOST, Way.UNSIGNED),
    ("GET", "/lake/a.csv", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", OPENED, Way.OPENED),  # a mail's link
    ("PUT", "/lake/a.csv", "AWSAccessKeyId=test&Signature=0&Expires=1", HOST, Way.UNSIGNED),
    ("POST", "/lake", "", FORM, Way.UNSIGNED),
    ("GET", "/lake/a.csv", "", {**HOST, "amz-sdk-invocation-id": "1"}, Way.UNSIGNED),
    ("GET", "/", "", {"host": "id.lambda-url.us-east-1.localhost:4566", "x-lakeloop": "1"}, Way.ROUTE),
    ("GET", "/", "", {"host": "id.lambda-url.us-east-1.127.0.0.1:4566", "authorization": "Bearer x"}, Way.ROUTE),
    ("POST", "/restapis/a/dev/_user_request_/orders", "", {**HOST, "x-lakeloop": "1"}, Way.ROUTE),
    ("GET", "/_aws/execute-api/a/dev", "", {**HOST, "x-lakeloop": "1"}, Way.ROUTE),
    ("GET", "/_localstack/health", "", {**HOST, "x-lakeloop-token": "secret"}, Way.OWN),
    ("GET", "/_lakeloop/owner", "number=1", {**HOST, "x-lakeloop": "1"}, Way.OWN),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "query", "headers", "way"), LET_IN)
def test_let_in(method: str, path: str, query: str, headers: dict[str, str], way: Way) -> None:
    assert RULES.admit(method, path, query, headers) is way


KEPT_OUT = [
    # Not the machine's own name and port.
    ("GET", "/", "", {**SIGNED, "host": "rebound.test:4566"}, "rebound.test:4566"),
    ("GET", "/", "", {**SIGNED, "host": "127.0.0.1.rebound.test:4566"}, "pointed at this machine"),
    ("GET", "/", "", {**SIGNED, "host": "localhost.localstack.cloud:4566"}, "pointed at this machine"),
    ("GET", "/", "", {**SIGNED, "host": "localhost"}, "localhost"),
    ("GET", "/", "", {**SIGNED, "host": "localhost:80"}, "localhost:80"),
    ("GET", "/", "", {**SIGNED, "host": "127.0.0.1:4566, rebound.test:4566"}, "pointed at this machine"),
    ("GET", "/", "", {"authorization": SIGNED["authorization"]}, "no host"),
    # A page.
    ("POST", "/", "", {**SIGNED, "origin": "https://example.org"}, "Origin: https://example.org"),
    ("POST", "/", "", {**SIGNED, "origin": "null"}, "Origin: null"),
    ("POST", "/", "", {**SIGNED, "origin": "https://app.localstack.cloud"}, "web page"),
    ("GET", "/lake/a.csv", "", {**SIGNED, "origin": "http://127.0.0.1:4566"}, "web page"),
    ("GET", "/", "", {**SIGNED, "sec-fetch-site": "same-origin"}, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**HOST, "sec-fetch-dest": "image"}, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**HOST, "referer": "https://example.org/"}, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**HOST, "accept": "text/html,*/*"}, "web page"),
    ("POST", "/lake", "", {**FORM, "accept": "text/html,*/*"}, "web page"),
    ("GET", "/lake/a.csv", "", OPENED, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**OPENED, "sec-fetch-site": "cross-site"}, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**OPENED, "sec-fetch-dest": "iframe"}, "web page"),
    ("GET", "/lake/a.csv", "X-Amz-Signature=0", {**OPENED, "referer": "https://example.org/"}, "web page"),
    ("PUT", "/lake/a.csv", "X-Amz-Signature=0", OPENED, "web page"),
    ("GET", "/_localstack/health", "X-Amz-Signature=0", OPENED, "web page"),
    ("OPTIONS", "/", "", {**HOST, "origin": PAGE, "access-control-request-headers": "authorization"}, "web page"),
    ("GET", "/_localstack/health", "", {**HOST, "x-lakeloop-token": "secret", "origin": PAGE}, "web page"),
    # Not signed.
    ("GET", "/", "Action=ListStacks", HOST, "not signed"),
    ("POST", "/", "", {**HOST, "content-type": "application/x-www-form-urlencoded"}, "not signed"),
    ("POST", "/", "", {**HOST, "authorization": "Basic dGVzdDp0ZXN0"}, "not signed"),
    ("GET", "/lake/a.csv", "", HOST, "not signed"),
    ("GET", "/lake/a.csv", "X-Amz-Date=1", HOST, "not signed"),
    ("OPTIONS", "/", "", HOST, "not signed"),
    ("GET", "/", "", {"host": "id.lambda-url.us-east-1.localhost:4566"}, "X-Lakeloop: 1"),
    ("GET", "/", "", {"host": "id.lambda-url.us-east-1.localhost:4566", "authorization": "Basic eDp5"}, "X-Lakeloop: 1"),
    # The emulator's own.
    ("GET", "/_localstack/health", "", HOST, "X-Lakeloop-Token"),
    ("GET", "/_localstack/health", "", {**SIGNED, "x-lakeloop": "1"}, "X-Lakeloop-Token"),
    ("GET", "/_localstack/health", "", {**HOST, "x-lakeloop-token": "guess"}, "X-Lakeloop-Token"),
    ("GET", "/_localstack/health", "", {**HOST, "x-lakeloop-token": "\u00e9"}, "X-Lakeloop-Token"),
    ("GET", "//_localstack/health", "", SIGNED, "X-Lakeloop-Token"),
    ("GET", "/_aws/sqs/messages", "", SIGNED, "X-Lakeloop-Token"),
    ("GET", "/_lakeloop/owner", "", HOST, "X-Lakeloop-Token"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "query", "headers", "said"), KEPT_OUT)
def test_kept_out(method: str, path: str, query: str, headers: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        RULES.admit(method, path, query, headers)
    assert said in str(refused.value)


def test_nobody_knows_an_empty_token() -> None:
    with pytest.raises(Refused):
        Rules(frozenset({4566}), "").admit("GET", "/_localstack/health", "", {**HOST, "x-lakeloop-token": ""})


@pytest.mark.parametrize(
    ("method", "headers", "way"),
    [
        ("OPTIONS", {**HOST, "origin": PAGE, "sec-fetch-site": "cross-site"}, Way.PREFLIGHT),
        ("POST", {**SIGNED, "origin": PAGE, "sec-fetch-site": "cross-site"}, Way.SIGNED),
        ("GET", {**SIGNED, "referer": f"{PAGE}/orders", "sec-fetch-site": "cross-site"}, Way.SIGNED),
        ("POST", {**FORM, "origin": PAGE, "accept": "text/html"}, Way.UNSIGNED),
    ],
)
def test_a_page_that_was_named_is_let_in(method: str, headers: dict[str, str], way: Way) -> None:
    assert NAMING.admit(method, "/", "", headers) is way


@pytest.mark.parametrize(
    "origin", ["http://localhost:3001", "http://localhost", f"{PAGE}.example.org", "null", "*", ""]
)
def test_no_other_page_is(origin: str) -> None:
    with pytest.raises(Refused, match="web page"):
        NAMING.admit("POST", "/", "", {**SIGNED, "origin": origin, "sec-fetch-site": "cross-site"})


def test_a_named_page_still_has_to_sign() -> None:
    with pytest.raises(Refused, match="not signed"):
        NAMING.admit("POST", "/", "", {**HOST, "origin": PAGE})
