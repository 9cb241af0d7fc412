"""Casts of JSON: numbers that do not fit, decimals, and ``json_parse`` inside a cast, which becomes a part of it.

Values are those of ``TestJsonOperators`` and ``TestJsonStringArrayExtractScalar``:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/type/TestJsonOperators.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NAMES = "transform(cast(json_parse(a) as array(json)), e -> json_extract_scalar(e, '$.n')) from (values '{}') t(a)"

CASES = [
    C("cast(json '1234567890123456789.0' as bigint)", 1234567890123456768, "bigint", "read as a double"),
    C("cast(json '-1e-324' as tinyint)", 0, "tinyint"),
    C("cast(json '1.5' as decimal(3,0))", "2", "decimal(3,0)"),
    C("cast(json '\"1e2\"' as decimal(5,1))", "100.0", "decimal(5,1)"),
    C("cast(json '\"test \"' as varchar(5))", "test ", "varchar(5)"),
    C("cast(x as decimal(4,1)) from (values cast(null as json)) t(x)", None, "decimal(4,1)"),
    C("cast(x as varchar(4)) from (values cast(null as json)) t(x)", None, "varchar(4)"),
    C("cast(json '[1.5, null, \"2\"]' as array(decimal(3,1)))", ["1.5", None, "2.0"], "array(decimal(3,1))"),
    C("try(cast(json '1e3' as decimal(2,0)))", None, "decimal(2,0)"),
    C("try(cast(json '1e3' as tinyint))", None, "tinyint"),
    C("try(cast(json_parse('[') as array(integer)))", None, "array(integer)"),
    C("try_cast(json_parse('[1, {}]') as array(integer))", None, "array(integer)"),
    C("cast(json_parse(null) as array(integer))", None, "array(integer)"),
    C("cast(json_parse(max(x)) as map(varchar, integer)) from (values '{\"a\": 1}') t(x)", {"a": 1}, "map(varchar, integer)"),
    C("cast(json_parse((select '[1, 2]')) as row(a integer, b integer))", (1, 2), "row(a integer, b integer)"),
    # a decimal keeps its digits wherever it stands, any other number with a fraction is a double
    C("cast(cast(array[array[decimal '123456789012345678901234567890.12345678'], null] as json) as array(array(decimal(38,8))))", [["123456789012345678901234567890.12345678"], None], "array(array(decimal(38,8)))"),
    C("cast(cast(map(array['a'], array[decimal '123456789012345678901234567890.12345678']) as json) as map(varchar, decimal(38,8)))", {"a": "123456789012345678901234567890.12345678"}, "map(varchar, decimal(38,8))"),
    C("cast(cast(cast(row(decimal '1234567890123456789.5') as row(a decimal(20,1))) as json) as row(b bigint, a decimal(20,1)))", (None, "1234567890123456789.5"), "row(b bigint, a decimal(20,1))"),
    C("cast(cast(array[decimal '1234567890123456789.5', decimal '2'] as json) as row(decimal(20,1), integer))", ("1234567890123456789.5", 2), "row(decimal(20,1), integer)"),
    C("cast(cast(map(array['a'], array[decimal '123456789012345678901234567890.12345678']) as json) as map(varchar, json))", {"a": "1.2345678901234568E29"}, "map(varchar, json)"),
    C("cast(json '[1e29, {\"a\": [1e-9]}]' as array(json))", ["1.0E29", '{"a":[1.0E-9]}'], "array(json)"),
    C("cast(json '-0.25' as decimal(2,2))", "-0.25", "decimal(2,2)"),
    C("cast(json '12.345' as decimal(5,2))", "12.35", "decimal(5,2)"),
    C(NAMES.format('[{"n": "a"}, 1, {"n": [2]}]'), ["a", None, None], "array(varchar)"),
]  # fmt: skip

REFUSED = [
    *(R(f"cast(json '12345678901234567890.0' as {t})", "NUMERIC_VALUE_OUT_OF_RANGE") for t in ("tinyint", "smallint", "integer", "bigint")),
    *(R(f"cast(x as {t}) from (values json '1e309') t(x)", "NUMERIC_VALUE_OUT_OF_RANGE") for t in ("tinyint", "smallint", "integer", "bigint")),
    R("cast(json '12345678901.0' as integer)", "NUMERIC_VALUE_OUT_OF_RANGE", "Out of range for integer: 1.2345678901E10"),
    R("cast(json '12345678901' as integer)", "INVALID_CAST_ARGUMENT"),
    R("cast(json '1234567890123456' as decimal(10,3))", "INVALID_CAST_ARGUMENT", "Cannot cast input json to DECIMAL(10,3)"),
    R("cast(json '{ \"x\" : 123}' as decimal(10,3))", "INVALID_CAST_ARGUMENT", "Cannot cast '{\"x\":123}' to DECIMAL(10,3)"),
    R("cast(json '\"abc\"' as decimal(10,3))", "INVALID_CAST_ARGUMENT", "Cannot cast '\"abc\"' to DECIMAL(10,3)"),
    R("cast(json '\"test \"' as varchar(4))", "INVALID_CAST_ARGUMENT", "Cannot cast '\"test \"' to varchar(4)"),
    R("cast(json_parse('[1, \"abc\"]') as array(integer))", "INVALID_CAST_ARGUMENT", "Cannot cast to array(integer). Cannot cast 'abc' to INT\n[1, \"abc\"]"),
    R("cast(json_parse('[1, {}]') as row(integer, array(integer)))", "INVALID_CAST_ARGUMENT", "Expected a json array, but got {\n[1, {}]"),
    R("cast(json_parse(x) as map(boolean, boolean)) from (values '{true: false}') t(x)", "INVALID_CAST_ARGUMENT", "Cannot cast to map(boolean, boolean).\n{true: false}"),
    R("cast(json_parse('{}') as map(array(integer), integer))", "TYPE_MISMATCH", "Cannot cast json to map(array(integer), integer)"),
    R(NAMES.format(""), "INVALID_CAST_ARGUMENT", "Expected a json array, but got null"),
    R(NAMES.format("{}"), "INVALID_CAST_ARGUMENT", "Cannot cast to array(json)"),
]  # fmt: skip
