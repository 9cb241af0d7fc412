"""ORDER BY, LIMIT, OFFSET and FETCH FIRST: https://trino.io/docs/current/sql/select.html#order-by-clause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from local_athena.dialect import functions
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.expressions import aggregation, windows
from local_athena.dialect.expressions.comparisons import sign_of
from local_athena.dialect.parsing.formatter import formatted
from local_athena.dialect.scope import Field, Scope, Value
from local_athena.dialect.values import literals, ordering
from local_athena.errors import NotSupported

type Items = list[tuple[str | None, Value]]


@dataclass(frozen=True)
class Key:
    """A sort key. ``place`` is its number in the select list, 0 where it stands in none."""

    value: Value
    place: int
    direction: str
    nulls_first: bool

    @property
    def nested(self) -> bool:
        return ordering.nested(self.value.type)

    @property
    def own(self) -> str | None:
        return ordering.sortable(self.value, self.nulls_first)

    def over(self) -> str:
        """The key where a window is ordered by it."""
        if self.nested:
            return ordering.whole(self.value.sql, self.value.type, self.nulls_first) + self.direction
        return (self.own or self.value.sql) + self.direction

    def text(self) -> str:
        """The key in an ORDER BY of the query it was written in, if it is no array and no row."""
        return (self.own or (str(self.place) if self.place else windows.unnumbered(self.value))) + self.direction


def _computes_from(target: exp.Expr, named: Collection[str]) -> bool:
    """Whether *target* is computed from columns that the select list has also, whose names mean these columns here."""
    found = () if isinstance(target, exp.Column) else target.find_all(exp.Column)
    return any(len(c.parts) == 1 and c.name.lower() in named for c in found)


def keys(ctx: Context, node: exp.Expr, items: Items, scope: Scope) -> list[Key]:
    """ORDER BY: a number, a name of the select list, or an expression over either list or relations."""
    clause = node.args.get("order")
    if clause is None:
        return []
    named: dict[str, Value] = {}
    for name, value in items:
        if name is not None and named.setdefault(name, value) is not value:
            for o in clause.expressions:
                if isinstance(o.this, exp.Column) and len(o.this.parts) == 1 and o.this.name.lower() == name:
                    raise failure("AMBIGUOUS_NAME", f"Column '{name}' is ambiguous", o)
    for item in clause.expressions:
        _check_outputs(item.this, named)
    inner = Scope([], scope, None, scope.windows, named)
    texts = [v.sql for _, v in items]
    distinct = isinstance(node, exp.Select) and node.args.get("distinct") is not None
    result = []
    for item in clause.expressions:
        target = item.this
        if isinstance(target, exp.Literal) and not target.is_string:
            if not (target.name.isdigit() and 0 < int(target.name) <= len(items)):
                raise failure(
                    "INVALID_COLUMN_REFERENCE", f"ORDER BY position {target.name} is not in select list", item
                )
            place = int(target.name)
            value = items[place - 1][1]
        else:
            value = ctx.expression(target, inner)
            place = texts.index(value.sql) + 1 if value.sql in texts else 0
            if distinct and (not place or _computes_from(target, named)):
                message = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                raise failure("EXPRESSION_NOT_IN_DISTINCT", message, node)
        if not value.type.ordered:
            shown = f":input({place - 1})" if isinstance(target, exp.Literal) else formatted(target)
            message = f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY: {shown}"
            raise type_mismatch(message, node)
        result.append(Key(value, place, windows.direction(item), bool(item.args.get("nulls_first"))))
    for item in clause.expressions if distinct else ():
        if any(call.name.lower() in functions.RANDOM for call in item.this.find_all(exp.Anonymous)):
            message = "Non deterministic ORDER BY expression is not supported with SELECT DISTINCT"
            raise failure("EXPRESSION_NOT_IN_DISTINCT", message, item)
    return result


def _check_outputs(node: exp.Expr, named: Mapping[str, Value]) -> None:
    """Refuse a sort key in which an output column stands where it may not: Trino looks for a name among these first."""
    if isinstance(node, exp.Column) and len(node.parts) == 2:
        output = named.get(node.table.lower())
        if output is not None and output.type.name != "row":
            raise failure("TYPE_MISMATCH", f"Expression {node.table} is not of type ROW", node)
    for call in aggregation.aggregates(node, windows=True):
        if call.name.lower() == "grouping" and any(c.parts[0].name.lower() in named for c in call.find_all(exp.Column)):
            message = "Invalid reference to output of SELECT clause from grouping() expression in ORDER BY"
            raise failure("INVALID_ARGUMENTS", message)  # Trino tells no place


def arranged(word: str, listed: list[str], fields: list[Field], core: str, by: list[Key], limit: str) -> str:
    """``SELECT listed core`` with its rows in the order of *by*."""
    if not by:
        return f"{word} {', '.join(listed)}{core}{limit}"
    if not any(k.nested or (k.own and word != "SELECT") for k in by):
        return f"{word} {', '.join(listed)}{core} ORDER BY {', '.join(k.text() for k in by)}{limit}"
    moved, more = outside(by, fields)
    columns = ", ".join(f.sql for f in fields)
    inner = f"{word} {', '.join([*listed, *more])}{core}"
    return f"SELECT {columns} FROM ({inner}) ORDER BY {', '.join(_compared(moved))}{limit}"


def _compared(by: Sequence[Key]) -> list[str]:
    """*by* as sort keys, among them one that is always false but fails where the order of two rows hangs on a NULL inside a value.

    Such rows are neighbours once they are sorted, as everything between them is equal to both up to the NULL.
    """
    result: list[str] = []
    before: list[str] = []
    sorted_by: list[str] = []
    for k in by:
        x, t = k.value.sql, k.value.type
        form = ordering.form(x, t, nan_first=k.nulls_first) if k.nested else k.own or x
        sorted_by.append(form + k.direction)
        result.append(form + k.direction)
        if k.nested:
            over = f"OVER (ORDER BY {', '.join(sorted_by)})"
            alike = "".join(f" AND lag({b}) {over} IS NOT DISTINCT FROM {b}" for b in before)
            pair = f"struct_pack(p := lag({x}) {over}, q := {x}, alike := true{alike})"
            stuck = f"{sign_of('_w.p', '_w.q', t)} > 1"
            both = "_w.alike AND _w.p IS NOT NULL AND _w.q IS NOT NULL"
            result.append(f"list_transform([{pair}], lambda _w: CASE WHEN {both} THEN {stuck} ELSE false END)[1]")
        before.append(form)
    return result


def outside(by: list[Key], fields: list[Field]) -> tuple[list[Key], list[str]]:
    """*by* as keys of a query around the one they were written for, and what that has to list for them besides its fields."""
    moved, listed = [], []
    for i, k in enumerate(by):
        name = fields[k.place - 1].sql if k.place else f'"$key{i}"'
        if not k.place:
            listed.append(f"{k.value.sql} AS {name}")
        moved.append(replace(k, value=replace(k.value, sql=name, const=None)))
    return moved, listed


def _count(ctx: Context, node: exp.Expr | None, what: str) -> int | None:
    if node is None or (isinstance(node, exp.Var) and node.name.upper() == "ALL"):
        return None
    if not (isinstance(node, exp.Literal) and node.name.isdigit() and not node.is_string):
        raise failure("SYNTAX_ERROR", f"{what} must be a number: {node.sql(dialect='trino')}", node)
    if int(node.name) > _MOST_ROWS:
        raise literals.too_large(node.name)
    return int(node.name)


_MOST_ROWS = 2**63 - 1


def _limits(ctx: Context, node: exp.Expr) -> tuple[int | None, int | None]:
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if isinstance(limit, exp.Fetch):
        count = _count(ctx, limit.args.get("count"), "FETCH FIRST") if limit.args.get("count") is not None else 1
        if count == 0:
            message = "FETCH FIRST row count must be positive (actual value: 0)"
            raise failure("NUMERIC_VALUE_OUT_OF_RANGE", message, limit)
    else:
        count = _count(ctx, limit.expression if limit is not None else None, "LIMIT")
    return count, _count(ctx, offset.expression if offset is not None else None, "OFFSET")


def limit(ctx: Context, node: exp.Expr) -> str:
    count, skipped = _limits(ctx, node)
    return (f" LIMIT {count}" if count is not None else "") + (f" OFFSET {skipped}" if skipped is not None else "")


def with_ties(node: exp.Expr) -> bool:
    limit = node.args.get("limit")
    options = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
    return options is not None and bool(options.args.get("with_ties"))


def ties(
    ctx: Context, node: exp.Expr, word: str, listed: list[str], fields: list[Field], core: str, by: list[Key]
) -> str:
    """FETCH FIRST n ROWS WITH TIES: all rows whose rank is within the limit."""
    if not by:
        raise failure("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", node.args["limit"])
    if word != "SELECT":
        raise NotSupported("SELECT DISTINCT with FETCH FIRST ... WITH TIES")
    count, skipped = _limits(ctx, node)
    over = f"OVER (ORDER BY {', '.join(k.over() for k in by)})"
    inner = f'SELECT {", ".join(listed)}, rank() {over} AS "$rank", row_number() {over} AS "$row"{core}'
    last = (count or 0) + (skipped or 0)
    columns = ", ".join(f.sql for f in fields)
    return f'SELECT {columns} FROM ({inner}) WHERE "$rank" <= {last} AND "$row" > {skipped or 0} ORDER BY "$row"'
