"""Conditions: AND, OR, NOT, comparisons, IS, BETWEEN, IN, LIKE: https://trino.io/docs/current/functions/comparison.html."""

from __future__ import annotations

import re

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, type_mismatch
from local_athena.dialect.expressions import chains, comparisons
from local_athena.dialect.queries import subqueries
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.sqltext import SUBQUERY, once, says, text
from local_athena.dialect.values.coercion import coerce, common_all, single_type
from local_athena.dialect.values.types import BOOLEAN, OPAQUE, UNKNOWN, VARCHAR
from local_athena.errors import NotSupported


def logic(ctx: Context, node: exp.And | exp.Or, scope: Scope) -> Value:
    word = "AND" if isinstance(node, exp.And) else "OR"
    terms = [ctx.predicate(term, scope, "Logical expression term") for term in node.flatten()]
    if ctx.joining or not any(map(_may_fail, terms[1:])):
        return Value("(" + f" {word} ".join(terms) + ")", BOOLEAN)
    return Value(_in_order(terms, word), BOOLEAN)


_FAILURES = re.compile(r"AS INTEGER\) AS VARCHAR\)|trino_")


def _may_fail(term: str) -> bool:
    """Whether *term* holds an error that we raise, or a function that may. A subquery is no term to guard: it would run twice."""
    return says(term, _FAILURES) and not says(term, SUBQUERY)


def _in_order(terms: list[str], word: str) -> str:
    """*terms* evaluated from left to right, none after the answer is known: what comes first guards what comes after.

    DuckDB evaluates them in any order. The terms that cannot fail stand outside as well, for its optimizer to see.
    """
    decided = "FALSE" if word == "AND" else "TRUE"
    outside = [term for term in terms if not _may_fail(term)]
    guarded = [term for term in terms if not says(term, SUBQUERY)]
    while not _may_fail(guarded[-1]):
        guarded.pop()
    if len(guarded) > chains.LONG:
        return "(" + f" {word} ".join([*outside, _in_order_flat(guarded, word, decided)]) + ")"
    nested = guarded.pop()
    for term in reversed(guarded):
        nested = f"CASE WHEN {term} IS NOT {decided} THEN ({term} {word} {nested}) ELSE {decided} END"
    # Under OR, a term outside would be evaluated though another is true; none of these can fail.
    return "(" + f" {word} ".join([*outside, nested]) + ")"


def _in_order_flat(terms: list[str], word: str, decided: str) -> str:
    """As ``_in_order``, in one CASE that does not nest: its branches are evaluated in order too."""
    branches = " ".join(f"WHEN {'NOT ' if word == 'AND' else ''}({term}) THEN {decided}" for term in terms)
    unknown = " OR ".join(f"({term}) IS NULL" for term in terms)
    return f"CASE {branches} WHEN {unknown} THEN NULL ELSE NOT {decided} END"


def negation(ctx: Context, node: exp.Not, scope: Scope) -> Value:
    return Value(f"(NOT {ctx.predicate(node.this, scope, 'Value of logical NOT expression')})", BOOLEAN)


def comparison(ctx: Context, node: exp.Binary, scope: Scope) -> Value:
    if comparisons.quantifier(node) is not None:
        return subqueries.quantified(ctx, node, scope)
    left, right = ctx.expression(node.left, scope), ctx.expression(node.right, scope)
    return comparisons.compare(comparisons.COMPARISONS[type(node)], left, right, node)


def distinct_from(ctx: Context, node: exp.Binary, scope: Scope) -> Value:
    left, right = comparisons.meet(
        ctx.expression(node.left, scope),
        ctx.expression(node.right, scope),
        "IS DISTINCT FROM",
        node,
    )
    unlike = comparisons.distinct(left, right)
    return Value(unlike if isinstance(node, exp.NullSafeNEQ) else f"(NOT {unlike})", BOOLEAN)


