"""Arrays with NULLs inside, against a model of Trino: two of them that differ first at a NULL cannot be compared."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dialect.conftest import Run

from local_athena.errors import AthenaError

type Items = tuple[int | None, ...]

ARRAYS = st.lists(st.lists(st.sampled_from([4, 5, None]), min_size=1, max_size=3).map(tuple), min_size=2, max_size=4)


class Undecided(Exception):
    pass


def compare(a: Items, b: Items) -> int:
    for x, y in zip(a, b, strict=False):
        if x is None or y is None:
            raise Undecided
        if x != y:
            return -1 if x < y else 1
    return (len(a) > len(b)) - (len(a) < len(b))


def undecided(a: Items, b: Items) -> bool:
    try:
        compare(a, b)
    except Undecided:
        return True
    return False


def values(arrays: list[Items]) -> str:
    texts = (", ".join("null" if i is None else str(i) for i in a) for a in arrays)
    return ", ".join(f"cast(array[{text}] as array(integer))" for text in texts)


@settings(max_examples=80, deadline=None)
@given(ARRAYS, st.booleans())
def test_order_by_fails_where_any_two_cannot_be_compared(run: Run, arrays: list[Items], descending: bool) -> None:
    query = f"select x from (values {values(arrays)}) t(x) order by x {'desc' if descending else 'asc'}"
    if any(undecided(a, b) for a, b in combinations(arrays, 2)):
        with pytest.raises(AthenaError, match="NOT_SUPPORTED"):
            run(query)
    else:
        expected = sorted(arrays, key=cmp_to_key(compare), reverse=descending)
        assert [tuple(row[0]) for row in run(query)[0]] == expected


def found(arrays: tuple[Items, ...], sign: int) -> Items | None:
    """The result of max (1) or min (-1) over *arrays* in their order; None if it fails."""
    best = arrays[0]
    for each in arrays[1:]:
        if undecided(each, best):
            return None
        best = each if compare(each, best) * sign > 0 else best
    return best


@settings(max_examples=80, deadline=None)
@given(ARRAYS, st.sampled_from([("max", 1), ("min", -1)]))
def test_extremes_fail_where_no_order_of_the_rows_gives_an_answer(
    run: Run, arrays: list[Items], extreme: tuple[str, int]
) -> None:
    name, sign = extreme
    answers = {found(order, sign) for order in permutations(arrays)} - {None}
    query = f"select {name}(x) from (values {values(arrays)}) t(x)"
    if answers:
        assert {tuple(run(query)[0][0][0])} == answers
    else:
        with pytest.raises(AthenaError, match="NOT_SUPPORTED"):
            run(query)
