"""Every line of the case tables, on one connection.

Where `just truth save` has recorded what Athena answers, that wins over the table; a table that says something else is warned of.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import warnings
from typing import Any

import duckdb
import pytest
from tests.dialect import cases
from tests.dialect.cases.case import Case, Refused
from tests.dialect.conftest import Run
from tests.truth import answers, local

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


RECORDED = answers.load()


def decided(sql: str, connection: duckdb.DuckDBPyConnection, says: str, recorded: answers.Answer | None) -> bool:
    """Whether Athena's *recorded* answer decides about *sql*, whatever the table *says*: local Athena has to give the same."""
    if recorded is None:
        return False
    here = local.answer(connection, sql)
    assert answers.same(recorded, here), (
        f"Athena has answered {recorded}, local Athena answers {here}; the table says {says}"
    )
    return True


def outdated(sql: str, says: str, recorded: answers.Answer) -> None:
    """Say that a table is wrong."""
    warnings.warn(f"Athena has answered {recorded} to {sql}; the table says {says}: mend the table", stacklevel=2)


@pytest.mark.parametrize("case", CASES)
def test_value_and_type(case: Case, run: Run, connection: duckdb.DuckDBPyConnection) -> None:
    judge_value(case, run, connection, RECORDED.get(case.sql))


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: Refused, run: Run, connection: duckdb.DuckDBPyConnection) -> None:
    judge_error(case, run, connection, RECORDED.get(case.sql))


def judge_value(case: Case, run: Run, connection: duckdb.DuckDBPyConnection, recorded: answers.Answer | None) -> None:
    says = f"{case.expected!r} {case.type}"
    if decided(case.sql, connection, says, recorded) and recorded and recorded.error:
        outdated(case.sql, says, recorded)
        return
    rows, columns = run(f"SELECT {case.sql}")
    agrees = columns[0][1] == case.type and len(rows) == 1 and same(rows[0][0], case.expected)
    if recorded and not agrees:
        outdated(case.sql, says, recorded)
    elif not recorded:
        assert columns[0][1] == case.type
        assert agrees, rows


def judge_error(
    case: Refused, run: Run, connection: duckdb.DuckDBPyConnection, recorded: answers.Answer | None
) -> None:
    # Local Athena refuses what it cannot do, whatever Athena answers.
    if (
        not case.ours
        and decided(case.sql, connection, case.code, recorded)
        and recorded
        and recorded.error != case.code
    ):
        outdated(case.sql, case.code, recorded)
        return
    with pytest.raises(AthenaError) as caught:
        run(f"SELECT {case.sql}")
    assert caught.value.code == case.code, caught.value
    assert case.message in caught.value.message
