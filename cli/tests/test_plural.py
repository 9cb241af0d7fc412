"""Counts and their nouns."""

import pytest
from lakeloop.plural import counted, of_status


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [(1, "error", "1 error"), (2, "error", "2 errors"), (1200, "success", "1,200 success"), (2, "pass", "2 pass")],
)
def test_of_dbts_statuses_one_is_a_noun(number, status, told):
    assert of_status(number, status) == told


def test_a_noun_has_its_own_plural():
    assert [counted(1, "query", "queries"), counted(2, "query", "queries")] == ["1 query", "2 queries"]
