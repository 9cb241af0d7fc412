"""DuckDB expressions from a line of JSON to the columns of the JSON SerDes.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html, https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.values.types import to_duckdb
from local_athena.model import Column
from local_athena.tables.hive.formats import Format
from local_athena.tables.hive.values import FLOATS, INTEGERS, TEXT, identifier, literal, of_json, of_json_key, sized

_CAPITAL_KEY = r'"[^"]*\p{Lu}[^"]*"\s*:'
_LONG = r"[\d.]{16}|\d[eE]"
"""Finds numbers that a double may not hold, and those that OpenX spells anew."""
_LISTS = (exp.DType.ARRAY, exp.DType.LIST)


def document(form: Format, columns: Sequence[Column]) -> str:
    """``document``: the row of a line of *columns*. NULL where the SerDe gives a row of NULLs; what it refuses fails when read.

    To OpenX a line that begins with neither ``{`` nor ``[`` (a blank one, or one behind a BOM) is a row of NULLs.
    """
    anew = f"regexp_matches(line, '{_LONG}') OR {_twice('line', [column.name for column in columns])}"
    exact = f"CASE WHEN {anew} THEN trino_line_plain(line, {form.openx})::JSON ELSE line::JSON END"
    capital = f"regexp_matches(line, '{_CAPITAL_KEY}')"
    folded = "len(list_distinct(list_transform(json_keys(line), lambda key: lower(key)))) < len(json_keys(line))"
    bad = "'Row is not a valid JSON Object: ' || left(line, 200)"
    malformed = _malformed(form, bad)
    checked = f"CASE WHEN NOT json_valid(line) THEN {malformed}"
    if not form.openx:
        last = f"WHEN {capital} AND {folded} THEN trino_line_folded(line)::JSON"
        return f"{checked} WHEN json_type(line) <> 'OBJECT' THEN {malformed} {last} ELSE {exact} END AS document"
    checked = f"CASE WHEN NOT json_valid(line) THEN coalesce(trino_line_plain(line, true)::JSON, {malformed})"
    if _folded(form):
        double = "'Row is not a valid JSON Object - JSONException: Duplicate key in ' || left(line, 200)"
        checked += f" WHEN {capital} AND json_type(line) = 'OBJECT' AND {folded} THEN {_malformed(form, double)}"
    return (
        f"CASE WHEN left(ltrim(line), 1) NOT IN ('{{', '[') THEN NULL ELSE {checked} ELSE {exact} END END AS document"
    )


def _malformed(form: Format, message: str) -> str:
    if form.on("ignore.malformed.json"):
        return "NULL"
    return errors.raise_with("HIVE_CURSOR_ERROR", message, "JSON")


def _folded(form: Format) -> bool:
    return not form.openx or form.on("case.insensitive", default=True)


def column(form: Format, position: int, column: Column) -> str:
    """The value of a column in ``document``; of an array at the top, the element at its *position*."""
    value = _member(form, "document", column.name, position)
    if form.openx:
        value = f"CASE json_type(document) WHEN 'ARRAY' THEN json_extract(document, '$[{position}]') ELSE {value} END"
    kind, bad = column.type, _bad(form, column.name, column.type)
    text = f"json_extract_string({value}, '$')"
    refused = _refused(form, kind, value, text)
    unless = f"WHEN {refused} THEN {bad} " if refused else ""
    if kind.this in TEXT:
        sized_text = sized(text, kind)
        return f"CASE {unless}ELSE {sized_text} END" if unless else sized_text
    if not _nested(kind):
        return f"CASE {unless}WHEN {text} IS NOT NULL THEN coalesce({of_json(form, text, kind)}, {bad}) END"
    if kind.this in _LISTS and form.openx:
        # OpenX makes a list of one of what is none, and nothing of an empty text.
        one = f"WHEN json_extract_string({value}, '$') <> '' THEN json_array({value})"
        value = f"CASE WHEN json_type({value}) IN ('ARRAY', 'NULL') THEN {value} {one} END"
    if form.openx and kind.this not in _LISTS:
        blank = f"json_type({value}) = 'VARCHAR' AND trim({text}) = ''"
        of_blank = "'{}'::JSON" if kind.this == exp.DType.STRUCT else "NULL"
        value = f"CASE WHEN {blank} THEN {of_blank} ELSE {value} END"
    if form.openx and kind.this == exp.DType.STRUCT:
        value = f"CASE WHEN json_type({value}) = 'ARRAY' THEN {_by_place(value, kind)} ELSE {value} END"
    shape = f"TRY_CAST({_with_names(form, _without_twice(form, value, kind), kind)} AS {_texts(kind)})"
    is_a = "ARRAY" if kind.this in _LISTS else "OBJECT"
    unlike = f"json_type({value}) <> '{is_a}'"
    whole = f"CASE WHEN shape IS NULL OR {unlike} THEN {bad} ELSE {_typed(form, column.name, 'shape', kind, 0)} END"
    made = f"list_transform([{shape}], lambda shape: {whole})[1]"
    return f"CASE WHEN {value} IS NOT NULL AND json_type({value}) <> 'NULL' THEN {made} END"


def _twice(value: str, names: Sequence[str], path: str = "$") -> str:
    """A condition of JSON whose object at *path* has a key twice, of which DuckDB takes the first and the SerDes the last.

    Most rows have the keys *names* in this order, and comparing lists is quicker than looking for what is twice.
    """
    usual = f"[{', '.join(literal(name) for name in names)}]"
    twice = f"keys <> {usual} AND len(list_distinct(keys)) < len(keys)"
    keys = f"json_keys({value}, {literal(path)})"
    return f"len(list_filter({keys}, lambda keys: {twice})) > 0" if "*" in path else twice.replace("keys", keys)


def _without_twice(form: Format, value: str, kind: exp.DataType) -> str:
    """*value* of *kind*, in whose rows and maps each key is there once."""
    twice = " OR ".join(_twice("many", names, path) for path, names in _objects(kind, "$"))
    once = f"CASE WHEN {twice} THEN trino_line_plain(many, {form.openx})::JSON ELSE many END"
    return f"list_transform([{value}], lambda many: {once})[1]" if twice else value


def _objects(kind: exp.DataType, path: str) -> list[tuple[str, list[str]]]:
    """Paths of the rows and maps in *kind*, and the names that a row has."""
    if kind.this in _LISTS:
        return _objects(kind.expressions[0], f"{path}[*]")
    if kind.this == exp.DType.MAP:
        return [(path, []), *_objects(kind.expressions[1], f"{path}.*")]
    if kind.this == exp.DType.STRUCT:
        members = (_objects(field.args["kind"], f"{path}.{_json_key(field.name)}") for field in kind.expressions)
        return [(path, [field.name for field in kind.expressions]), *(row for member in members for row in member)]
    return []


def _refused(form: Format, kind: exp.DataType, value: str, text: str) -> str:
    """A condition of values that Hive's JSON SerDe does not take for a scalar of *kind*: no number is quoted, none is a list."""
    if form.openx:
        return f"json_type({value}) NOT IN ('VARCHAR', 'NULL')" if kind.this == exp.DType.VARBINARY else ""
    if kind.this in INTEGERS or kind.this in FLOATS:
        return f"json_type({value}) = 'VARCHAR' AND NOT regexp_matches({text}, '{_LONG}')"
    return f"json_type({value}) IN ('ARRAY', 'OBJECT')"


def _by_place(value: str, kind: exp.DataType) -> str:
    """A row of the items of an array, as OpenX reads it."""
    items = (f"{literal(field.name)}, json_extract({value}, '$[{at}]')" for at, field in enumerate(kind.expressions))
    return f"json_object({', '.join(items)})"


def _bad(form: Format, name: str, kind: exp.DataType) -> str:
    """SQL in the place of a value that is not of its type."""
    if form.on("use.null.for.invalid.data"):
        return f"CAST(NULL AS {to_duckdb(kind)})"
    message = literal(f"Error parsing field {name} of row: ")
    return errors.raise_with("HIVE_BAD_DATA", f"{message} || left(line, 200)", to_duckdb(kind))


def _nested(kind: exp.DataType) -> bool:
    return bool(kind.expressions) and kind.this in exp.DataType.NESTED_TYPES


def _member(form: Format, value: str, name: str, position: int, exactly: bool = True) -> str:
    """SQL for the member of a JSON object: with *exactly* the column's key, the last one of any case, or one with dots."""
    key = (form.get(f"mapping.{name}") if form.openx else None) or name
    exact = f"json_extract({value}, {literal('$.' + _json_key(key))})"
    choices = [exact] if exactly or not _folded(form) else []
    if not form.openx:
        choices.append(f"json_extract({value}, '$._col{position}')")
    if _folded(form):
        choices.append(_found(value, f"lower(key) = {literal(key.lower())}"))
    if form.openx and form.on("dots.in.keys", "ConvertDotsInJsonKeysToUnderscores"):
        dotted = "replace(key, '.', '_')"
        choices.append(_found(value, f"{f'lower({dotted})' if _folded(form) else dotted} = {literal(name)}"))
    return f"coalesce({', '.join(choices)})" if len(choices) > 1 else choices[0]


def _found(value: str, condition: str) -> str:
    key = f"list_filter(json_keys({value}), lambda key: {condition})[-1]"
    return f"json_extract({value}, '$.\"' || replace({key}, '\"', '\\\"') || '\"')"


def _texts(kind: exp.DataType) -> str:
    """DuckDB's type of *kind* with text in every leaf."""
    if kind.this in _LISTS:
        return f"{_texts(kind.expressions[0])}[]"
    if kind.this == exp.DType.MAP:
        return f"MAP(VARCHAR, {_texts(kind.expressions[1])})"
    if kind.this == exp.DType.STRUCT:
        return f"STRUCT({', '.join(f'{identifier(field.name)} {_texts(field.args["kind"])}' for field in kind.expressions)})"
    return "VARCHAR"


def _typed(form: Format, name: str, shape: str, kind: exp.DataType, depth: int) -> str:
    """*shape*, whose leaves are text, with leaves of their types; *name* is the column's, for errors."""
    if all(leaf.this in TEXT and not leaf.expressions for leaf in _leaves(kind)):
        return shape
    each = f"leaf{depth}"
    if kind.this in _LISTS:
        return f"list_transform({shape}, lambda {each}: {_typed(form, name, each, kind.expressions[0], depth + 1)})"
    if kind.this == exp.DType.MAP:
        key = _leaf(form, name, f"{each}.key", kind.expressions[0], of_json_key)
        value = _typed(form, name, f"{each}.value", kind.expressions[1], depth + 1)
        entries = f"list_transform(map_entries({shape}), lambda {each}: {{'key': {key}, 'value': {value}}})"
        return f"CASE WHEN {shape} IS NOT NULL THEN map_from_entries({entries}) END"
    if kind.this == exp.DType.STRUCT:
        fields = ", ".join(
            f"{literal(field.name)}: "
            + _typed(form, name, f"{shape}.{identifier(field.name)}", field.args["kind"], depth + 1)
            for field in kind.expressions
        )
        return f"CASE WHEN {shape} IS NOT NULL THEN {{{fields}}} END"
    return _leaf(form, name, shape, kind)


def _leaf(
    form: Format,
    name: str,
    text: str,
    kind: exp.DataType,
    read: Callable[[Format, str, exp.DataType], str] = of_json,
) -> str:
    if kind.this in TEXT:
        return sized(text, kind)
    return f"CASE WHEN {text} IS NOT NULL THEN coalesce({read(form, text, kind)}, {_bad(form, name, kind)}) END"


def _leaves(kind: exp.DataType) -> list[exp.DataType]:
    if not _nested(kind):
        return [kind]
    inner = [part.args["kind"] if isinstance(part, exp.ColumnDef) else part for part in kind.expressions]
    return [leaf for part in inner for leaf in _leaves(part)]


def _with_names(form: Format, value: str, kind: exp.DataType) -> str:
    """SQL for JSON whose rows have the names of *kind*: keys are found as those of columns are, and DuckDB compares them whole."""
    if not _has_row(kind):
        return value
    renamed = _renamed(form, value, kind)
    if form.openx and (
        not _folded(form) or form.on("dots.in.keys") or any(key.startswith("mapping.") for key in form.properties)
    ):
        return renamed
    otherwise = _CAPITAL_KEY if form.openx else rf'{_CAPITAL_KEY}|"_col\d'
    return f"CASE WHEN regexp_matches({value}::VARCHAR, '{otherwise}') THEN {renamed} ELSE {value} END"


def _renamed(form: Format, value: str, kind: exp.DataType, depth: int = 0) -> str:
    if not _has_row(kind):
        return value
    bound, each = f"bound{depth}", f"each{depth}"
    if kind.this == exp.DType.STRUCT:
        members = (
            f"{literal(field.name)}, {_renamed(form, _member(form, bound, field.name, at, False), field.args['kind'], depth + 1)}"
            for at, field in enumerate(kind.expressions)
        )
        is_a, renamed = "OBJECT", f"json_object({', '.join(members)})"
    elif kind.this == exp.DType.MAP:
        inner = _renamed(form, f"json_extract({bound}, '$.\"' || {each} || '\"')", kind.expressions[1], depth + 1)
        entries = f"list_transform(json_keys({bound}), lambda {each}: ({each}, {inner}))"
        is_a, renamed = "OBJECT", f"to_json(map_from_entries({entries}))"
    else:
        inner = _renamed(form, each, kind.expressions[0], depth + 1)
        is_a, renamed = "ARRAY", f"to_json(list_transform(CAST({bound} AS JSON[]), lambda {each}: {inner}))"
    # Bound to a name, for each level would write the text of the one above it several times.
    body = f"CASE WHEN json_type({bound}) = '{is_a}' THEN {renamed} ELSE {bound} END"
    return f"list_transform([{value}], lambda {bound}: {body})[1]"


def _has_row(kind: exp.DataType) -> bool:
    return any(part.this == exp.DType.STRUCT for part in kind.find_all(exp.DataType))


def _json_key(key: str) -> str:
    return '"' + key.replace('"', '\\"') + '"'
