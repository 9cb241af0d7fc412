"""Avro files of other engines: named types, logical types, and columns of other types than the table's.

Schema resolution: https://avro.apache.org/docs/1.11.1/specification/#schema-resolution; the reader's schema is the table's columns, and
what does not go together is Trino's error
(https://github.com/trinodb/trino/blob/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/avro/AvroHivePageSourceFactory.java).
"""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any
from uuid import UUID

import fastavro
import pytest

from .athena import Athena

_RECORD = {"type": "record", "name": "inner", "namespace": "n", "fields": [{"name": "x", "type": "int"}]}
_ENUM = {"type": "enum", "name": "e", "symbols": ["X", "Y"]}
_NODE = {"type": "record", "name": "node", "fields": [{"name": "next", "type": ["null", "node"]}]}
_UUID = {"type": "string", "logicalType": "uuid"}
_ID = UUID("9b15f9ec-8d68-4d4e-b69f-2b3a1f2e3a11")
_MICROS = {"type": "long", "logicalType": "timestamp-micros"}
_MOMENT = dt.datetime(2024, 1, 1, 1, 2, 3, 123500, tzinfo=dt.UTC)
_DIFFERS = "HIVE_CANNOT_OPEN_SPLIT: Avro type resolution error when initializing split from s3://lake/"
_NOT_HERE = "NOT_SUPPORTED: An Avro "
CASES: tuple[tuple[str, Any, Any, Any], ...] = (
    # the column's type, Avro's, the value, and what is read or the beginning of an error
    ("string", _ENUM, "X", "X"), ("bigint", "int", 1, 1), ("double", "long", 1, 1.0), ("double", "float", 0.5, 0.5), ("tinyint", "int", 7, 7),
    ("string", "bytes", b"x", "x"), ("binary", "string", "x", b"x"), ("varchar(2)", "string", "abc", "ab"),
    ("string", _UUID, _ID, str(_ID)), ("array<string>", {"type": "array", "items": _UUID}, [_ID], [str(_ID)]),
    ("timestamp", _MICROS, _MOMENT, dt.datetime(2024, 1, 1, 1, 2, 3, 124000)), ("int", "null", None, None),
    ("int", "long", 1, _DIFFERS), ("int", "string", "1", _DIFFERS), ("string", "int", 1, _DIFFERS), ("int", "double", 1.5, _DIFFERS),
    ("string", "boolean", True, _DIFFERS), ("date", "string", "2024-01-01", _DIFFERS), ("timestamp", "string", "2024-01-01", _DIFFERS),
    ("timestamp", "long", 0, f"{_NOT_HERE}column of type int64 as timestamp(3)"),
    ("int", {"type": "int", "logicalType": "time-millis"}, dt.time(1), f"{_NOT_HERE}column of type time32 as integer"),
    ("string", ["int", "string", "null"], "x", f"{_NOT_HERE}union of several types"),
    ("struct<next:int>", _NODE, {"next": None}, f"{_NOT_HERE}record inside itself (node)"),
)  # fmt: skip


def _avro(*fields: tuple[Any, Any]) -> bytes:
    """A file of one row, whose columns a, b ... have these types and values."""
    names = "abcd"[: len(fields)]
    schema = {
        "type": "record",
        "name": "r",
        "fields": [{"name": n, "type": t} for n, (t, _) in zip(names, fields, strict=True)],
    }
    sink = io.BytesIO()
    fastavro.writer(sink, schema, [dict(zip(names, (value for _, value in fields), strict=True))])
    return sink.getvalue()


def test_columns_of_avro_files(athena: Athena) -> None:
    wrong = []
    for number, (kind, schema, value, expected) in enumerate(CASES):
        athena.put(f"t{number}/f", _avro((schema, value)))
        athena.run(f"create external table t{number} (a {kind}) stored as avro location 's3://lake/t{number}/'")
        sql = f"select a from t{number}"
        if isinstance(expected, str) and expected.startswith((_DIFFERS, _NOT_HERE)):
            found: object = athena.error(sql)
            same = str(found).startswith(expected)
        else:
            ((found,),) = athena.rows(sql)
            same = found == expected
        wrong += [] if same else [f"{schema} as {kind}: {found!r}, not {expected!r}"]
    assert not wrong, "\n".join(wrong)


def test_a_type_is_named_where_it_was_defined_before(athena: Athena) -> None:
    row = {"x": 1}
    athena.put("t/f", _avro((_RECORD, row), ("n.inner", row), (_ENUM, "X"), (["null", "e"], "Y")))
    athena.run(
        "create external table t (a struct<x:int>, b struct<x:int>, c string, d string) stored as avro location 's3://lake/t/'"
    )
    assert athena.rows("select * from t") == [(row, row, "X", "Y")]