def is_(ctx: Context, node: exp.Is, scope: Scope) -> Value:
    negated = isinstance(node.expression, exp.Not)
    wanted = node.expression.this if negated else node.expression
    if isinstance(wanted, exp.Null):
        return Value(f"({ctx.expression(node.this, scope).sql} IS {'NOT ' if negated else ''}NULL)", BOOLEAN)
    shown = wanted.sql(dialect="trino").lower()
    raise failure("SYNTAX_ERROR", f"mismatched input '{shown}'. Expecting: 'DISTINCT', 'NOT', 'NULL'", node)


def between(ctx: Context, node: exp.Between, scope: Scope) -> Value:
    value, low, high = (ctx.expression(e, scope) for e in (node.this, node.args["low"], node.args["high"]))
    t = common_all([value.type, low.type, high.type])
    if t is None or not t.ordered:
        raise type_mismatch(f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}", node)
    first, last = comparisons.compare(">=", value, low, node), comparisons.compare("<=", value, high, node)
    return Value(f"({first.sql} AND {last.sql})", BOOLEAN)


def in_(ctx: Context, node: exp.In, scope: Scope) -> Value:
    if node.args.get("query") is not None:
        return subqueries.contains(ctx, node, scope)
    if node.args.get("unnest") is not None or node.args.get("field") is not None:
        raise NotSupported(node.sql(dialect="trino"))
    if not node.expressions:
        raise failure("SYNTAX_ERROR", "mismatched input ')'. Expecting: <expression>, <query>", node)
    if isinstance(node.expressions[0], exp.Values):
        asked = node.copy()
        asked.set("query", asked.expressions[0])
        return subqueries.contains(ctx, asked, scope)
    left = ctx.expression(node.this, scope)
    values = [ctx.expression(e, scope) for e in node.expressions]
    listed = _listed(left, values, node)
    failing = [v for v in values if _may_fail(v.sql)]
    if not failing or says(left.sql, SUBQUERY):
        return listed
    # Nothing is compared with NULL. A list of constants is evaluated whole; of others what fails comes last.
    if node.find(exp.Column) is None:
        whole = ", ".join(v.sql for v in failing)
        return Value(f"(CASE WHEN {left.sql} IS NOT NULL AND len([{whole}]) > 0 THEN {listed.sql} END)", BOOLEAN)
    safe = [v for v in values if v not in failing]
    found = f"WHEN {_listed(left, safe, node).sql} THEN true " if safe else ""
    return Value(f"(CASE {found}WHEN {left.sql} IS NOT NULL THEN {listed.sql} END)", BOOLEAN)


def _listed(left: Value, values: list[Value], node: exp.In) -> Value:
    """``left IN (values)``."""
    if left.type.name == "decimal" and all(comparisons.exact_decimals(left, v) for v in values):
        pairs = [comparisons.exact_decimals(left, v) for v in values]
        return Value(f"({left.sql} IN ({', '.join(p[1].sql for p in pairs if p)}))", BOOLEAN)
    t = single_type("IN value and list items", [left, *values], [node.this, *node.expressions])
    if t.is_float or t.args or t.name in OPAQUE:
        tests = [comparisons.compare("=", left, v, node).sql for v in values]
        return Value("(" + " OR ".join(tests) + ")", BOOLEAN)
    items = ", ".join(comparisons.key(coerce(v, t).sql, t) for v in values)
    return Value(f"({comparisons.key(coerce(left, t).sql, t)} IN ({items}))", BOOLEAN)


