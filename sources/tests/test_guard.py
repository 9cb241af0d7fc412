"""The API's guard: programs and the API's own page are let in, no other web page."""

import pytest
from data_api.guard import refusal

PORT = 8010
OWN = "127.0.0.1:8010"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": OWN},
        {"host": "localhost:8010"},
        {"host": OWN, "origin": "http://127.0.0.1:8010", "sec-fetch-site": "same-origin"},
        {"host": OWN, "referer": "http://127.0.0.1:8010/docs", "sec-fetch-site": "same-origin"},
        {"host": OWN, "sec-fetch-site": "none", "sec-fetch-user": "?1"},
    ],
)
def test_let_in(headers):
    assert refusal(headers, PORT) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example:8010"},  # a name that was pointed at this machine
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:8011"},
        {"host": "127.0.0.1.evil.example:8010"},
        {"host": OWN, "origin": "http://evil.example"},
        {"host": OWN, "origin": "null"},
        {"host": OWN, "origin": ""},
        {"host": OWN, "origin": "https://127.0.0.1:8010"},
        {"host": OWN, "origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-site"},
        {"host": OWN, "sec-fetch-site": "cross-site"},
        {"host": OWN, "referer": "http://evil.example/"},
        {"host": OWN, "referer": "http://127.0.0.1:8010.evil.example/"},
        {"host": "localhost:8010", "origin": "http://127.0.0.1:8010"},
    ],
)
def test_refused(headers):
    assert refusal(headers, PORT)
