"""Queries of Logs Insights answer what AWS's documentation says; what is not known is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloudwatch.errors import QueryError
from local_cloudwatch.insights import Event, read

REPORT = (
    "REPORT RequestId: 1-2\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 80 MB\t"
)


def events(*lines: Any) -> list[Event]:
    """A line a minute from 1970 on."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return [Event(str(at), at * 60_000, 0, text, "stream", "0:group") for at, text in enumerate(texts)]


def rows(query: str, *lines: Any) -> list[dict[str, str]]:
    answer = read(query).run(events(*lines))
    return [{one["field"]: one["value"] for one in row if one["field"] != "@ptr"} for row in answer.rows]


LINES = (
    {"level": "INFO", "n": 1},
    {"level": "ERROR", "n": 2, "tags": ["x"]},
    "user=ann, method=GET",
    {"level": "ERROR", "n": 4.5},
)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("fields n, @timestamp | filter ispresent(n) | sort n asc | limit 1", [{"n": "1", "@timestamp": "1970-01-01 00:00:00.000"}]),
        ("stats count(*) as lines, count(n) as n, max(n)", [{"lines": "4", "n": "3", "max(n)": "4.5"}]),
        ("filter level in ['INFO', 'WARN'] | fields n * 2 + 1 as m | display m", [{"m": "3"}]),
        ("filter @message like /us[e]r/ or n > 4 | stats count(*) as c by bin(2m)", [{"bin(2m)": "1970-01-01 00:02:00.000", "c": "2"}]),
        ("parse @message 'user=*, method=*' as user, method | filter user = 'ann' | display user, method", [{"user": "ann", "method": "GET"}]),
        ("parse @message /method=(?<how>[A-Z]+)/ | filter ispresent(how) | display how", [{"how": "GET"}]),
        ("filter tags.0 = 'x' and not n = 1 | display n", [{"n": "2"}]),
        ("filter level != 'ERROR' and n = 1 | display toupper(level) as l, concat(level, '-', n) as c", [{"l": "INFO", "c": "INFO-1"}]),
        ("stats sum(n) as s by level | filter s > 2 | sort s desc", [{"level": "ERROR", "s": "6.5"}]),
        ("# all of it\nfields @log, @logStream | filter n = 1", [{"@log": "0:group", "@logStream": "stream"}]),
        ("filter level not like 'ERR' and level =~ /^I/ | display n", [{"n": "1"}]),
        ("filter n = 9 | stats count(*)", []),
    ],
)  # fmt: skip
def test_queries(query: str, answer: list[dict[str, str]]) -> None:
    assert rows(query, *LINES) == answer


def test_the_newest_event_comes_first_with_its_moment_and_message() -> None:
    assert rows("fields @message | limit 1", "a", "b") == [{"@message": "b"}]
    assert rows("filter @message = 'a'", "a", "b") == [{"@timestamp": "1970-01-01 00:00:00.000", "@message": "a"}]


def test_lambda_s_report_has_fields() -> None:
    asked = "filter @type = 'REPORT' | stats max(@duration) as d, max(@maxMemoryUsed / 1000 / 1000) as mb, max(@billedDuration) as b"
    assert rows(asked, "START RequestId: 1-2 Version: 1", REPORT) == [{"d": "12.5", "mb": "80", "b": "13"}]


@pytest.mark.parametrize(
    "query",
    ["", "pattern @message", "fields", "fields a |", "filter", "stats n", "stats nosuch(n)", "limit 0", "limit x", "fields nosuch(a)",
     "parse @message 'a=*'", "parse @message /(/", "filter a like 3", "stats count(*) by bin(5)", "filter a not b", "sort"],
)  # fmt: skip
def test_refusals(query: str) -> None:
    with pytest.raises(QueryError):
        read(query)


@given(st.text(alphabet="fields filter stats count by bin sort | @message=<>'\"/(*)[]5m,", max_size=60))
def test_no_text_is_an_error_of_ours(text: str) -> None:
    for query in (text, f"fields {text}", f"filter {text}", f"stats count(*) {text}"):
        try:
            read(query).run(events(*LINES))
        except QueryError:
            continue


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-5, 5)), max_size=20))
def test_groups_are_what_python_makes_of_them(found: list[tuple[str, int]]) -> None:
    lines = [{"k": key, "v": value} for key, value in found]
    answer = rows("stats count(*) as n, sum(v) as s, min(v) as low by k | sort k asc", *lines)
    expected = []
    for key in sorted({key for key, _ in found}):
        values = [value for other, value in found if other == key]
        expected.append({"k": key, "n": str(len(values)), "s": str(sum(values)), "low": str(min(values))})
    assert answer == expected
