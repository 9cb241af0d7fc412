"""The JSON functions of the SQL standard, which have a grammar of their own: https://trino.io/docs/current/functions/json.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.scope import Scope, Value
from local_athena.errors import NotSupported


def function(ctx: Context, node: exp.Expression, scope: Scope) -> Value:
    raise NotSupported(node.sql(dialect="trino"))
