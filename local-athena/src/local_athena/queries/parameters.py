"""ExecutionParameters, as Athena takes them: an expression without columns as it stands, any other text as a string.

``WHERE name = ?`` takes ``Washington`` as well as ``'Washington'``:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/parameters.md, measured on AWS;
https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py depends on it.
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.errors import AthenaError, InvalidRequest
from local_athena.queries.text import tokens
from local_athena.sql.trino import parse_query

_HEAD = "SELECT ("


def argument(value: str) -> str:
    """The SQL that stands for the parameter *value*."""
    return value if _is_expression(value) else "'" + value.replace("'", "''") + "'"


def _is_expression(value: str) -> bool:
    if not _is_closed(value):
        return False
    try:
        tree = parse_query(f"{_HEAD}{value})", 0)
    except (AthenaError, InvalidRequest):
        return False
    return not any(_is_free(column) for column in tree.find_all(exp.Column))


def _is_closed(value: str) -> bool:
    """Whether the brackets of *value* belong together, so that brackets around it are the outermost ones.

    A comment could reach beyond it.
    """
    depth = 0
    for kind, text in tokens(value):
        if kind == "other":
            depth += (text == "(") - (text == ")")
        if depth < 0 or kind == "comment" or text == ";":
            return False
    return depth == 0


def _is_free(column: exp.Column) -> bool:
    """Whether *column* is none of the variables of the lambdas around it."""
    around = column.find_ancestor(exp.Lambda)
    while around is not None:
        if any(variable.name == column.name for variable in around.expressions):
            return False
        around = around.find_ancestor(exp.Lambda)
    return True