def like(ctx: Context, node: exp.Like, scope: Scope, escape: Value | None = None) -> Value:
    value, pattern = ctx.expression(node.this, scope), ctx.expression(node.expression, scope)
    if not (value.type.is_text or value.type == UNKNOWN):
        message = f"Left side of LIKE expression must evaluate to a varchar (actual: {value.type})"
        raise type_mismatch(message, node.this)
    around = node.parent if isinstance(node.parent, exp.Escape) else None
    for what, v, place in (
        ("Pattern", pattern, node.expression),
        ("Escape", escape, around.expression if around is not None else None),
    ):
        if v is not None and not (v.type.name == "varchar" or v.type == UNKNOWN):
            raise type_mismatch(f"{what} for LIKE expression must evaluate to a varchar (actual: {v.type})", place)
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    sql = f"{coerce(value, VARCHAR).sql} {word} {coerce(pattern, VARCHAR).sql}"
    # DuckDB's LIKE knows no escape character unless it is told one, as Trino's.
    if escape is None:
        return Value(f"({sql})", BOOLEAN)
    if isinstance(escape.const, str):
        return Value(_marked(f"{sql} ESCAPE {escape.sql}", coerce(value, VARCHAR), pattern, escape.const), BOOLEAN)
    # DuckDB takes a constant there: marked characters become those of the one that it is told.
    mark, given = coerce(escape, VARCHAR).sql, coerce(pattern, VARCHAR).sql
    return Value(_escaped(coerce(value, VARCHAR).sql, given, mark, word), BOOLEAN)


_LONG_MARK = "Escape string must be a single character"
_BARE_MARK = "Escape character must be followed by '%', '_' or the escape character itself"


def _marked(sql: str, value: Value, pattern: Value, mark: str) -> str:
    """*sql*, a LIKE with the constant *mark* to escape by, or Trino's failure when it is evaluated: DuckDB refuses less, and
    what it refuses is no error that its TRY catches.
    """
    if len(mark) != 1:
        return _unless_null(value, pattern, raise_sql("INVALID_FUNCTION_ARGUMENT", _LONG_MARK, "BOOLEAN"))
    one = re.escape(mark)
    right, bare = f"(?s)(?:[^{one}]|{one}[%_{one}])*", raise_sql("INVALID_FUNCTION_ARGUMENT", _BARE_MARK, "BOOLEAN")
    if not isinstance(pattern.const, str):
        given = coerce(pattern, VARCHAR).sql
        checked = f"CASE WHEN regexp_full_match({given}, {text(right)}) THEN {sql} ELSE {bare} END"
        return _unless_null(value, pattern, checked)
    return f"({sql})" if re.fullmatch(right, pattern.const) else _unless_null(value, pattern, bare)


def _unless_null(value: Value, pattern: Value, sql: str) -> str:
    return f"(CASE WHEN {value.sql} IS NOT NULL AND {coerce(pattern, VARCHAR).sql} IS NOT NULL THEN {sql} END)"


def _escaped(value: str, pattern: str, mark: str, word: str) -> str:
    """``value LIKE pattern ESCAPE mark`` where *mark* is no constant: the pattern is written anew, with NUL to mark by."""
    failed = raise_sql("INVALID_FUNCTION_ARGUMENT", _LONG_MARK, "VARCHAR")
    wrong = raise_sql("INVALID_FUNCTION_ARGUMENT", _BARE_MARK, "VARCHAR")

    def written(p: str, m: str) -> str:
        one = f"CASE WHEN {m} IN ('^', ']', '\\', '-', '[') THEN '\\' ELSE '' END || {m}"
        rest = f"regexp_replace({p}, '[' || {one} || '][%_' || {one} || ']', '', 'g')"
        moved = f"regexp_replace({p}, '[' || {one} || '](.)', '' || chr(0) || '\\1', 'gs')"
        return (
            f"CASE WHEN length({m}) <> 1 THEN {failed} WHEN contains({rest}, {m}) THEN {wrong} "
            f"WHEN {p} IS NOT NULL AND {m} IS NOT NULL THEN {moved} END"
        )

    made = once(pattern, lambda p: once(mark, lambda m: written(p, m)))
    return f"({value} {word} {made} ESCAPE chr(0))"


def escape(ctx: Context, node: exp.Escape, scope: Scope) -> Value:
    if not isinstance(node.this, exp.Like):
        raise NotSupported(node.sql(dialect="trino"))
    return like(ctx, node.this, scope, ctx.expression(node.expression, scope))
