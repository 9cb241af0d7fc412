"""The Runtime API serves the runtime that was told its address, and no web page."""

from __future__ import annotations

import http.client
import queue

import pytest

from local_lambda.runtime_api import Events, InitFailed, RuntimeApi

FAILED = "/2018-06-01/runtime/init/error"


@pytest.mark.parametrize(
    ("headers", "heard"),
    [
        ({}, True),
        ({"Host": "rebound.test"}, False),
        ({"Origin": "https://example.org"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"referer": "https://example.org/"}, False),
    ],
)
def test_who_is_heard(headers: dict[str, str], heard: bool) -> None:
    events: Events = queue.SimpleQueue()
    api = RuntimeApi(events)
    try:
        connection = http.client.HTTPConnection(api.address, timeout=60)
        connection.request("POST", FAILED, b"{}", headers)
        assert connection.getresponse().status == (202 if heard else 403)
        connection.close()
    finally:
        api.close()
    said = [events.get_nowait() for _ in range(events.qsize())]
    assert [type(event) for event in said] == ([InitFailed] if heard else [])
