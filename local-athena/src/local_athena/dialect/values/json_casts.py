"""Casts from and to JSON, whose values are held as text: https://trino.io/docs/current/functions/json.html#cast-to-json."""

from __future__ import annotations

import re
from collections.abc import Callable

from local_athena.dialect.errors import raise_with
from local_athena.dialect.macros import rising
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values.types import VARCHAR, Type, field_names, held, ident

type Cast = Callable[[str, Type, Type], str]
"""``casts.cast_sql``, which these casts are a part of."""


def to_json(sql: str, source: Type, cast_sql: Cast) -> str:
    """The JSON text of *sql*. Raises KeyError for a type that has none."""
    match source.name:
        case "unknown":
            return "CAST(NULL AS VARCHAR)"
        case "boolean" | "tinyint" | "smallint" | "integer" | "bigint":
            return cast_sql(sql, source, VARCHAR)
        case "decimal":
            shown = cast_sql(sql, source, VARCHAR)
            return shown if source.params[1] <= _PLAIN_SCALE else f"trino_json_decimal({shown})"
        case "real" | "double":
            return f"trino_json_number({sql if source.name == 'double' else f'CAST(CAST({sql} AS VARCHAR) AS DOUBLE)'})"
        case "varchar":
            return f"CAST(to_json({sql}) AS VARCHAR)"
        case "date" | "timestamp":
            return f"('\"' || {cast_sql(sql, source, VARCHAR)} || '\"')"
        case "array":
            name = f"_j{len(str(source))}"
            items = f"list_transform({sql}, lambda {name}: {_or_null(name, source.element, cast_sql)})"
            return f"('[' || array_to_string({items}, ',') || ']')"
        case "map" if source.args[0].name in _KEYS:
            name = f"_j{len(str(source))}"
            key = cast_sql(f"{name}.key", source.args[0], VARCHAR)
            if source.args[0].is_float:  # as Java writes a number, 1.5, not as a cast does, 1.5E0
                key = f"trim({to_json(f'{name}.key', source.args[0], cast_sql)}, '\"')"
            pair = f"{{'k': {key}, 'v': {_or_null(f'{name}.value', source.args[1], cast_sql)}}}"
            entries = f"list_transform(map_entries({sql}), lambda {name}: {pair})"
            in_order = rising(f"map_keys({sql})") if source.args[0] == VARCHAR else "false"
            entries = f"CASE WHEN {in_order} THEN {entries} ELSE list_sort({entries}) END"
            members = f"list_transform({entries}, lambda {name}: CAST(to_json({name}.k) AS VARCHAR) || ':' || {name}.v)"
            return f"('{{' || array_to_string({members}, ',') || '}}')"
        case "row":
            parts = [
                f"{text(_quoted(name or ''))} || ':' || {_or_null(f'struct_extract({sql}, {text(held_name)})', arg, cast_sql)}"
                for name, held_name, arg in zip(source.fields, field_names(source), source.args, strict=True)
            ]
            return f"CASE WHEN {sql} IS NOT NULL THEN '{{' || {" || ',' || ".join(parts)} || '}}' END"
        case "json":
            return sql
    raise KeyError(source.name)


