"""DuckDB expressions from a line of JSON to the columns of the JSON SerDes.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html, https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.udf.json_lines import BARE
from local_athena.dialect.udf.json_shapes import Shape
from local_athena.dialect.values.types import to_duckdb
from local_athena.model import Column
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.lines.values import (
    FLOATS,
    INTEGERS,
    TEXT,
    identifier,
    literal,
    no_decimal,
    of_json,
    of_json_key,
    sized,
)

type Read = Callable[[Format, str, exp.DataType], str]

_START = "left(ltrim({}, ' ' || chr(9)), 1)"
_KEY = r'"(?:[^"\\]|\\.)*":'
_LISTS = (exp.DType.ARRAY, exp.DType.LIST)


def layers(form: Format, columns: Sequence[Column]) -> list[str]:
    """Layers of SQL over the columns of ``json_flags``, read once for all that is made of them.

    ``document``: the row of a line, as text; NULL where the SerDe gives a row of NULLs; what it refuses fails when read.
    ``text0`` and so on: the texts of scalars, with ``type0`` where it matters; ``value0``: nested values.
    """
    read = [made for at, column in enumerate(columns) for made in _texts_of(form, at, column)]
    return [
        "TRY(json_keys(line)) AS keys",
        f"{_document(form, columns)} AS document",
        *([", ".join(read)] if read else []),
    ]


def _document(form: Format, columns: Sequence[Column]) -> str:
    """To OpenX a line that begins with neither ``{`` nor ``[`` (a blank one, or one behind a BOM) is a row of NULLs."""
    bad = _malformed(form, "'Row is not a valid JSON Object: ' || left(line, 200)")
    again = f"coalesce({_plain(form, 'line')}, {bad})"
    usual = f"keys = [{', '.join(literal(column.name) for column in columns)}]"
    folded = "capital AND len(list_distinct(list_transform(keys, lambda key: lower(key)))) < len(keys)"
    twice = f"WHEN NOT ({usual}) AND len(list_distinct(keys)) < len(keys) THEN {again}"
    anew = f"WHEN keys IS NULL OR anew THEN {again}"
    start = _START.format("line")
    if not form.openx:
        last = f"WHEN {folded} THEN coalesce(trino_line_folded(line), {bad})"
        return f"CASE WHEN {start} <> '{{' THEN {bad} {last} {anew} {twice} ELSE line END"
    double = "'Row is not a valid JSON Object - JSONException: Duplicate key in ' || left(line, 200)"
    refused = f"WHEN {folded} THEN {_malformed(form, double)}" if _folded(form) else ""
    return f"CASE WHEN {start} NOT IN ('{{', '[') THEN NULL {refused} {anew} {twice} ELSE line END"


def _plain(form: Format, line: str) -> str:
    return f"trino_line_plain({line}, {form.openx}, {form.openx and _folded(form)})"


def _malformed(form: Format, message: str) -> str:
    if form.on("ignore.malformed.json"):
        return "NULL"
    return errors.raise_with("HIVE_CURSOR_ERROR", message, "VARCHAR")


def _folded(form: Format) -> bool:
    return not form.openx or form.on("case.insensitive", default=True)


def _texts_of(form: Format, position: int, column: Column) -> Iterator[str]:
    """A scalar's text, and its JSON type where that matters; or a nested value."""
    if _nested(column.type):
        value = _value(form, "document", column.name, position)
        if _as_text(column.type):
            number = rf"regexp_matches({value}, '[:,\[]-?\d+\.\d')"
            exactly = _value(form, _plain(form, "line"), column.name, position)
            value = f"CASE WHEN rounded AND {number} THEN {exactly} ELSE {value} END"
        yield f"{value} AS value{position}"
        return
    text = _value(form, "document", column.name, position, "json_extract_string")
    if _as_text(column.type):
        number = rf"regexp_matches({text}, '(?:^|[:,\[])-?\d+\.\d')"
        exactly = _value(form, _plain(form, "line"), column.name, position, "json_extract_string")
        text = f"CASE WHEN rounded AND {number} THEN {exactly} ELSE {text} END"
    yield f"{text} AS text{position}"
    if _refused(form, column.type, position):
        yield f"{_value(form, 'document', column.name, position, 'json_type')} AS type{position}"


def _as_text(kind: exp.DataType) -> bool:
    return any(leaf.this in TEXT or leaf.this == exp.DType.VARBINARY for leaf in _leaves(kind))


def column(form: Format, position: int, column: Column) -> str:
    """The value of a column, over ``layers``; of an array at the top, the element at its *position*."""
    kind, bad = column.type, _bad(form, column.name, column.type)
    if _nested(kind):
        return _whole(form, column.name, f"value{position}", kind, bad)
    value = _value(form, "document", column.name, position)
    refused = _refused(form, kind, position)
    unless = f"WHEN {refused} THEN {bad} " if refused else ""
    if kind.this in TEXT and form.openx:
        object_text = sized(f"trino_line_object(text{position}, {_folded(form)})", kind)
        unless = f"WHEN {_maybe_twice(f'text{position}', form)} AND {_is_object(value)} THEN {object_text} "
    read = _read(form, f"text{position}", kind, bad)
    return f"CASE {unless}ELSE {read} END" if unless else read


def _is_object(value: str) -> str:
    return f"left({value}, 1) IN ('{{', '[')"


def _maybe_twice(value: str, form: Format) -> str:
    """A condition of an object or array of which OpenX may write another text than DuckDB: a key may be there twice."""
    keys = f"regexp_extract_all({f'lower({value})' if _folded(form) else value}, {literal(_KEY)})"
    twice = f"len(list_filter([{keys}], lambda keys: len(list_distinct(keys)) < len(keys))) > 0"
    return f"{_is_object(value)} AND (contains({value}, '</') OR contains({value}, '{BARE}') OR {twice})"


def _value(form: Format, document: str, name: str, position: int, read: str = "json_extract") -> str:
    """SQL for a column in *document*, by *read*, a function of JSON and a path."""
    member = _member(form, document, name, position, read=read)
    if not form.openx:
        return member
    return f"CASE WHEN {_START.format(document)} = '[' THEN {read}({document}, '$[{position}]') ELSE {member} END"


def _whole(form: Format, name: str, value: str, kind: exp.DataType, bad: str) -> str:
    """A value of rows, maps and lists: shaped first where it does not have the shape of *kind*, then its leaves."""
    folded = form.openx and _folded(form)
    twice = (_twice("many", names, path, folded and not names) for path, names in _objects(kind, "$"))
    odd = " OR ".join([*_unlike(form, kind), *twice])
    pattern = literal(json.dumps(_pattern(form, kind)))
    fitted = f"trino_line_shaped(many, {pattern}, {form.openx}, {_folded(form)})::JSON"
    regular = (
        f"list_transform([{value}], lambda many: CASE WHEN {odd} THEN coalesce({fitted}, '0'::JSON) ELSE many END)[1]"
    )
    shape = f"TRY_CAST({_with_names(form, 'regular', kind)} AS {_texts(kind)})"
    leaves = f"CASE WHEN shape IS NULL THEN {bad} ELSE {_typed(form, name, 'shape', kind, 0)} END"
    typed = f"list_transform([{shape}], lambda shape: {leaves})[1]"
    is_a = "ARRAY" if kind.this in _LISTS else "OBJECT"
    made = f"CASE json_type(regular) WHEN 'NULL' THEN NULL WHEN '{is_a}' THEN {typed} ELSE {bad} END"
    return f"CASE WHEN {value} IS NOT NULL THEN list_transform([{regular}], lambda regular: {made})[1] END"


def _unlike(form: Format, kind: exp.DataType) -> list[str]:
    """Conditions of JSON, named ``many``, that does not have the shape of *kind* everywhere."""
    paths = [*_paths(form, kind, "$")]
    single = [(path, types) for path, types in paths if "*" not in path]
    found = [
        f"len(list_filter(json_type(many, {literal(path)}), lambda each: {types.format('each')})) > 0"
        for path, types in paths
        if "*" in path
    ]
    if single:
        places = ", ".join(literal(path) for path, _ in single)
        odd = " OR ".join(types.format(f"types[{at}]") for at, (_, types) in enumerate(single, 1))
        found.append(f"len(list_filter([json_type(many, [{places}])], lambda types: {odd})) > 0")
    return found


def _paths(form: Format, kind: exp.DataType, path: str) -> Iterator[tuple[str, str]]:
    """Paths in *kind*, each with the condition of JSON types that are not regular there."""
    if kind.this in _LISTS:
        yield path, "{} NOT IN ('ARRAY', 'NULL')"
        yield from _paths(form, kind.expressions[0], f"{path}[*]")
    elif kind.this == exp.DType.MAP:
        yield path, "{} NOT IN ('OBJECT', 'NULL')"
        yield from _paths(form, kind.expressions[1], f"{path}.*")
    elif kind.this == exp.DType.STRUCT:
        yield path, "{} NOT IN ('OBJECT', 'NULL')"
        for field in kind.expressions:
            yield from _paths(form, field.args["kind"], f"{path}.{_json_key(field.name)}")
    elif (leaf := _leaf_pattern(form, kind)) != "any":
        yield path, _IRREGULAR[leaf]


_IRREGULAR = {
    "number": "{} IN ('VARCHAR', 'ARRAY', 'OBJECT')",
    "scalar": "{} IN ('ARRAY', 'OBJECT')",
    "words": "{} IN ('ARRAY', 'OBJECT')",
    "text": "{} NOT IN ('VARCHAR', 'NULL')",
}


def _leaf_pattern(form: Format, kind: exp.DataType) -> str:
    """``json_shapes.Shape`` of a leaf: Hive's numbers are not quoted, nor is any value of its a list; OpenX's bytes are quoted."""
    if form.openx:
        return "text" if kind.this == exp.DType.VARBINARY else "words" if kind.this in TEXT else "any"
    return "number" if kind.this in INTEGERS or kind.this in FLOATS else "scalar"


def _pattern(form: Format, kind: exp.DataType) -> Shape:
    if kind.this in _LISTS:
        return [_pattern(form, kind.expressions[0])]
    if kind.this == exp.DType.MAP:
        return {"map": _pattern(form, kind.expressions[1])}
    if kind.this == exp.DType.STRUCT:
        return {"row": [[field.name, _pattern(form, field.args["kind"])] for field in kind.expressions]}
    return _leaf_pattern(form, kind)


def _twice(value: str, names: Sequence[str], path: str = "$", folded: bool = False) -> str:
    """A condition of JSON whose object at *path* has a key twice, of which DuckDB takes the first and the SerDes the last;
    *folded*: or one that differs by case.

    Most rows have the keys *names* in this order, and comparing lists is quicker than looking for what is twice.
    """
    usual = f"[{', '.join(literal(name) for name in names)}]"
    same = "list_transform(keys, lambda key: lower(key))" if folded else "keys"
    twice = f"keys <> {usual} AND len(list_distinct({same})) < len(keys)"
    keys = f"json_keys({value}, {literal(path)})"
    return f"len(list_filter({keys if '*' in path else f'[{keys}]'}, lambda keys: {twice})) > 0"


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


def _refused(form: Format, kind: exp.DataType, position: int) -> str:
    """A condition of values that a SerDe does not take for a scalar of *kind*: see ``_leaf_pattern``."""
    leaf = _leaf_pattern(form, kind)
    if leaf == "number":
        return f"type{position} = 'VARCHAR' AND NOT starts_with(text{position}, '{BARE}')"
    return "" if leaf in ("any", "words") else _IRREGULAR[leaf].format(f"type{position}")


def _read(form: Format, text: str, kind: exp.DataType, bad: str, read: Read = of_json) -> str:
    """A leaf from its text, which may stand behind ``BARE``."""
    if kind.this in TEXT:
        if form.openx and read is not of_json_key:
            return sized(f"CASE WHEN contains({text}, '{BARE}') THEN trino_line_words({text}) ELSE {text} END", kind)
        return sized(f"ltrim({text}, '{BARE}')", kind)
    none = f"{text} IS NULL"
    if kind.this == exp.DType.DECIMAL and not form.openx:
        none += f" OR {no_decimal(text)}"
    bare = text if form.openx and kind.this == exp.DType.VARBINARY else f"ltrim({text}, '{BARE}')"
    return f"CASE WHEN {none} THEN NULL ELSE coalesce({read(form, bare, kind)}, {bad}) END"


def _bad(form: Format, name: str, kind: exp.DataType) -> str:
    """SQL in the place of a value that is not of its type."""
    if form.on("use.null.for.invalid.data"):
        return f"CAST(NULL AS {to_duckdb(kind)})"
    message = literal(f"Error parsing field {name} of row: ")
    return errors.raise_with("HIVE_BAD_DATA", f"{message} || left(line, 200)", to_duckdb(kind))


def _nested(kind: exp.DataType) -> bool:
    return bool(kind.expressions) and kind.this in exp.DataType.NESTED_TYPES


def _member(
    form: Format, value: str, name: str, position: int, exactly: bool = True, read: str = "json_extract"
) -> str:
    """SQL for the member of a JSON object: with *exactly* the column's key, the last one of any case, or one with dots."""
    key = (form.get(f"mapping.{name}") if form.openx else None) or name
    exact = f"{read}({value}, {literal('$.' + _json_key(key))})"
    choices = [exact] if exactly or not _folded(form) else []
    if _folded(form):
        place = "" if form.openx else f" OR key = '_col{position}'"
        found = _found(value, f"lower(key) = {literal(key.lower())}{place}", read)
        # Only a key with a capital letter is found so.
        choices.append(f"CASE WHEN capital THEN {found} END" if exactly and key == key.lower() else found)
    if form.openx and form.on("dots.in.keys", "ConvertDotsInJsonKeysToUnderscores"):
        dotted = "replace(key, '.', '_')"
        choices.append(_found(value, f"{f'lower({dotted})' if _folded(form) else dotted} = {literal(name)}", read))
    return f"coalesce({', '.join(choices)})" if len(choices) > 1 else choices[0]


def _found(value: str, condition: str, read: str) -> str:
    key = f"list_filter(json_keys({value}), lambda key: {condition})[-1]"
    return f"{read}({value}, '$.\"' || replace({key}, '\"', '\\\"') || '\"')"


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
    each = f"leaf{depth}"
    if kind.this in _LISTS:
        return f"list_transform({shape}, lambda {each}: {_typed(form, name, each, kind.expressions[0], depth + 1)})"
    if kind.this == exp.DType.MAP:
        own = kind.expressions[0]
        key = _key(form, name, f"{each}.key", own)
        value = _typed(form, name, f"{each}.value", kind.expressions[1], depth + 1)
        entries = f"list_transform(map_entries({shape}), lambda {each}: {{'key': {key}, 'value': {value}}})"
        if own.this not in TEXT or own.expressions:
            entries = _last(entries)
        return f"CASE WHEN {shape} IS NOT NULL THEN map_from_entries({entries}) END"
    if kind.this == exp.DType.STRUCT:
        fields = ", ".join(
            f"{literal(field.name)}: "
            + _typed(form, name, f"{shape}.{identifier(field.name)}", field.args["kind"], depth + 1)
            for field in kind.expressions
        )
        return f"CASE WHEN {shape} IS NOT NULL THEN {{{fields}}} END"
    return _read(form, shape, kind, _bad(form, name, kind))


def _key(form: Format, name: str, text: str, kind: exp.DataType) -> str:
    """A key of a map from its text, of which OpenX makes an array, and of a blank one a row of NULLs."""
    if not form.openx or not _nested(kind):
        return _read(form, text, kind, _bad(form, name, kind), of_json_key)
    if kind.this in _LISTS:
        return f"CASE WHEN {text} <> '' THEN [{_key(form, name, text, kind.expressions[0])}] END"
    none = f"CAST(NULL AS {to_duckdb(kind)})"
    if kind.this == exp.DType.STRUCT:
        fields = (f"{literal(f.name)}: CAST(NULL AS {to_duckdb(f.args['kind'])})" for f in kind.expressions)
        none = f"{{{', '.join(fields)}}}"
    return f"CASE WHEN regexp_full_match({text}, '\\s*') THEN {none} ELSE {_bad(form, name, kind)} END"


def _last(entries: str) -> str:
    """*entries* of a map whose keys are there once each: of those that are the same the last, and NULL is none."""
    entries = f"list_filter({entries}, lambda entry: entry.key IS NOT NULL)"
    keys = "list_transform(many[place + 1:], lambda later: later.key)"
    once = f"list_filter(many, lambda entry, place: NOT list_contains({keys}, entry.key))"
    twice = "len(list_distinct(list_transform(many, lambda entry: entry.key))) < len(many)"
    return f"list_transform([{entries}], lambda many: CASE WHEN {twice} THEN {once} ELSE many END)[1]"


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
    return f"CASE WHEN capital THEN {renamed} ELSE {value} END"


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
