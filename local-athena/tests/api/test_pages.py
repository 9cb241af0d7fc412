"""The standalone server takes requests for its own address, and none of a web page's."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "rebound.test:{port}"}, 403),
        ({"Host": "localhost"}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Referer": "http://127.0.0.1:{port}/"}, 403),
    ],
)
def test_who_may_call(athena: Any, headers: dict[str, str], status: int) -> None:
    port = urlsplit(athena.meta.endpoint_url).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name: value.format(port=port) for name, value in headers.items()}
    connection.request("POST", "/", b"{}", {"X-Amz-Target": "AmazonAthena.ListWorkGroups", **named})
    assert connection.getresponse().status == status
    connection.close()
