"""Cases of what a SerDe makes of a file, each with the source of what it should.

``TRINO`` are the readers that Athena engine version 3 has: https://github.com/trinodb/trino/tree/master/lib/trino-hive-formats
(package ``line``; its README for OpenX), ``AWS`` a page of https://docs.aws.amazon.com/athena/latest/ug/.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NULL = None
OPENX = "org.openx.data.jsonserde.JsonSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
REGEX = "org.apache.hadoop.hive.serde2.RegexSerDe"
GROK = "com.amazonaws.glue.serde.GrokSerDe"
MULTI = "org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
BAD = "HIVE_BAD_DATA: Error parsing field"


@dataclass(frozen=True)
class Case:
    """``expected`` are the rows, or the beginning of an error. ``properties`` are the SerDe's."""

    name: str
    serde: str
    columns: str
    file: str
    expected: list[tuple[Any, ...]] | str
    source: str
    properties: tuple[tuple[str, str], ...] = ()
    table_properties: tuple[tuple[str, str], ...] = ()
    input: str = ""


def _c(
    name: str,
    serde: str,
    columns: str,
    file: str,
    expected: list[tuple[Any, ...]] | str,
    source: str,
    **properties: str,
) -> Case:
    own = tuple((key.replace("__", "."), value) for key, value in properties.items())
    return Case(name, serde, columns, file, expected, source, own)


