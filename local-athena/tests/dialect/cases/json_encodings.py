"""JSON functions of the SQL standard: formats, encodings and parameters.

Values are those of ``TestJsonQueryFunction``, ``TestJsonValueFunction``, ``TestJsonObjectFunction`` and ``TestJsonArrayFunction``:
https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/sql/query
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    C("json_query(X'5b2261222c202262225d', 'lax $[1]')", '"b"', "varchar"),
    C("json_query(X'5b2261222c202262225d' format json encoding utf8, 'lax $[1]')", '"b"', "varchar"),
    C("json_value(X'5b0022006200220020005d00' format json encoding utf16, 'lax $[0]')", "b", "varchar"),
    C("json_exists(X'5b000000310000005d000000' format json encoding utf32, 'lax $[0]')", True, "boolean"),
    C("json_query(X'5b000000310000005d000000' format json encoding utf16, 'lax $[0]')", None, "varchar", "no text in it"),
    C("json_query('[1]', 'lax $' returning varbinary format json encoding utf16)", b"[\0001\000]\000", "varbinary"),
    C("json_query('[1]', 'lax null' returning varchar format json)", "null", "varchar"),
    C("json_object('k' : 1 returning varbinary)", b'{"k":1}', "varbinary"),
    C("json_object('k' : X'5b0031005d00' format json encoding utf16)", '{"k":[1]}', "varchar"),
    C("json_object((select 'k') : (select 1))", '{"k":1}', "varchar"),
    C("json_array(true returning varbinary format json encoding utf32)", b"[\0\0\0t\0\0\0r\0\0\0u\0\0\0e\0\0\0]\0\0\0", "varbinary"),
    C("json_array('[1]' format json returning varchar format json)", "[[1]]", "varchar"),
    # among groups
    C("json_value(max(x), 'lax $') from (values '1') t(x)", "1", "varchar"),
    C("json_value(x, 'lax $.abs()' default upper(y) on error) from (values ('-1', 'a')) t(x, y) group by x, y", "1", "varchar"),
    # a parameter that is no JSON is an error of the input, one that is NULL is no item
    C("json_query('[1]', 'lax $a[0]' passing '[...' format json as \"a\")", None, "varchar"),
    C("json_value('[1]', 'lax $a' passing null format json as \"a\" default 'none' on empty)", "none", "varchar"),
    C("json_query('[1]', 'lax $a' passing null as \"a\")", "null", "varchar"),
    C("json_query('[1]', 'lax $a' passing date '2001-01-31' as \"a\")", None, "varchar", "a date is no JSON"),
    C("json_value('[1]', 'lax $a' passing date '2001-01-31' as \"a\")", "2001-01-31", "varchar"),
]  # fmt: skip

REFUSED = [
    R("json_query('[1]' format json encoding utf8, 'lax $')", "TYPE_MISMATCH", "as JSON using formatting JSON ENCODING UTF8"),
    R("json_query('[1]', 'lax 1' returning tinyint)", "TYPE_MISMATCH", "Cannot output JSON value as tinyint using formatting JSON"),
    R("json_query(X'5b00' format json encoding utf8, 'lax $' error on error)", "JSON_INPUT_CONVERSION_ERROR"),
    R("json_query('[1]', 'lax $a' passing '[...' format json as \"a\" error on error)", "JSON_INPUT_CONVERSION_ERROR"),
    R("json_query('[1]', 'lax $a' passing date '2001-01-31' as \"a\" error on error)", "JSON_OUTPUT_CONVERSION_ERROR"),
    R("json_object('k' : '[1]' format json with unique keys)", "NOT_SUPPORTED", "WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function"),
    R("listagg(x, 1) within group (order by x) from (values 'a') t(x)", "SYNTAX_ERROR"),
    R("listagg(x, ',', 'b') within group (order by x) from (values 'a') t(x)", "SYNTAX_ERROR"),
]  # fmt: skip
