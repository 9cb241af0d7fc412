from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.helpers import Run, rows
from tests.api.standin import CTAS

WIDE = "select i, case when i % 3 = 0 then null when i % 3 = 1 then '' else 'a\"b,' || i end as t from range({}) r(i)"


def read(athena: Any, query_id: str, sizes: list[int]) -> list[list[str | None]]:
    """All rows, in pages of the sizes given, over and over."""
    found: list[list[str | None]] = []
    token: dict[str, str] = {}
    turn = 0
    while True:
        answer = athena.get_query_results(QueryExecutionId=query_id, MaxResults=sizes[turn % len(sizes)], **token)
        assert len(answer["ResultSet"]["Rows"]) <= sizes[turn % len(sizes)]
        found += rows(answer)
        turn += 1
        if "NextToken" not in answer:
            return found
        token = {"NextToken": answer["NextToken"]}


def expected(count: int) -> list[list[str | None]]:
    texts: list[str | None] = [None, "", None]
    return [["i", "t"]] + [[str(i), f'a"b,{i}' if i % 3 == 2 else texts[i % 3]] for i in range(count)]


@given(count=st.integers(0, 40), sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_of_any_size_hold_the_same_rows(run: Run, athena: Any, count: int, sizes: list[int]) -> None:
    assert read(athena, run(WIDE.format(count))["QueryExecutionId"], sizes) == expected(count)


def test_pages_cross_blocks_and_come_back_from_s3(run: Run, athena: Any) -> None:
    query_id = run(WIDE.format(12_345))["QueryExecutionId"]
    assert read(athena, query_id, [1000, 997]) == expected(12_345)
    assert len(athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]) == 1000, "the default page"


def test_a_result_without_rows_is_its_header(run: Run, athena: Any) -> None:
    answer = athena.get_query_results(QueryExecutionId=run(WIDE.format(0))["QueryExecutionId"])
    assert (rows(answer), "NextToken" in answer) == ([["i", "t"]], False)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (0, "'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1$"),
        (1001, "MaxResults is more than maximum allowed length 1000$"),
        (100_001, "'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100000$"),
    ],
)
def test_page_sizes_are_from_1_to_1000(run: Run, athena: Any, limit: int, words: str) -> None:
    query_id = run("select 1")["QueryExecutionId"]
    with pytest.raises(ClientError, match=words):
        athena.get_query_results(QueryExecutionId=query_id, MaxResults=limit)


def test_a_token_of_another_query_is_refused(run: Run, athena: Any) -> None:
    one, other = (run("select * from range(9)")["QueryExecutionId"] for _ in range(2))
    token = athena.get_query_results(QueryExecutionId=one, MaxResults=2)["NextToken"]
    for wrong in (token, "%%%", "abcd"):
        with pytest.raises(ClientError, match=f"Malformed nextPageToken {wrong}$"):
            athena.get_query_results(QueryExecutionId=other, NextToken=wrong)


def test_a_full_page_has_a_token(run: Run, athena: Any) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md (#85)."""
    query_id = run("select * from range(5)")["QueryExecutionId"]
    for size in (3, 6):
        pages = [*athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id, MaxResults=size)]
        assert [len(page["ResultSet"]["Rows"]) for page in pages] == [size] * (6 // size) + [0]


def test_a_result_without_rows_looks_at_no_token(run: Run, athena: Any) -> None:
    query_id = run(CTAS)["QueryExecutionId"]
    assert rows(athena.get_query_results(QueryExecutionId=query_id, NextToken="x")) == []


def test_a_result_whose_file_is_gone_is_an_error_not_a_hole(run: Run, athena: Any, aws: Any) -> None:
    query_id = run(WIDE.format(5000))["QueryExecutionId"]
    aws.s3.delete_object(Bucket="results", Key=f"out/{query_id}.csv")
    with pytest.raises(ClientError, match="Could not read the result"):
        read(athena, query_id, [1000])