class Same(float):
    """A float that equals only one of its sign."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and math.copysign(1, self) == math.copysign(1, other) and float(self) == other

    __hash__ = float.__hash__


_MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5)
JSON = [
    _c("whole numbers are cut", OPENX, "a int, b bigint, c tinyint", '{"a": 1.9, "b": "-2.5", "c": 1e2}', [(1, -2, 100)],
       "TRINO openxjson/README: BIGINT, new BigDecimal(String)"),
    _c("hcatalog cuts them too", HIVE_JSON, "a int", '{"a": 1.9}', [(1,)], "TRINO json/JsonDeserializer: getIntValue"),
    _c("a number beyond its type", OPENX, "a tinyint", '{"a": 300}', BAD, "AWS openx-json-serde: use.null.for.invalid.data, FALSE by default"),
    _c("NULL instead, if asked", OPENX, "a tinyint, b int, c date, d array<int>", '{"a": 300, "b": "x", "c": "n/a", "d": [1, "y"]}',
       [(NULL, NULL, NULL, [1, NULL])], "AWS openx-json-serde: use.null.for.invalid.data", use__null__for__invalid__data="true"),
    _c("anything but true is false", OPENX, "a boolean, b boolean, c boolean, d boolean",
       '{"a": "yes", "b": "TRUE", "c": 1, "d": true}', [(False, True, False, True)], "TRINO openxjson/README: BOOLEAN"),
    _c("seconds and milliseconds since 1970", OPENX, "a timestamp, b timestamp, c timestamp",
       '{"a": 1704164645, "b": 1704164645000, "c": 1704164645.5}', [(_MOMENT, _MOMENT, _MOMENT.replace(microsecond=500000))],
       "TRINO openxjson/README: TIMESTAMP"),
    _c("a zone is made UTC", OPENX, "a timestamp, b timestamp, c timestamp",
       '{"a": "2024-01-02T05:04:05+02:00", "b": "2024-01-02T03:04:05Z", "c": "2024-01-02 03:04:05"}', [(_MOMENT,) * 3],
       "TRINO openxjson/README: TIMESTAMP"),
    _c("timestamp.formats", OPENX, "a timestamp, b timestamp", '{"a": "02/01/2024 03-04-05", "b": "2024-01-02 03:04:05"}', [(_MOMENT,) * 2],
       "AWS hive-json-serde: timestamp.formats; TRINO: the default formats follow", timestamp__formats="dd/MM/yyyy HH-mm-ss"),
    _c("timestamp.formats of hcatalog", HIVE_JSON, "a timestamp, b timestamp", '{"a": "1704164645000", "b": "2024-01-02T03:04:05.000Z"}',
       [(_MOMENT,) * 2], "AWS hive-json-serde; TRINO HiveFormatUtils: millis", timestamp__formats="millis,yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"),
    _c("days since 1970", OPENX, "a date, b date", '{"a": 19724, "b": "2024-01-02 extra"}', [(dt.date(2024, 1, 2),) * 2],
       "TRINO openxjson/README: DATE"),
    _c("arrays at the top are rows", OPENX, "a int, b string", '[1, "x", "more"]\n[2]', [(1, "x"), (2, NULL)],
       "TRINO openxjson/README: ROW; OpenXJsonDeserializer.decodeValueFromList"),
    _c("all digits of a decimal", HIVE_JSON, "a decimal(35,5), b array<struct<x:decimal(18,4)>>, c string", '{"a": 123456789012345678901234567890.12345, "b": [{"x": 12345678901234.5678}], "c": ": 12345678901234.5678, \\""}',
       [(Decimal("123456789012345678901234567890.12345"), [{"x": Decimal("12345678901234.5678")}], ': 12345678901234.5678, "')], "TRINO json/JsonDeserializer: DecimalDecoder"),
    _c("all digits of decimals, beside other types", HIVE_JSON, "a decimal(38,0), b double, c float, d string, e decimal(5,2)",
       '{"a": 12345678901234567890123456789012345678, "b": 0.12345678901234567, "c": 0.12345678901234567, "d": 0.123456789012345678901, "e": 1.12345678901234567}',
       [(Decimal("12345678901234567890123456789012345678"), 0.12345678901234567, 0.12345679104328156, "0.123456789012345678901", Decimal("1.12"))], "TRINO json/JsonDeserializer: DecimalDecoder"),
    _c("all digits of a decimal to OpenX", OPENX, "a decimal(18,4)", '{"a": -12345678901234.5678e0}', [(Decimal("-12345678901234.5678"),)], "TRINO openxjson/OpenXJsonDeserializer: DecimalDecoder"),
    _c("hcatalog wants an object", HIVE_JSON, "a int", "[1]", "HIVE_CURSOR_ERROR: Row is not a valid JSON Object",
       "TRINO json/JsonDeserializer: start of object expected"),
    _c("blank lines are rows of NULLs", OPENX, "a int", '{"a": 1}\n\n{"a": 2}\n  \n', [(1,), (NULL,), (2,), (NULL,)],
       "TRINO openxjson/README: Line Format"),
    _c("a byte order mark is no text", OPENX, "a int", '\ufeff{"a": 1}\n\ufeff{"a": 2}', [(1,), (NULL,)], "TRINO text/TextLineReader"),
    _c("CR ends a line, too", OPENX, "a int", '{"a": 1}\r{"a": 2}\r\n{"a": 3}', [(1,), (2,), (3,)], "TRINO text/TextLineReader: isEndOfLineCharacter"),
    _c("malformed", OPENX, "a int", '{"a": 1}\n{"a": ', "HIVE_CURSOR_ERROR: Row is not a valid JSON Object", "AWS openx-json-serde"),
    _c("malformed, ignored", OPENX, "a int", '{"a": 1}\n{"a": ', [(1,), (NULL,)], "AWS openx-json-serde: ignore.malformed.json",
       ignore__malformed__json="true"),
    _c("keys that differ by case", OPENX, "url string", '{"URL": "a"}\n{"Url": "b", "url": "c"}',
       "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key",
       "AWS openx-json-serde: case.insensitive"),
    _c("case.insensitive = false", OPENX, "url1 string, url2 string, url string", '{"URL": "a", "Url": "b", "url": "c"}', [("a", "b", "c")],
       "AWS openx-json-serde: case.insensitive", case__insensitive="FALSE", mapping__url1="URL", mapping__url2="Url"),
    *(_c(f"keys of any case at any depth, {name}", serde, "s struct<inner:int,l:array<struct<deep:int>>>", '{"S": {"Inner": 5, "L": [{"Deep": 1}]}}',
         [({"inner": 5, "l": [{"deep": 1}]},)], "TRINO json/JsonDeserializer and openxjson/OpenXJsonDeserializer: RowDecoder")
      for name, serde in (("hcatalog", HIVE_JSON), ("OpenX", OPENX))),
    _c("dots.in.keys", OPENX, "a_b int, o struct<c_d:int>", '{"a.b": 1, "o": {"c.d": 2}}', [(1, {"c_d": 2})],
       "AWS openx-json-serde: dots.in.keys", dots__in__keys="true"),
    _c("without dots.in.keys", OPENX, "a_b int", '{"a.b": 1}', [(NULL,)], "AWS openx-json-serde: dots.in.keys"),
    _c("mapping of a reserved word", OPENX, "ts int", '{"timestamp": 7}', [(7,)], "AWS openx-json-serde: mapping", mapping__ts="timestamp"),
    _c("a scalar for an array", OPENX, "a array<int>, b array<int>", '{"a": 1, "b": ""}', [([1], NULL)], "TRINO openxjson/README: ARRAY"),
    _c("leaves are read like columns", OPENX, "o struct<a:int,b:boolean,c:timestamp>, m map<string,int>",
       '{"o": {"A": 1.7, "b": "yes", "c": 1704164645}, "m": {"k": "2.5"}}',
       [({"a": 1, "b": False, "c": _MOMENT}, [("k", 2)])], "TRINO openxjson/OpenXJsonDeserializer: createDecoder is recursive"),
    _c("numbers of many digits are exact", OPENX, "a decimal(18,2), b decimal(38,2), o struct<d:decimal(18,2)>",
       '{"a": 9999999999999999.99, "b": -123456789012345678901234567890.12, "o": {"d": 1234567890123456.78}}',
       [(Decimal("9999999999999999.99"), Decimal("-123456789012345678901234567890.12"), {"d": Decimal("1234567890123456.78")})], "TRINO openxjson/TestOpenxJsonFormat.testDecimalLong"),
    _c("numbers of other bases and signs", OPENX, "a int, b bigint, c tinyint, d date", '{"a": 0x1F, "b": 010, "c": "+7", "d": 0123}\n{"a": +5, "b": "0x10"}',
       [(31, 8, 7, dt.date(1970, 3, 25)), (5, 16, NULL, NULL)], "TRINO openxjson/TestOpenxJsonFormat.testIntegralNumber"),
    _c("no digit of base 8", OPENX, "a int", '{"a": 089}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testIntegralNumber"),
    _c("words without quotes", OPENX, "a string, b string, c boolean, d double", '{a: value, b = tRUe; c => yes, "d": +Infinity} and more',
       [("value", "true", False, float("inf"))], "TRINO openxjson/TestOpenxJsonFormat.testString"),
    _c("an exponent is spelled as BigDecimal does", OPENX, "a string, b string", '{"a": 33.23e45, "b": "33.23e45"}', [("3.323E+46", "33.23e45")],
       "TRINO openxjson/TestOpenxJsonFormat.assertVarcharCanonicalization"),
    _c("an array for a row", OPENX, "a struct<x:int,y:int,z:int>, b struct<x:int,y:int>", '{"a": [1, , 3], "b": ""}',
       [({"x": 1, "y": NULL, "z": 3}, {"x": NULL, "y": NULL})], "TRINO openxjson/TestOpenxJsonFormat.testRow"),
    _c("a blank for a map", OPENX, "a map<string,int>", '{"a": "  "}', [(NULL,)], "TRINO openxjson/TestOpenxJsonFormat.testMap"),
    _c("a scalar for a row", OPENX, "a struct<x:int>", '{"a": 12}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testRow"),
    _c("base 64", OPENX, "a binary", '{"a": "dmFsdWU="}', [(b"value",)], "TRINO openxjson/TestOpenxJsonFormat.testVarbinary"),
    _c("not of base 64", OPENX, "a binary", '{"a": "value"}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testVarbinary"),
    _c("moments to the millisecond", OPENX, "a timestamp, b timestamp", '{"a": "2024-01-02t03:04:05.0006z", "b": "2024-01-02 03:04:05.0004"}',
       [(_MOMENT.replace(microsecond=1000), _MOMENT)], "TRINO openxjson/TestOpenxJsonFormat.testTimestamp"),
    _c("a day is no moment", OPENX, "a timestamp", '{"a": "2024-01-02"}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testTimestamp"),
    _c("a quoted number", HIVE_JSON, "a int", '{"a": "123"}', BAD, "TRINO json/TestJsonFormat.testInteger"),
    _c("a list for a text", HIVE_JSON, "a string", '{"a": ["value"]}', BAD, "TRINO json/TestJsonFormat.testVarchar"),
    _c("a list for a boolean", HIVE_JSON, "a boolean", '{"a": [true]}', BAD, "TRINO json/TestJsonFormat.testBoolean"),
    _c("the text of binary", HIVE_JSON, "a binary, b binary", '{"a": "value", "b": true}', [(b"value", b"true")], "TRINO json/TestJsonFormat.testVarbinary"),
    _c("names by place", HIVE_JSON, "a int, o struct<x:int,y:int>", '{"_col0": 1, "_col1": {"_col1": 3, "x": 2}}', [(1, {"x": 2, "y": 3})], "TRINO json/TestJsonFormat.testRow"),
    _c("many digits", HIVE_JSON, "a decimal(38,2), b string", '{"a": 999999999999999999999999999999999999.99, "b": 1.23e45}',
       [(Decimal("999999999999999999999999999999999999.99"), "1.23e45")], "TRINO json/TestJsonFormat.testDecimalLong"),
    _c("tinyint to 255", HIVE_JSON, "a tinyint, b tinyint, c array<tinyint>", '{"a": 128, "b": 1.5645e2, "c": [255, -128, 127.9]}', [(-128, -100, [-1, -128, 127])],
       "TRINO json/TestJsonFormat.testTinyint"),
    *(_c("keys of whole numbers", HIVE_JSON, f"a map<{kind},int>", f'{{"a": {{"{key}": 1}}}}', expected, "TRINO json/TestJsonFormat.testTinyint, testInteger")
      for kind, key, expected in (("tinyint", "128", BAD), ("int", "1.23", BAD), ("bigint", "-12", [([(-12, 1)],)]))),
    _c("tinyint 256", HIVE_JSON, "a tinyint", '{"a": 256}', BAD, "TRINO json/TestJsonFormat.testTinyint"),
    _c("days are no dates to hcatalog", HIVE_JSON, "a date", '{"a": 1}', BAD, "TRINO json/TestJsonFormat.testDate"),
    _c("a day is no moment to hcatalog", HIVE_JSON, "a timestamp", '{"a": "2024-01-02"}', BAD, "TRINO HiveFormatUtils.parseHiveTimestamp"),
    _c("a quoted double", HIVE_JSON, "a double", '{"a": "NaN"}', BAD, "TRINO json/TestJsonFormat.testDouble"),
    _c("dates and moments that wrap, to OpenX", OPENX, "a date, b timestamp, c timestamp, d timestamp",
       '{"a": "1986-01-33", "b": "2020-13-10T12:34:56.1235z", "c": "2020-05-10 12:65:56", "d": "2020-05-35T12:34:56-0800"}',
       [(dt.date(1986, 2, 2), dt.datetime(2021, 1, 10, 12, 34, 56, 124000), dt.datetime(2020, 5, 10, 13, 5, 56), dt.datetime(2020, 6, 4, 20, 34, 56))],
       "TRINO openxjson/TestOpenxJsonFormat.testDate, testTimestamp"),
    *(_c("keys twice: the last counts", serde, "a int, o struct<x:struct<y:int>,z:int>, l array<struct<y:int>>, m map<string,int>, n map<string,struct<y:int>>",
         '{"a": "x", "o": {"z": true, "x": {"y": 1, "y": 2}, "z": 3}, "l": [{"y": 1}, {"y": 1, "y": 2}], "m": {"k": false, "j": 1, "k": 2}, "a": 2, "n": {"k": {"y": 1, "y": 2}}}',
         [(2, {"x": {"y": 2}, "z": 3}, [{"y": 1}, {"y": 2}], [("j", 1), ("k", 2)], [("k", {"y": 2})])],
         "TRINO json/TestJsonFormat.testStruct, testMap; openxjson/TestOpenxJsonFormat.testRow") for serde in (HIVE_JSON, OPENX)),
    *(_c("keys twice in other cases", serde, "o struct<x:int>", '{"o": {"x": 1, "X": 2}}\n{"o": {"X": 1, "x": 2}}', [({"x": 2},), ({"x": 2},)],
         "TRINO json/JsonDeserializer, openxjson/OpenXJsonDeserializer") for serde in (HIVE_JSON, OPENX)),
    _c("keys twice at the top in other cases", HIVE_JSON, "a int", '{"a": 1, "A": 2}\n{"A": 1, "b": {}, "a": 2}', [(2,), (2,)], "TRINO json/JsonDeserializer"),
    _c("moments with an exponent are none", OPENX, "a timestamp", '{"a": 1.2345E2}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testTimestamp"),
    _c("moments of seconds", OPENX, "a timestamp, b timestamp", '{"a": 1.50, "b": "2."}', [(dt.datetime(1970, 1, 1, 0, 0, 1, 500000), dt.datetime(1970, 1, 1, 0, 0, 2))],
       "TRINO openxjson/OpenXJsonDeserializer: BigDecimal"),
    *(_c("zero below zero", serde, "a double, b float, c array<double>, d struct<x:double>, e map<double,double>", '{"a": -0, "b": -0, "c": [-0], "d": {"x": -0}, "e": {"-0": -0}}',
         [(Same(-0.0), Same(-0.0), [Same(-0.0)], {"x": Same(-0.0)}, [(Same(-0.0), Same(-0.0))])], "TRINO json/TestJsonFormat.testDouble, openxjson/TestOpenxJsonFormat.testDouble")
      for serde in (HIVE_JSON, OPENX)),
    _c("text of numbers", HIVE_JSON, "a string, b varchar(4), c array<string>, d struct<x:string>, e binary", '{"a": 1.10, "b": 20.500, "c": [3.00, -0], "d": {"x": 1E5}, "e": 4.40}',
       [("1.10", "20.5", ["3.00", "-0"], {"x": "1E5"}, b"4.40")], "TRINO json/JsonDeserializer: getText"),
    _c("text of numbers, to OpenX", OPENX, "a string, b string, c array<string>, d map<string,string>", '{"a": 1.10, "b": 0x1F, "c": [010, +5, -0, 3.00, 1e2], "d": {"010": -0.0, "1.50": word}}',
       [("1.10", "31", ["8", "5", "0", "3.00", "1E+2"], [("010", "0.0"), ("1.50", "word")])], "TRINO openxjson/JsonWriter.canonicalizeUnquotedString"),
    _c("objects with keys twice as text", OPENX, "a string, b array<string>, c string, d string",
       '{"a": {"x": 1, "y": {"z": 2, "Z": 3}, "X": 4}, "b": [{"k": 1, "k": [1.50]}], "c": {"u": "</a>"}, "d": "{\\"x\\": 1, \\"x\\": 2}"}',
       [('{"y":{"Z":3},"X":4}', ['{"k":[1.50]}'], '{"u":"<\\/a>"}', '{"x": 1, "x": 2}')], "TRINO openxjson/TestOpenxJsonFormat.testCaseInsensitive; JsonWriter"),
    _c("objects with numbers as text", OPENX, "a string, b string", '{"a": {"x": 1.10, "y": [word, 0x10]}, "b": "{\\"x\\": 1.10}"}',
       [('{"x":1.10,"y":["word",16]}', '{"x": 1.10}')], "TRINO openxjson/JsonWriter"),
    _c("an array is no row to hcatalog", HIVE_JSON, "a int", '[{"a": 1}]', "HIVE_CURSOR_ERROR: Row is not a valid JSON Object", "TRINO json/JsonDeserializer"),
    _c("objects with keys in two cases as text", OPENX, "a string", '{"a": {"x": 1, "X": 2, "x": 3}}', [('{"X":2,"x":3}',)],
       "TRINO openxjson/TestOpenxJsonFormat.testCaseInsensitive", case__insensitive="false"),
    _c("keys of maps in two cases", OPENX, "a map<string,int>", '{"a": {"K": 1, "k": 2}}', [([("k", 2)],)], "TRINO openxjson/OpenXJsonDeserializer.FieldName"),
    *(_c("keys of maps that are the same when read", serde, "a map<int,int>, b map<boolean,int>", f'{{"a": {{"1": 1, "{one}": 2}}, "b": {{"x": 1, "true": 2, "y": 3}}}}',
         [([(1, 2)], [(True, 2), (False, 3)])], "TRINO DistinctMapKeys") for serde, one in ((OPENX, "01"), (HIVE_JSON, "+1"))),
    *(_c("quoted numbers inside", HIVE_JSON, f"a {kind}", f'{{"a": {text}}}', BAD, "TRINO json/TestJsonFormat.assertValueFails")
      for kind, text in (("array<int>", '[1, "2"]'), ("struct<x:double>", '{"x": "1.5"}'), ("map<string,bigint>", '{"k": "123456789012345678"}'), ("bigint", '"123456789012345678"'))),
    *(_c("values of another kind inside", serde, f"a {kind}", f'{{"a": {text}}}', BAD, "TRINO json/TestJsonFormat, openxjson/TestOpenxJsonFormat: testRow, testMap")
      for serde in (HIVE_JSON, OPENX) for kind, text in (("array<struct<x:int>>", "[true]"), ("struct<x:map<string,int>>", '{"x": [1]}'), ("map<string,struct<x:int>>", '{"k": 12}'))),
    *(_c("lists inside are no scalars", HIVE_JSON, f"a array<{kind}>", '{"a": [[true]]}', BAD, "TRINO json/JsonDeserializer.isScalarType") for kind in ("boolean", "string", "binary", "date")),
    _c("words inside are no bytes", OPENX, "a array<binary>", '{"a": [true]}', BAD, "TRINO openxjson/TestOpenxJsonFormat.testVarbinary"),
    _c("one for a list, inside", OPENX, "a struct<x:array<int>,y:map<string,int>,z:struct<u:int,v:int>>", '{"a": {"x": 1, "y": " ", "z": [1, 2]}}',
       [({"x": [1], "y": NULL, "z": {"u": 1, "v": 2}},)], "TRINO openxjson/OpenXJsonDeserializer: createDecoder is recursive"),
    _c("no decimals are NULL to hcatalog", HIVE_JSON, "a decimal(5,2), b array<decimal(5,2)>", '{"a": true, "b": ["x", 1.5]}', [(NULL, [NULL, Decimal("1.50")])], "TRINO json/TestJsonFormat.testDecimalShort"),
    _c("decimals too long are not", HIVE_JSON, "a decimal(5,2)", '{"a": 1000.00}', BAD, "TRINO json/TestJsonFormat.testDecimalShort"),
    _c("the last of a name and its place", HIVE_JSON, "a struct<x:int,y:int>", '{"a": {"_col0": true, "x": 1}}\n{"a": {"x": true, "_col0": 2}}', [({"x": 1, "y": NULL},), ({"x": 2, "y": NULL},)], "TRINO json/TestJsonFormat.testRow"),
    *(_c("no JSON to hcatalog", HIVE_JSON, "a double, b array<int>", line, "HIVE_CURSOR_ERROR: Row is not a valid JSON Object", "TRINO json/TestJsonFormat.testDouble; Jackson")
      for line in ('{"a": NaN}', '{"a": -Infinity}', '{"b": [1,]}', '{"a": 1,}')),
    _c("what follows is not read", HIVE_JSON, "a int", '{"a": 1} more', [(1,)], "TRINO json/JsonDeserializer"),
    _c("a comma at the end of a list is a NULL", OPENX, "a array<int>", '{"a": [1,]}', [([1, NULL],)], "TRINO openxjson/JsonReader.readArray"),
    _c("OpenX's quotes, comments and escapes", OPENX, "a string, b int", "{'a': 'it\\'s', /* x */ b: 2 // y", "HIVE_CURSOR_ERROR", "TRINO openxjson/JsonReader"),
    _c("OpenX's quotes, comments and escapes", OPENX, "a string, b int", "{'a': 'it\\'s\\v\"', /* x */ b: 2} // y", [("it's\t\"", 2)], "TRINO openxjson/JsonReader"),
    _c("an array at the top, behind blanks", OPENX, "a double, b string", '  \t[1.5, x]', [(1.5, "x")], "TRINO openxjson/TestOpenxJsonFormat: assertLine"),
    _c("a key that is not of its type, made NULL, is none", OPENX, "a map<int,int>", '{"a": {"x": 1, "2": 3}}', [([(2, 3)],)],
       "AWS openx-json-serde: use.null.for.invalid.data; TRINO DistinctMapKeys", use__null__for__invalid__data="true"),
    _c("moments that are keys, to Hive", HIVE_JSON, "a map<timestamp,int>", '{"a": {"2024-01-02 03:04:05": 1}}', [([(_MOMENT, 1)],)],
       "TRINO json/JsonDeserializer: serializeMapKey", timestamp__formats="dd/MM/yyyy HH-mm-ss"),
    _c("keys have no timestamp.formats, to Hive", HIVE_JSON, "a map<timestamp,int>", '{"a": {"02/01/2024 03-04-05": 1}}', BAD,
       "TRINO json/JsonDeserializer: serializeMapKey", timestamp__formats="dd/MM/yyyy HH-mm-ss"),
    _c("objects as text", OPENX, "a string", '{"a": {"b": [1]}}', [('{"b":[1]}',)], "TRINO openxjson/README: VARCHAR"),
]  # fmt: skip
TEXT = [
    *(_c("dates and moments beyond Java's", LAZY, f"a {kind}", text, "HIVE_CURSOR_ERROR: Failed to read file", "TRINO simple/TestSimpleFormat.testDate, testTimestamp")
      for kind, text in (("date", "5881580-07-12"), ("date", "-5877641-06-22"), ("timestamp", "294247-01-10 04:00:54.775808"))),
    *(_c("dates at the ends, which DuckDB does not have", serde, "a date", text, "NOT_SUPPORTED: The first two dates", "ours") for serde, text in
      ((LAZY, "5881580-07-11"), (LAZY, "-5877641-06-23"), (OPENX, '{"a": 2147483647}'), (OPENX, '{"a": -2147483647}'), (HIVE_JSON, '{"a": "5881580-07-11"}'))),
    _c("whole numbers are cut", LAZY, "a int, b bigint", "1.5,-2.9\n1.,x", [(1, -2), (1, NULL)], "Hive LazyLong.parse", field__delim=","),
    _c("only true and false", LAZY, "a boolean, b boolean, c boolean", "yes,TRUE,False", [(NULL, True, False)], "TRINO encodings/text/BooleanEncoding",
       field__delim=","),
    _c("a delimiter is one character", LAZY, "a string, b string", "1||2", [("1", "")], "Hive LazyUtils.getByte", field__delim="||"),
    _c("a number among blanks is none", LAZY, "a string, b string", "1 24|2", [("1", "24|2")], "Hive LazyUtils.getByte", field__delim=" 124"),
    _c("nor is one with an underscore", LAZY, "a string, b string", "a124|2", [("a", "24|2")], "Hive LazyUtils.getByte", field__delim="1_24"),
    _c("or its number", LAZY, "a string, b string", "1|2", [("1", "2")], "Hive LazyUtils.getByte", field__delim="124"),
    _c("of MultiDelimitSerDe all", MULTI, "a string, b int", "x||2\ny|3||4", [("x", 2), ("y|3", 4)],
       "AWS lazy-simple-serde: multi-character delimiters", field__delim="||"),
    _c("serialization.null.format", LAZY, "a string, b int", "-,1\nx,-", [(NULL, 1), ("x", NULL)], "AWS lazy-simple-serde",
       field__delim=",", serialization__null__format="-"),
    _c("the last column takes the rest", LAZY, "a string, b string", "1,2,3", [("1", "2,3")], "Hive LazySerDeParameters",
       field__delim=",", serialization__last__column__takes__rest="true"),
    _c("a format without a year begins in 1970", LAZY, "a timestamp", "07\n7 n/a", [(dt.datetime(1970, 1, 1, 7),), (None,)],
       "TRINO HiveFormatUtils", timestamp__formats="HH"),
    _c("a format without a year, of a day", OPENX, "a timestamp", '{"a": "03/01"}', [(dt.datetime(1970, 3, 1),)],
       "TRINO HiveFormatUtils", timestamp__formats="MM/dd"),
    _c("timestamp.formats", LAZY, "a timestamp", "2024-01-02T03:04:05Z\n2024-01-02 03:04:05", [(_MOMENT,)] * 2, "TRINO HiveFormatUtils",
       timestamp__formats="yyyy-MM-dd'T'HH:mm:ss'Z'"),
    _c("no digit before the point", LAZY, "a int, b tinyint, c bigint", ".123,-.999,+.", [(0, 0, 0)], "TRINO simple/TestSimpleFormat.testInteger", field__delim=","),
    _c("dates wrap", LAZY, "a date", "1986-01-33\n1986-13-01\n1986-00-00 any\n1900-02-29\n+2000-2-29\n1986-01\n1986-01-01T00:00:00",
       [(dt.date(1986, 2, 2),), (dt.date(1987, 1, 1),), (dt.date(1985, 11, 30),), (dt.date(1900, 3, 1),), (dt.date(2000, 2, 29),), (NULL,), (NULL,)],
       "TRINO TestHiveFormatUtils; HiveFormatUtils: ResolverStyle.LENIENT"),
    _c("moments wrap", LAZY, "a timestamp", "2020-13-10 12:34:56.1235\n2020-05-10 25:00:61\n2020-05-10T12:34\n2020-05-10 12:34\n2020-05-10\n2020-05-10 12:34:56.1234567890",
       [(dt.datetime(2021, 1, 10, 12, 34, 56, 124000),), (dt.datetime(2020, 5, 11, 1, 1, 1),), (dt.datetime(2020, 5, 10, 12, 34),), (NULL,), (NULL,), (NULL,)],
       "TRINO HiveFormatUtils: ResolverStyle.LENIENT; ISO_LOCAL_DATE_TIME"),
    _c("doubles as Java spells them", LAZY, "a double, b float", "0x1.8p1,1.5f\n\t1.5d ,+NaNf\n1e5F,-0x1P-1\n1e,0x1\nInfinityd,1_0",
       [(3.0, 1.5), (1.5, NULL), (100000.0, -0.5), (NULL, NULL), (NULL, NULL)], "TRINO TestNumberParser.testPlainDecimals; Double.parseDouble", field__delim=","),
    _c("base 64 of URLs", LAZY, "a binary", "_-8=\n$value", [(b"\xff\xef",), (b"$value",)], "TRINO simple/TestSimpleFormat.testVarbinary"),
    _c("keys twice and empty ones", LAZY, "a map<string,bigint>, b array<string>, c map<bigint,string>",
       "a\x031\x02b\x037\x02a\x032\x01\x01x\x03a\x022\x03b\n\x01a\x02\x011.5\x03a\x021\x03b",
       [([("a", 1), ("b", 7)], [], [(2, "b")]), ([], ["a", ""], [(1, "a")])], "TRINO simple/TestSimpleFormat.testMap"),
    _c("a zone is not Hive's", LAZY, "a timestamp", "2024-01-02T03:04:05Z", [(NULL,)], "TRINO HiveFormatUtils.parseHiveTimestamp"),
    _c("blank lines", LAZY, "a string, b string", "\nx,y", [("", NULL), ("x", "y")], "TRINO simple/SimpleDeserializer", field__delim=","),
    Case("header and footer", LAZY, "a int", "head\n1\n2\nfoot\nfoot", [(1,), (2,)], "TRINO connector/hive: skip_header_line_count", (),
         (("skip.header.line.count", "1"), ("skip.footer.line.count", "2"))),
    _c("OpenCSV: days and milliseconds", CSV, "a date, b timestamp", '"19724","1704164645000"', [(dt.date(2024, 1, 2), _MOMENT)],
       "AWS csv-serde: UNIX numeric format"),
    _c("OpenCSV: no other dates", CSV, "a date", '"2024-01-02"', BAD, "AWS csv-serde"),
    _c("OpenCSV: nor timestamps", CSV, "a timestamp", '"2024-01-02 03:04:05"', BAD, "AWS csv-serde"),
    _c("OpenCSV: an empty number", CSV, "a int", '""', BAD, "AWS csv-serde: HIVE_BAD_DATA for numeric fields that are empty"),
    Case("OpenCSV: NULL instead", CSV, "a int, b string", '"",""', [(NULL, "")], "AWS csv-serde: use.null.for.invalid.data", (),
         (("use.null.for.invalid.data", "true"),)),
    _c("OpenCSV: a blank line", CSV, "a string, b string", '\n"x"', [(NULL, NULL), ("x", NULL)], "TRINO csv/CsvDeserializer"),
    _c("OpenCSV: its characters", CSV, "a string, b string", "'a;b';c", [("a;b", "c")], "AWS csv-serde", separatorChar=";", quoteChar="'"),
    _c("OpenCSV: no quotes", CSV, "a string, b string", '"a,b"', [('"a', 'b"')], "TRINO csv/CsvDeserializer: the null character",
       quoteChar="\\0"),
    _c("OpenCSV: quotes anywhere", CSV, "a string, b string, c string",
       '"a,b,c\na,b,"c\na\\,a,b,c\n12x"a"x,x"b"x,c\n12x"a",x"b",x"c"\n12x"ax,x"bx,x"cx\n  "a",  "b",  "c"\n   "a","b"  ,  "c"  \n"a""a","b\\xb\\"","c\\\\,"',
       [(NULL,) * 3, ("a", "b", NULL), ("a", "a", "b"), ('12x"a"x', 'x"b"x', "c"), ('12x"a', 'x"b', 'x"c'), ('12x"ax,x"bx', NULL, NULL), ("  a", "b", "c"),
        ("a", 'b"  ', 'c"  '), ('a"a', 'bxb"', "c\\,")], "TRINO csv/TestCsvFormat.testCsv"),
    _c("OpenCSV: quotes anywhere, by its own marks", CSV, "a string, b string, c string", "|a_b_c\na~_a_b_c\n   |a|_  |b|_|c_c|",
       [(NULL,) * 3, ("a", "a", "b"), ("a", "b", "c_c")], "TRINO csv/TestCsvFormat.testCsv", separatorChar="_", quoteChar="|", escapeChar="~"),
    _c("OpenCSV: a quote for an escape is a backslash", CSV, "a string, b string", '"a"|"b\\"b"', [("a", 'b"b')], "TRINO csv/TestCsvFormat.testCsv",
       separatorChar="|", escapeChar='"'),
    _c("RegexSerDe", REGEX, "a string, b int, c boolean", "x 1 yes\nno match\ny z true", [("x", 1, False), (NULL,) * 3, ("y", NULL, True)],
       "TRINO regex/RegexDeserializer", input__regex=r"([a-z]) ([0-9a-z]+) (\\w+)"),
    _c("RegexSerDe matches whole lines", REGEX, "a string", "ab", [(NULL,)], "TRINO regex/RegexDeserializer: matches", input__regex="(a)"),
    _c("RegexSerDe in any case", REGEX, "a string", "AB", [("A",)], "AWS regex-serde", input__regex="(a)b",
       input__regex__case__insensitive="true"),
    _c("RegexSerDe: a group is missing", REGEX, "a string, b string", "ab", "HIVE_CURSOR_ERROR: Number of matching groups doesn't match",
       "https://repost.aws/knowledge-center/regexserde-error-athena-matching-groups", input__regex="(a)b"),
    _c("RegexSerDe: a group beyond the columns", REGEX, "a string, b int", "x 1 more\nx 2", [("x", 1), ("x", 2)],
       "AWS create-alb-access-logs-table; TRINO regex/RegexDeserializer", input__regex="([^ ]*) ([0-9]*)( .*)?"),
    _c("GrokSerDe", GROK, "number string, client string, request string",
       "3 55.3.244.1 GET /index.html\nnothing", [("3", "55.3.244.1", "GET /index.html"), (NULL,) * 3], "AWS grok-serde",
       input__format="%{POSINT:number} %{IP:client} %{GREEDYDATA:request}"),
    _c("GrokSerDe: captures of named patterns inside", GROK, "a string, b string, c string",
       "Feb 9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]", [("Feb 9 07:15:00", "m4eastmail", "postfix/smtpd")],
       "TRINO grok/TestGrokFormat.testExampleOneAthenaDocumentation", input__grokCustomPatterns="POSTFIX_QUEUEID [0-9A-F]{7,12}",
       input__format="%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:message}"),
    _c("GrokSerDe: a name without a pattern", GROK, "a string", "foo", "HIVE_INVALID_METADATA: Grok compilation failure: Pattern NONEXISTENT is not defined.",
       "TRINO grok/TestGrokFormat.testPatternDoesNotExist", input__format="%{NONEXISTENT}"),
    _c("GrokSerDe: no column's pattern", GROK, "a string, b string", "foo bar", [(NULL, NULL)], "TRINO grok/TestGrokFormat.testNoMatches",
       input__format="%{NUMBER} %{WORD}"),
    _c("GrokSerDe: what is not there has no place, and quotes go", GROK, "a string, b string", "x - 'y z'\nx 1 \"\"", [("x", "y z"), ("x", "1")],
       "TRINO grok/Match.captures, cleanString", input__format="%{WORD:a} (?:%{INT:b}|-) %{QS:c}"),
    _c("GrokSerDe: fewer captures than columns", GROK, "a string, b int, c string", "x 1", "HIVE_CURSOR_ERROR: Grok captures 2 values for 3 columns",
       "TRINO grok/GrokDeserializer", input__format="%{WORD:a} %{INT:b}"),
    _c("GrokSerDe: a type that it does not know", GROK, "a date", "2024-01-02", "NOT_SUPPORTED: Unsupported column type: date",
       "TRINO grok/GrokDeserializer", input__format="%{NOTSPACE:a}"),
    _c("RegexSerDe: a type that it does not know", REGEX, "a binary", "line", "NOT_SUPPORTED: Unsupported column type: varbinary",
       "TRINO regex/TestRegexFormat.testInvalidType", input__regex="(line)"),
    _c("GrokSerDe: own patterns", GROK, "syslogbase string, queue_id string, message string",
       "Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown",
       [("Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]:", "B88C4120838", "connect from unknown")], "AWS grok-serde-examples",
       input__grokCustomPatterns="POSTFIX_QUEUEID [0-9A-F]{7,12}\nSYSBASE .*?\\\\]:",
       input__format="%{SYSBASE:syslogbase} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:message}"),
]  # fmt: skip
_TRAIL = {"Records": [{"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}},
                       "eventTime": "2024-01-02T03:04:05Z", "requestParameters": {"bucketName": "b", "n": [1]}, "responseElements": None},
                      {"eventVersion": "1.09"}]}  # fmt: skip
_TRAIL_COLUMNS = (
    "eventversion string, useridentity struct<type:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string>>>, "
    "eventtime string, requestparameters string, responseelements string"
)
_TRAIL_ROWS = [
    ("1.08", {"type": "IAMUser", "sessioncontext": {"attributes": {"mfaauthenticated": "true"}}}, "2024-01-02T03:04:05Z",
     '{"bucketName":"b","n":[1]}', NULL),
    ("1.09", NULL, NULL, NULL, NULL),
]  # fmt: skip
TRAILS = [
    Case("CloudTrail by " + serde, serde, _TRAIL_COLUMNS, json.dumps(_TRAIL), _TRAIL_ROWS, "AWS create-cloudtrail-table", (), (),
         "com.amazon.emr.cloudtrail.CloudTrailInputFormat")
    for serde in ("com.amazon.emr.hive.serde.CloudTrailSerde", "org.apache.hive.hcatalog.data.JsonSerDe")
]  # fmt: skip
CASES = [*JSON, *TEXT, *TRAILS]

# AWS's own statements for its own logs: the name, the statement (with a location of ours), a line, and what must come of it.
LOGS: list[tuple[str, str, str, str, list[tuple[Any, ...]]]] = [
    (
        "AWS application-load-balancer-logs",
        r"""CREATE EXTERNAL TABLE IF NOT EXISTS t (
            type string, time string, elb string, client_ip string, client_port int, target_ip string, target_port int,
            request_processing_time double, target_processing_time double, response_processing_time double, elb_status_code int,
            target_status_code string, received_bytes bigint, sent_bytes bigint, request_verb string, request_url string,
            request_proto string, user_agent string, ssl_cipher string, ssl_protocol string, target_group_arn string, trace_id string,
            domain_name string, chosen_cert_arn string, matched_rule_priority string, request_creation_time string,
            actions_executed string, redirect_url string, lambda_error_reason string, target_port_list string,
            target_status_code_list string, classification string, classification_reason string, conn_trace_id string)
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
        WITH SERDEPROPERTIES (
        'serialization.format' = '1',
        'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?'
        ) LOCATION 's3://lake/t/'""",
        'http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 '
        '"GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 '
        '"Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90',
        "select type, client_port, target_processing_time, elb_status_code, request_verb, user_agent, conn_trace_id from t",
        [("http", 2817, 0.001, 200, "GET", "curl/7.46.0", "TID_1234abcd5678ef90")],
    ),
    (
        "AWS cloudfront-logs",
        r"""CREATE EXTERNAL TABLE t (`date` DATE, time STRING, x_edge_location STRING, sc_bytes BIGINT, c_ip STRING)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' LOCATION 's3://lake/t/' TBLPROPERTIES ( 'skip.header.line.count'='2' )""",
        "#Version: 1.0\n#Fields: date time\n2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100",
        "select * from t",
        [(dt.date(2019, 12, 4), "21:02:31", "LAX1", 392, "192.0.2.100")],
    ),
    (
        "AWS vpc-flow-logs",
        """CREATE EXTERNAL TABLE IF NOT EXISTS t (version int, account_id string, interface_id string, srcaddr string, srcport int,
        protocol bigint, start bigint, action string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ' '
        LOCATION 's3://lake/t/' TBLPROPERTIES ("skip.header.line.count"="1")""",
        "version account-id interface-id srcaddr srcport protocol start action\n2 123456789010 eni-1 172.31.16.139 20641 6 1418530010 ACCEPT\n"
        "2 123456789010 eni-1 - - - 1418530010 -",
        "select srcaddr, srcport, start from t",
        [("172.31.16.139", 20641, 1418530010), ("-", NULL, 1418530010)],
    ),
    (
        "AWS regex-serde (Apache web logs)",
        r"""CREATE EXTERNAL TABLE t (client_ip string, client_id string, user_id string, request_received_time string, client_request string,
        server_status string, returned_obj_size string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
        WITH SERDEPROPERTIES ( "input.regex" = "^([^ ]*) ([^ ]*) ([^ ]*) \\[([^\\]]*)\\] \"([^\"]*)\" ([^ ]*) ([^ ]*)$" )
        LOCATION 's3://lake/t/'""",
        '198.51.100.7 - Li [10/Oct/2019:13:55:36 -0700] "GET /logo.gif HTTP/1.0" 200 232',
        "select client_ip, user_id, request_received_time, client_request, returned_obj_size from t",
        [("198.51.100.7", "Li", "10/Oct/2019:13:55:36 -0700", "GET /logo.gif HTTP/1.0", "232")],
    ),
]  # fmt: skip