_DIGITS = {"tinyint": 2, "smallint": 4, "integer": 9, "bigint": 18}
"""Digits that each number of the type may have."""
_SHOWN = {"integer": "INT"}
"""Types that the cast of a text names otherwise."""
_PLAIN_SCALE = 6  # BigDecimal shows smaller numbers as 1E-7
_KEYS = {"unknown", "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "varchar"}


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _or_null(sql: str, source: Type, cast_sql: Cast) -> str:
    return f"coalesce({to_json(sql, source, cast_sql)}, 'null')"


def from_text(x: str, target: Type, cast_sql: Cast) -> str:
    """A cast of ``json_parse(x)`` to an array, a map or a row, which Trino makes one function of: it names *x* as it is written."""
    blank = _failed((target, x), f"'Expected {_EXPECTED[target.name]}, but got null'", target)
    wrong = raise_with("INVALID_CAST_ARGUMENT", f"'Cannot cast to {target}.' || chr(10) || {x}", held(target))

    def made(found: str) -> str:
        value = from_json(found, target, cast_sql, (target, x))
        failed = f"WHEN trim({x}) = '' THEN {blank} WHEN {x} IS NOT NULL THEN {wrong}"
        return f"CASE WHEN {found} IS NOT NULL THEN {value} {failed} END"

    usual = f"CASE WHEN trino_json_usual({x}) THEN CAST(json({x}) AS VARCHAR) ELSE trino_json_parse_or_null({x}) END"
    return once(usual, made)


type Whole = tuple[Type, str]
"""The type and the JSON text of a whole cast, which the failure of a part of it names."""


def from_json(sql: str, target: Type, cast_sql: Cast, whole: Whole | None = None) -> str:
    """*sql*, JSON text, as *target*, by itself or as a part of *whole*. Raises KeyError for a type that JSON has no cast to."""
    match target.name:
        case "varchar":
            return once(sql, lambda x: _text(x, target)) if target.params else f"trino_json_text({sql})"
        case "boolean":
            return f"trino_json_boolean({sql})"
        case "tinyint" | "smallint" | "integer" | "bigint":
            return once(sql, lambda x: _whole(x, target, whole))
        case "real" | "double":
            return once(sql, lambda x: _float(x, target))
        case "decimal":
            return once(sql, lambda x: _decimal(x, target, cast_sql, whole))
        case "json":
            return once(sql, lambda x: _tree(f"trino_json_numbers({x})"))
        case "array":
            return once(sql, lambda x: _array(x, target, cast_sql, whole or (target, x)))
        case "map":
            return once(sql, lambda x: _map(x, target, cast_sql, whole or (target, x)))
        case "row":
            return once(sql, lambda x: _row(x, target, cast_sql, whole or (target, x)))
    raise KeyError(target.name)


def _failed(whole: Whole, message: str, target: Type) -> str:
    """Trino's failure of a part of *whole*; *message* is DuckDB text."""
    t, source = whole
    return raise_with(
        "INVALID_CAST_ARGUMENT", f"{text(f'Cannot cast to {t}. ')} || {message} || chr(10) || {source}", held(target)
    )


def _text(x: str, target: Type) -> str:
    """A scalar's text, where it is no longer than *target*."""
    shown = f"trino_json_text({x})"
    failed = raise_with("INVALID_CAST_ARGUMENT", f"'Cannot cast ''' || {x} || ''' to {target}'", "VARCHAR")
    return f"CASE WHEN length({shown}) > {target.params[0]} THEN {failed} ELSE {shown} END"


def _decimal(x: str, target: Type, cast_sql: Cast, whole: Whole | None) -> str:
    name, scalar = f"DECIMAL({target.params[0]},{target.params[1]})", f"trino_json_scalar({x})"

    def failed(message: str) -> str:
        if whole:
            return _failed(whole, message, target)
        return raise_with("INVALID_CAST_ARGUMENT", message, held(target))

    unsuited = failed(f"'Cannot cast ''' || {x} || ''' to {name}'")
    precision, scale = target.params
    fraction = f"(?:[.][0-9]{{1,{scale}}})?" if scale else ""
    usual = f"-?[0-9]{{1,{precision - scale}}}{fraction}" if precision > scale else f"-?0{fraction}"
    return (
        f"CASE WHEN regexp_full_match({x}, '{usual}') THEN CAST({x} AS {held(target)}) ELSE "
        f"CASE json_type({x}) WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN {unsuited} WHEN 'ARRAY' THEN {unsuited} ELSE "
        f"CASE WHEN TRY_CAST({scalar} AS {held(target)}) IS NOT NULL THEN {cast_sql(scalar, VARCHAR, target)} "
        f"WHEN TRY_CAST({scalar} AS DOUBLE) IS NULL AND {x} IS NOT NULL THEN {unsuited} "
        f"WHEN {x} IS NOT NULL THEN {failed(f"'Cannot cast input json to {name}'")} END END END"
    )


def _token(x: str) -> str:
    """The first token of a JSON value."""
    scalar = f"coalesce(json_extract_string({x}, '$'), {x})"
    return f"CASE json_type({x}) WHEN 'OBJECT' THEN '{{' WHEN 'ARRAY' THEN '[' ELSE {scalar} END"


def _exact(x: str, t: Type, usual: str, raw: str) -> str:
    """A part of *x* that becomes a *t*: *raw*, as it is written, where it holds a decimal with more digits than a double."""
    if all(part.name != "decimal" for part in t.walk()):
        return usual
    return f"CASE WHEN regexp_matches({x}, '[0-9.]{{17}}') THEN {raw} ELSE {usual} END"


def _parts(x: str, path: str, t: Type) -> str:
    return _exact(x, t, f"CAST(json_extract({x}, '{path}') AS VARCHAR[])", f"trino_json_raw_items({x})")


def _array(x: str, target: Type, cast_sql: Cast, whole: Whole) -> str:
    name = f"_f{len(str(target))}"
    made = from_json(name, target.element, cast_sql, whole)
    items = f"list_transform({_parts(x, '$[*]', target)}, lambda {name}: {made})"
    return _shaped(x, {"ARRAY": items}, target, whole)


_PLAIN = {
    **{name: f"-?[0-9]{{1,{digits}}}" for name, digits in _DIGITS.items()},
    "double": r"(?:-?[1-9][0-9]{0,14}|0|-?(?:0|[1-9][0-9]{0,14})[.][0-9]{1,15})",
    "varchar": r'"[^"\\]*"',
}
"""Values that ``from_json`` reads as the casts do: it takes -0 for a whole number."""


def _map(x: str, target: Type, cast_sql: Cast, whole: Whole) -> str:
    name = f"_f{len(str(target))}"
    key, value = target.args
    shown, names = cast_sql(name, VARCHAR, key), f"json_keys({x})"
    keys = names if key == VARCHAR else f"list_transform({names}, lambda {name}: {shown})"
    made = from_json(f"{name}v", value, cast_sql, whole)
    values = f"list_transform({_parts(x, '$.*', value)}, lambda {name}v: {made})"
    twice = _failed(whole, "'Duplicate keys are not allowed'", target)
    usual = ""
    if key == VARCHAR and value.name in _PLAIN and (value.name != "varchar" or value == VARCHAR):
        member = rf'"[^"\\]*":(?:{_PLAIN[value.name]}|null)'
        plain = f"regexp_full_match({x}, {text(rf'\{{{member}(?:,{member})*\}}')}) AND {rising(names)}"
        usual = f"WHEN {plain} THEN from_json({x}, '\"MAP(VARCHAR,{held(value)})\"')"
    again = f"WHEN len(list_distinct({keys})) < len({keys}) THEN {twice}"
    return _shaped(x, {"OBJECT": f"CASE {usual} {again} ELSE map({keys}, {values}) END"}, target, whole)


def _row(x: str, target: Type, cast_sql: Cast, whole: Whole) -> str:
    names = field_names(target)

    def part(name: str, t: Type, usual: str, raw: str) -> str:
        return f"{ident(name)} := {from_json(_exact(x, t, usual, raw), t, cast_sql, whole)}"

    members = list(zip(names, target.args, strict=True))
    by_name = [part(n, t, _field(x, n), f"trino_json_raw_member({x}, {text(n)})") for n, t in members]
    by_place = [
        part(n, t, f"CAST(json_extract({x}, '$[{i}]') AS VARCHAR)", f"trino_json_raw_items({x})[{i + 1}]")
        for i, (n, t) in enumerate(members)
    ]
    size = raise_with("INVALID_CAST_ARGUMENT", f"'Cannot cast to {target}.' || {x}", held(target))
    in_place = (
        f"CASE WHEN json_array_length({x}) <> {len(names)} THEN {size} "
        f"ELSE CAST(struct_pack({', '.join(by_place)}) AS {held(target)}) END"
    )
    named = {"OBJECT": f"struct_pack({', '.join(by_name)})"} if target.fields[0] else {}
    return _shaped(x, {**named, "ARRAY": in_place}, target, whole)


def _whole(x: str, target: Type, whole: Whole | None) -> str:
    """A JSON number as an integer; few have so many digits that they may not fit, or a fraction.

    A number too large for a double is written as the text of Infinity.
    """
    checks = _no_whole(x, target, whole) if whole else ""
    number = f"round(CAST(json_extract_string({x}, '$') AS DOUBLE))"
    shown = f"trino_double_text({number})"
    large = f"'Out of range for {target}: ' || {shown}"
    if target.name == "bigint":
        large = f"'Unable to cast ' || {shown} || ' to bigint'"
    failed = raise_with("NUMERIC_VALUE_OUT_OF_RANGE", large, held(target))
    fraction = f"(json_type({x}) = 'DOUBLE' AND NOT regexp_full_match({x}, '-?[0-9]+'))"
    infinite = f"""{x} IN ('"Infinity"', '"-Infinity"')"""
    return (
        f"CASE WHEN regexp_full_match({x}, '-?[0-9]{{1,{_DIGITS[target.name]}}}') THEN CAST({x} AS {held(target)}) {checks}"
        f"WHEN {fraction} OR {infinite} THEN coalesce(TRY_CAST({number} AS {held(target)}), {failed}) "
        f"ELSE CAST(round(trino_json_whole({x})) AS {held(target)}) END"
    )


def _no_whole(x: str, target: Type, whole: Whole) -> str:
    """Conditions under which a part of *whole* is no integer, and their failures."""
    written = f"json_extract_string({x}, '$')"
    shape = _failed(whole, f"'Unexpected token when cast to {target}: ' || {_token(x)}", target)
    words = _failed(
        whole, f"'Cannot cast ''' || {written} || ''' to {_SHOWN.get(target.name, target.name.upper())}'", target
    )
    number = f"round(CAST({x} AS DOUBLE))"
    size = _failed(whole, f"'Out of range for {target}: ' || trino_json_number(CAST({x} AS DOUBLE))", target)
    return (
        f"WHEN json_type({x}) IN ('OBJECT', 'ARRAY') THEN {shape} "
        f"WHEN json_type({x}) = 'VARCHAR' AND trino_to_bigint_or_null({written}) IS NULL THEN {words} "
        f"WHEN json_type({x}) = 'DOUBLE' AND TRY_CAST({number} AS {held(target)}) IS NULL THEN {size} "
    )


def _float(x: str, target: Type) -> str:
    return (
        f"CASE WHEN regexp_full_match({x}, '-?[0-9]{{1,15}}(?:[.][0-9]{{1,15}})?') THEN CAST({x} AS {held(target)}) "
        f"ELSE trino_to_{target.name}(trino_json_scalar({x})) END"
    )


_PLAIN_NAME = re.compile("[a-z0-9_]+")


def _field(x: str, name: str) -> str:
    """The text of an object's member by name, in any case: DuckDB's where the name is written once and in lower case."""
    slow = f"trino_json_field({x}, {text(name)})"
    if not _PLAIN_NAME.fullmatch(name):
        return slow
    alone = f"strlen({x}) = length({x}) AND NOT contains({x}, '\\') AND contains({x}, '\"{name}\":')"
    again = f'regexp_matches({x}, \'(?is)"{name}"\\s*:.*"{name}"\\s*:\')'
    return (
        f"CASE WHEN {alone} AND NOT {again} THEN trino_json_numbers(CAST(json_extract({x}, '$.\"{name}\"') AS VARCHAR)) "
        f"ELSE {slow} END"
    )


def _tree(x: str) -> str:
    """A JSON value inside another, as Trino reads it: one member for each name.

    Few texts have two: those with no name twice, in whatever object, are left as they are.
    """
    flat = f"NOT contains(substr({x}, 2), '{{')"
    texts = f"regexp_extract_all({x}, {text(_TEXT)})"
    deep = f"list_filter({texts}, lambda _n: ends_with(_n, ':'))"
    names = f"CASE WHEN {flat} AND starts_with({x}, '{{') THEN json_keys({x}) ELSE {deep} END"
    twice = f"list_transform([{names}], lambda _n: len(list_distinct(_n)) < len(_n))[1]"
    return f"CASE WHEN contains({x}, '{{') AND {twice} THEN trino_json_tree({x}) ELSE {x} END"


_TEXT = r'"(?:[^"\\]|\\.)*":?'
"""A text of JSON, and the colon that a name has behind it."""


_EXPECTED = {"array": "a json array", "map": "a json object", "row": "a json array or object"}


def _shaped(sql: str, shapes: dict[str, str], target: Type, whole: Whole) -> str:
    """One text for each JSON type that can become *target*; NULL for JSON null; an error for all others."""
    cases = " ".join(f"WHEN '{shape}' THEN CAST({made} AS {held(target)})" for shape, made in shapes.items())
    failed = _failed(whole, f"'Expected {_EXPECTED[target.name]}, but got ' || {_token(sql)}", target)
    return f"CASE json_type({sql}) WHEN 'NULL' THEN NULL {cases} ELSE {failed} END"