def _fields(*fields: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    return {"name": "other", "type": "record", "fields": [{"name": n, "type": t, **d} for n, t, d in fields], **more}


_PART = {
    "type": "record",
    "name": "part",
    "fields": [{"name": "x", "type": "long"}, {"name": "y", "type": "int", "default": 5}],
}
LITERALS: tuple[tuple[str, dict[str, Any], Any], ...] = (
    # the table's columns, the reader's schema, and the row of a file of a int, b record inner<x int>, c enum<X, Y>
    ("a int, d int", _fields(("a", "int", {}), ("d", "int", {"default": 7})), (1, 7)),
    ("a int, d int", _fields(("a", "int", {}), ("d", ["null", "int"], {"default": None})), (1, None)),
    ("z bigint", _fields(("z", "long", {"aliases": ["a"]})), (1,)),
    ("b struct<x:bigint,y:int>", _fields(("b", _PART, {})), ({"x": 1, "y": 5},)),
    ("b struct<x:bigint,y:int>", _fields(("b", ["null", _PART], {})), ({"x": 1, "y": 5},)),
    ("c string", _fields(("c", {"type": "enum", "name": "e", "symbols": ["Y", "Z"], "default": "Z"}, {})), ("Z",)),
    (
        "a int, c string",
        _fields(("a", "int", {}), namespace="n"),
        "HIVE_CANNOT_OPEN_SPLIT: Unable to find column c in table Avro schema n.other",
    ),
    ("a int", _fields(("A", "int", {"aliases": ["a"]})), (1,)),
    ("a int", _fields(("A", "int", {"default": 3}), ("a", "int", {})), (1,)),
    ("a int, d int", _fields(("a", "int", {}), ("d", "int", {})), _DIFFERS),
    ("a string", _fields(("a", "string", {})), _DIFFERS),
    ("a int", _fields(("a", "long", {})), _DIFFERS),
)


def test_a_schema_that_the_table_has_is_the_readers(athena: Athena) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/avro-serde.html"""
    athena.put("t/f", _avro(("int", 1), (_RECORD, {"x": 1}), (_ENUM, "X")))
    wrong = []
    for number, (columns, schema, expected) in enumerate(LITERALS):
        athena.run(
            f"create external table t{number} ({columns}) row format serde 'org.apache.hadoop.hive.serde2.avro.AvroSerDe' with "
            f"serdeproperties ('avro.schema.literal'='{json.dumps(schema)}') stored as avro location 's3://lake/t/'"
        )
        sql = f"select * from t{number}"
        if isinstance(expected, str):
            found: object = athena.error(sql)
            same = str(found).startswith(expected)
        else:
            found = athena.rows(sql)
            same = found == [expected]
        wrong += [] if same else [f"{schema}: {found!r}, not {expected!r}"]
    assert not wrong, "\n".join(wrong)


def test_a_column_that_the_given_schema_lacks_fails_where_it_is_read(athena: Athena) -> None:
    athena.put("t/f", _avro(("int", 1)))
    literal = json.dumps(_fields(("a", "int", {})))
    athena.run(
        f"create external table t (a int, b int) stored as avro location 's3://lake/t/' tblproperties ('avro.schema.literal'='{literal}')"
    )
    assert athena.rows("select a from t") == [(1,)]
    assert athena.error("select a from t where b = 1").endswith("Unable to find column b in table Avro schema other")


def test_a_schema_that_cannot_be(athena: Athena) -> None:
    """The keys of Avro's maps are text: ``avroSchemaForHiveType`` of Trino's ``AvroHiveFileUtils``."""
    athena.put("t/f", _avro(("int", 1)))
    for number, columns in enumerate(("a int, m map<int,int>", "a int, m array<struct<x:map<date,int>>>")):
        athena.run(f"create external table m{number} ({columns}) stored as avro location 's3://lake/t/'")
        assert athena.error(f"select a from m{number}").startswith(
            "HIVE_CANNOT_OPEN_SPLIT: Key of Map must be a String"
        )


@pytest.mark.parametrize(("names", "expected"), [("aA", 1), ("Aa", 2), ("A", None)])
def test_fields_are_found_by_their_exact_names(athena: Athena, names: str, expected: int | None) -> None:
    """As schema resolution has it: https://avro.apache.org/docs/1.11.1/specification/#schema-resolution"""
    schema = {"type": "record", "name": "r", "fields": [{"name": name, "type": "int"} for name in names]}
    sink = io.BytesIO()
    fastavro.writer(sink, schema, [{name: number for number, name in enumerate(names, 1)}])
    athena.put("t/f", sink.getvalue())
    athena.run("create external table t (a int) stored as avro location 's3://lake/t/'")
    assert athena.rows("select * from t") == [(expected,)]


def test_no_schema_by_its_word(athena: Athena) -> None:
    athena.put("t/f", _avro(("int", 1)))
    athena.run(
        "create external table t (a int) stored as avro location 's3://lake/t/' tblproperties ('avro.schema.literal'='none')"
    )
    assert athena.rows("select * from t") == [(1,)]
