"""Types of columns in Hive's DDL, by Hive's grammar and with its words for what is none.

https://github.com/apache/hive/blob/rel/release-1.2.2/ql/src/java/org/apache/hadoop/hive/ql/parse/HiveParser.g (``colType``)
"""

from __future__ import annotations

from collections.abc import Callable

from local_athena.catalog.hive_grammar import BadName, NoType, check_type
from local_athena.errors import AthenaError
from local_athena.sql.tokens import Cursor

_LENGTHS = ("VARCHAR", "CHAR")
_PRECISIONS = ("DECIMAL", "NUMERIC")
_PLAIN = (
    "TINYINT", "SMALLINT", "INT", "BIGINT", "BOOLEAN", "FLOAT", "DATE", "TIMESTAMP", "STRING", "BINARY",
)  # fmt: skip


def hive_type(cursor: Cursor, rule: str = "column type") -> str:
    """Read one type: in lower case, without blanks and backticks, as a catalog keeps it."""
    word = cursor.word
    if word == "ARRAY":
        cursor.at += 1
        return f"array<{_angled(cursor, 'list type', lambda: hive_type(cursor, 'list type'))}>"
    if word == "MAP":
        cursor.at += 1
        return f"map<{_angled(cursor, 'map type', lambda: _entry(cursor))}>"
    if word == "STRUCT":
        cursor.at += 1
        return f"struct<{_angled(cursor, 'struct type', lambda: _fields(cursor))}>"
    return _primitive(cursor, rule)


def column_type(cursor: Cursor) -> str:
    """A column's type, which must be one for a catalog as well: names in backticks may have signs that its text cannot hold.

    https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html (column names and complex types)
    """
    kind = hive_type(cursor)
    try:
        check_type(kind)
    except BadName as error:
        task = "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."
        raise AthenaError("FAILED", f"{task} java.lang.IllegalArgumentException: {error}") from None
    except NoType:  # of sizes, which the table's maker tells
        pass
    return kind


def _angled(cursor: Cursor, rule: str, inside: Callable[[], str]) -> str:
    """``<inside>``."""
    for sign in "<", ">":
        if not cursor.accept(sign):
            cursor.mismatch(sign, rule)
        if sign == "<":
            text = inside()
    return text


def _entry(cursor: Cursor) -> str:
    key = _primitive(cursor, "primitive type specification")
    if not cursor.accept(","):
        cursor.mismatch(",", "map type")
    return f"{key},{hive_type(cursor, 'map type')}"


def _fields(cursor: Cursor) -> str:
    fields = [_field(cursor)]
    while cursor.accept(","):
        fields.append(_field(cursor))
    return ",".join(fields)


def _field(cursor: Cursor) -> str:
    """Reserved words are names here, as SES's ``commonHeaders:struct<to:array<string>>``; periods are part of a name."""
    if cursor.word.startswith("_"):
        cursor.no_alternative("column specification")
    name = cursor.identifier()
    while cursor.accept("."):
        name += "." + cursor.identifier()
    if not cursor.accept(":"):
        cursor.mismatch(":", "column specification")
    kind = hive_type(cursor)
    if cursor.accept("COMMENT"):  # of which a catalog's text of a type has none
        cursor.string()
    return f"{name}:{kind}"


def _primitive(cursor: Cursor, rule: str) -> str:
    word = cursor.word
    if word not in (*_PLAIN, *_LENGTHS, *_PRECISIONS, "DOUBLE", "DATETIME"):
        cursor.no_alternative(rule)
    if word == "DATETIME":
        raise AthenaError(
            "FAILED",
            "SemanticException [Error 10099]: DATETIME type isn't supported yet. Please use DATE or TIMESTAMP instead",
        )
    cursor.at += 1
    if word == "DOUBLE" and cursor.accept("PRECISION"):
        return "double"
    if word in _LENGTHS and not cursor.ahead("("):
        cursor.mismatch("(", "primitive type specification")
    name = "decimal" if word in _PRECISIONS else word.lower()
    if word in _PLAIN or not cursor.accept("("):
        return name
    sizes = [str(cursor.number())]
    if word in _PRECISIONS and cursor.accept(","):
        sizes.append(str(cursor.number()))
    if not cursor.accept(")"):
        cursor.mismatch(")", "primitive type specification")
    return f"{name}({','.join(sizes)})"
