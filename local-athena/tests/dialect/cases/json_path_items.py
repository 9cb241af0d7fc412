"""Paths of SQL/JSON: what is computed has an SQL type, what cannot be computed is said before a row is read.

Values are those of ``TestJsonPathEvaluator``, ``TestPathParser``, and of the rules that they stand on:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/json/TestJsonPathEvaluator.java
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/PathEvaluationVisitor.java
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/JsonPathAnalyzer.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

PASSED = 'passing decimal \'-12.3\' as "d", cast(1 as decimal(30,20)) as "long", tinyint \'-128\' as "t", real \'1.1\' as "r", date \'1973-05-19\' as "day"'


def _all(path: str, given: str = "-5") -> str:
    return f"json_query('{given}', '{path}' {PASSED} with array wrapper empty array on empty error on error)"


def _one(path: str, given: str = "-5") -> str:
    return f"json_value('{given}', '{path}' {PASSED} error on error)"


CASES = [
    C(_all("lax $ + $d"), "[-17.3]", "varchar"),
    C(_all("lax $d - $long"), "[-13.30000000000000000000]", "varchar"),
    C(_all("lax $d.floor()"), "[-13]", "varchar"),
    C(_all("lax $d.ceiling()"), "[-12]", "varchar"),
    C(_all("lax $[*].ceiling()", "[1.5, -1.5, -0.5]"), "[2.0,-1.0,-0.0]", "varchar"),
    C(_all("lax $day.type()"), '["date"]', "varchar"),
    C(_one("lax $day.type()"), "date", "varchar"),
    C(_one("lax $day"), "1973-05-19", "varchar"),
    C(_one("lax $d"), "-12.3", "varchar"),
    C(_one("lax 1.50"), "1.50", "varchar"),
    C(_one("lax 1.50 * 2"), "3.00", "varchar"),
    C(_one("lax 7.0 / 2"), "3.5", "varchar"),
    C(_one("lax $ * 1.50", "2.5"), "3.75E0", "varchar", "a number of the input with a fraction is a double"),
    C("json_value('1', 'lax 1.50' returning decimal(5,1))", "1.5", "decimal(5,1)"),
    C("json_value('1', 'lax 2.5' returning integer)", 3, "integer"),
    C("json_value('1', 'lax 0.0' returning boolean)", False, "boolean"),
    C("json_value('1', 'lax 1.5' returning date)", None, "date"),
    C(_all("lax $r"), "[1.1]", "varchar"),
    C(_all("lax $[1 to 2]", "[1, 2, 3]"), "[2,3]", "varchar"),
    C(_all("lax -.5"), "[-0.5]", "varchar"),
    C(_all("lax -1.5.abs()"), "[1.5]", "varchar", "the sign belongs to the literal"),
    C(_all("lax -$.abs()"), "[-5]", "varchar"),
    C(_all("lax 1e0 / 0"), '["Infinity"]', "varchar"),
    C("json_value('1', 'lax 2147483647 + $' returning bigint)", None, "bigint", "integers overflow"),
    C("json_value('3000000000', 'lax $ + 2147483647' returning bigint)", 5147483647, "bigint"),
    C("json_value('9223372036854775808', 'lax $' default 'big' on error)", "big", "varchar"),
    C("json_query('9223372036854775808', 'lax $')", "9223372036854775808", "varchar"),
    C(_all("lax $.keyvalue().id + $.keyvalue().id", '{"a": 1}'), "[1]", "varchar", "each call numbers on"),
    C(_all("lax $[1.5]", "[1, 2, 3]"), "[3]", "varchar", "a subscript of SQL is rounded"),
    C(_all("lax $[$[3]]", "[1, 2, 3, 1.9]"), "[2]", "varchar", "one of the input is cut off"),
    C(_all("lax $[$.nothing]", "[]"), "[]", "varchar", "of an empty array no subscript is looked at"),
    C(_all('lax $.double()', '" 1e3 "'), "[1000.0]", "varchar"),
    C("json_query('\"1_0\"', 'lax $.double()')", None, "varchar", "Java reads no underscore"),
    C("json_exists('[1, null]', 'lax $ ? (@ <> null)')", True, "boolean"),
    C("json_exists('[{}]', 'lax $[*] ? (@ <> null)')", True, "boolean"),
    C("json_exists('{\"a\": [1, {}]}', 'lax $ ? (@.a == 1)')", False, "boolean", "an object can be compared with null alone"),
    C("json_exists('{\"a\": [null, true]}', 'lax $ ? (@.a == null)')", True, "boolean"),
    C("json_exists('{\"a\": [1, true]}', 'lax $ ? (@.a == true)')", False, "boolean", "unknown at the first pair"),
    C("json_exists('1', 'lax $ ? ((null < @) is unknown)')", False, "boolean"),
    C("json_exists('0.1', 'lax $ ? (@ == 0.1)')", True, "boolean"),
    C("json_exists('1', 'lax $ ? ($d <= $d)' passing date '2001-01-31' as \"d\")", True, "boolean"),
    C("json_exists('1', 'lax $ ? ($c == \"a\")' passing cast('a' as char(3)) as \"c\")", True, "boolean"),
    C("json_exists('1', 'lax $ ? (\"ab\" starts with $c)' passing cast('a' as char(3)) as \"c\")", False, "boolean", "a char has its blanks"),
    # what follows the first value is not looked at
    C("json_query('{\"a\": 1} and more', 'lax $.a')", "1", "varchar"),
    C("json_query('[1, 2]]', 'lax $[1]')", "2", "varchar"),
    C("json_query('1up', 'lax $')", None, "varchar"),
    C("json_array('[1] tail' format json)", "[[1]]", "varchar"),
    C("json_query('\"\\ud83d\"', 'lax $' empty array on error)", "[]", "varchar", "half of a surrogate pair"),
    C("json_value('\"\\ud83d\"', 'lax $')", "?", "varchar"),
]  # fmt: skip

REFUSED = [
    R(_all("lax $t.abs()"), "PATH_EVALUATION_ERROR"),
    R(_all("lax -$t"), "PATH_EVALUATION_ERROR"),
    R(_all("lax last"), "PATH_EVALUATION_ERROR", "path evaluation failed: accessing the last array index with no enclosing array"),
    R(_all("lax @"), "PATH_EVALUATION_ERROR", "accessing current filter item with no enclosing filter"),
    R(_all("lax $[*] + 0", "[1, 2]"), "PATH_EVALUATION_ERROR", "arithmetic binary expression requires singleton operands"),
    R(_all("lax $ % $.type()"), "PATH_EVALUATION_ERROR", "invalid operand types to MODULUS operator (integer, varchar(27))"),
    R(_all("lax $.double()", "null"), "PATH_EVALUATION_ERROR", "invalid item type. Expected: NUMBER or TEXT, actual: NULL"),
    R(_all("lax 9223372036854775807 + $", "1"), "PATH_EVALUATION_ERROR", "bigint addition overflow"),
    R(_all("lax $ / 0"), "PATH_EVALUATION_ERROR", "Division by zero"),
    R(_all("strict $d.a"), "PATH_EVALUATION_ERROR", "invalid item type. Expected: OBJECT, actual: decimal(3,1)"),
    R(_all("lax $[$.a]"), "PATH_EVALUATION_ERROR", "array subscript 'from' value must be singleton numeric"),
    R(_all("lax $[0 to $[*]]", "[1, 2]"), "PATH_EVALUATION_ERROR", "array subscript 'to' value must be singleton numeric"),
    R("json_value('1', 'lax \"x\"' returning integer error on error)", "JSON_VALUE_RESULT_ERROR", "cannot extract SQL scalar from JSON: Cannot cast value of type varchar to declared return type of function JSON_VALUE: integer"),
    # what a path says of types is looked at first, whatever ON ERROR says
    R("json_query('1', 'lax 1 + true')", "INVALID_PATH", "line 1:24: invalid operand types (integer and boolean) in JSON path arithmetic binary expression"),
    R("json_value('1', 'lax \"x\".floor()')", "INVALID_PATH", "cannot perform JSON path floor() method with varchar(1) argument"),
    R("json_exists('1', 'lax $ ? (-$.type() == 1)')", "INVALID_PATH", "invalid operand type (varchar(27)) in JSON path arithmetic unary expression"),
    R("json_exists('1', 'lax $ ? (@ == +true)')", "INVALID_PATH", "Invalid operand type (boolean)"),
    R("json_exists('1', 'lax true.double()')", "INVALID_PATH", "cannot perform JSON path double() method with boolean argument"),
    R("json_exists('1', 'lax $ ? (@ like_regex \"a\")')", "NOT_SUPPORTED", "like_regex predicate in JSON path is not yet supported"),
    R("json_query('1', 'lax $.datetime(\"YYYY\")')", "NOT_SUPPORTED", "datetime method in JSON path is not yet supported"),
    R("json_query('1', 'lax true.datetime()')", "INVALID_PATH"),
    R("json_query('1', 'certainly not a path')", "SYNTAX_ERROR", "line 1:25: mismatched input 'certainly' expecting {'lax', 'strict'}"),
    R("json_query('1', 'LAX $')", "SYNTAX_ERROR", "line 1:25: mismatched input 'LAX' expecting {'lax', 'strict'}"),
    R("json_query('1', 'lax $[1 To 2]')", "SYNTAX_ERROR", "line 1:33: mismatched input 'To' expecting {',', ']'}"),
    R("json_query('1', 'lax $.a b')", "SYNTAX_ERROR", "line 1:33: mismatched input 'b'"),
    R("json_query('1', 'lax $.bigint()')", "SYNTAX_ERROR"),
    R("json_query('1', 'lax $.é')", "SYNTAX_ERROR"),
    R("json_exists('1', 'lax $ ? (@ starts with @)')", "SYNTAX_ERROR"),
    R("json_exists('1', 'lax $ ? (!@ == 1)')", "SYNTAX_ERROR"),
    R("json_query('1', 'lax 9223372036854775808')", "SYNTAX_ERROR", "Invalid numeric literal: 9223372036854775808"),
    R("json_query(rpad('', 3000, '[') || rpad('', 3000, ']'), 'lax $')", "NOT_SUPPORTED", "nested so deep", ours=True),
    R("json_array(rpad('', 3000, '[') || rpad('', 3000, ']') format json)", "NOT_SUPPORTED", "nested so deep", ours=True),
    R("json_exists('1', 'lax $ ? ($t > $t)' passing time '10:00:00+01:00' as \"t\")", "NOT_SUPPORTED", "times with zones", ours=True),
    R("json_query('1', 'lax $a' passing 1 as A)", "INVALID_PATH", "no value passed for parameter a. Try quoting \"a\" in the PASSING clause to match case"),
]  # fmt: skip
