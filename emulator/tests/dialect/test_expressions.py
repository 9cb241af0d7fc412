"""Every line of the case tables, on one connection."""

from __future__ import annotations

import importlib
import math
import pkgutil
from typing import Any

import pytest
from tests.dialect import cases
from tests.dialect.cases.case import Case, Refused
from tests.dialect.conftest import Run

from local_athena.errors import AthenaError

MODULES = [
    importlib.import_module(f"{cases.__name__}.{m.name}")
    for m in pkgutil.iter_modules(cases.__path__)
    if m.name != "case"
]
CASES = [pytest.param(c, id=f"{m.__name__.rpartition('.')[2]}: {c.sql}") for m in MODULES for c in m.CASES]
REFUSED = [
    pytest.param(c, id=f"{m.__name__.rpartition('.')[2]}: {c.sql}") for m in MODULES for c in getattr(m, "REFUSED", ())
]


def same(got: Any, expected: Any) -> bool:
    """Equal in type and value; floats to the last digits but one."""
    if isinstance(expected, float):
        return isinstance(got, float) and (
            math.isclose(got, expected, rel_tol=1e-14, abs_tol=1e-300) or (math.isnan(got) and math.isnan(expected))
        )
    if isinstance(expected, list | tuple):
        return type(got) is type(expected) and len(got) == len(expected) and all(map(same, got, expected))
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(same(got[k], v) for k, v in expected.items())
        )
    return type(got) is type(expected) and bool(got == expected)


@pytest.mark.parametrize("case", CASES)
def test_value_and_type(case: Case, run: Run) -> None:
    rows, columns = run(f"SELECT {case.sql}")
    assert columns[0][1] == case.type
    assert len(rows) == 1 and same(rows[0][0], case.expected), rows


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: Refused, run: Run) -> None:
    with pytest.raises(AthenaError) as caught:
        run(f"SELECT {case.sql}")
    assert caught.value.code == case.code, caught.value
    assert case.message in caught.value.message
