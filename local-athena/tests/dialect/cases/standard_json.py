"""The JSON functions of the SQL standard, clause by clause: https://trino.io/docs/current/functions/json.html."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

ONE, LIST, TEXT = "'{\"a\": 1}'", "'{\"a\": [1, 2]}'", '\'{"a": "x"}\''

CASES = [
    C(f"json_exists({ONE}, 'lax $.a')", True, "boolean"),
    C(f"json_exists({ONE}, 'lax $.b')", False, "boolean"),
    C(f"json_exists({ONE}, 'strict $.b')", False, "boolean", "FALSE ON ERROR"),
    C(f"json_exists({ONE}, 'strict $.b' false on error)", False, "boolean"),
    C(f"json_exists({ONE}, 'strict $.b' true on error)", True, "boolean"),
    C(f"json_exists({ONE}, 'strict $.b' unknown on error)", None, "boolean"),
    C(f"json_exists({ONE}, 'strict $.a' error on error)", True, "boolean"),
    C("json_exists('no json', 'lax $' true on error)", True, "boolean"),
    C("json_exists(cast(null as varchar), 'lax $' true on error)", None, "boolean"),
    C(f"json_query({LIST}, 'lax $.a' without array wrapper)", "[1,2]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a[*]')", None, "varchar", "two items: NULL ON ERROR"),
    C(f"json_query({LIST}, 'lax $.a[*]' empty array on error)", "[]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a[*]' with wrapper)", "[1,2]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a[*]' with unconditional array wrapper)", "[1,2]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a[*]' with conditional wrapper)", "[1,2]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a' with conditional array wrapper)", "[1,2]", "varchar"),
    C(f"json_query({LIST}, 'lax $.a' with array wrapper)", "[[1,2]]", "varchar"),
    C(f"json_query({ONE}, 'lax $.a' with conditional array wrapper)", "[1]", "varchar"),
    C(f"json_query({ONE}, 'lax $.b' empty array on empty)", "[]", "varchar"),
    C(f"json_query({ONE}, 'lax $.b' empty object on empty)", "{}", "varchar"),
    C(f"json_query({ONE}, 'lax $.b' null on empty error on error)", None, "varchar"),
    C(f"json_query({ONE}, 'strict $.b' empty object on error)", "{}", "varchar"),
    C(f"json_query({ONE}, 'strict $.b' error on empty null on error)", None, "varchar"),
    C(f"json_query({TEXT}, 'lax $.a')", '"x"', "varchar"),
    C(f"json_query({TEXT}, 'lax $.a' keep quotes)", '"x"', "varchar"),
    C(f"json_query({TEXT}, 'lax $.a' omit quotes on scalar string)", "x", "varchar"),
    C(f"json_query({ONE}, 'lax $.a' omit quotes)", "1", "varchar"),
    C(f"json_query({LIST}, 'lax $.a' returning varchar)", "[1,2]", "varchar"),
    C("json_query('no json', 'lax $' empty array on error)", "[]", "varchar"),
    C("json_array(1, null, 'x' null on null)", '[1,null,"x"]', "varchar"),
    C("json_array(1, null, 'x' absent on null)", '[1,"x"]', "varchar"),
    C("json_array(true, 1e0 returning varchar)", "[true,1.0]", "varchar"),
    C("json_array()", "[]", "varchar"),
    C("cast(json '[1, \"x\"]' as row(a integer, b varchar))", (1, "x"), "row(a integer, b varchar)"),
]

REFUSED = [
    R(f"json_exists({ONE}, 'strict $.b' error on error)", "PATH_EVALUATION_ERROR"),
    R("json_exists('no json', 'lax $' error on error)", "JSON_INPUT_CONVERSION_ERROR"),
    R(f"json_query({ONE}, 'strict $.b' error on error)", "PATH_EVALUATION_ERROR"),
    R(f"json_query({ONE}, 'lax $.b' error on empty)", "JSON_OUTPUT_CONVERSION_ERROR", "no items"),
    R(f"json_query({LIST}, 'lax $.a[*]' error on error)", "JSON_OUTPUT_CONVERSION_ERROR", "multiple items"),
    R(f"json_query({TEXT}, 'lax $.a' with wrapper omit quotes)", "INVALID_FUNCTION_ARGUMENT", "OMIT QUOTES"),
    R(f"json_query({TEXT}, 'lax $.a' returning json)", "TYPE_MISMATCH", "Cannot output JSON value as json"),
    R(f"json_query({ONE}, 'lax $.b' empty array when empty)", "SYNTAX_ERROR"),
    R("cast(json '[1]' as row(a integer, b integer))", "INVALID_CAST_ARGUMENT"),
    R("cast(json '[1, 2, 3]' as row(a integer, b integer))", "INVALID_CAST_ARGUMENT"),
]
