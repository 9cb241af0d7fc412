"""Constants that no function takes: they fail when they are evaluated, not before.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/IrExpressionInterpreter.java;
lists of IN: https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/query/TestExpressions.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    C("case when false then regexp_like('a', '(') end", None, "boolean"),
    C("if(false, date_trunc('foo', current_date), date '2020-01-01')", "2020-01-01", "date"),
    C("coalesce(1, cast(regexp_like('a', '(') as integer))", 1, "integer"),
    C("false and regexp_like('a', '(')", False, "boolean"),
    C("count(regexp_like(x, '(')) from (select 'a' where false) t(x)", 0, "bigint"),
    C("count(*) from (values 1) t(x) where x = 2 and regexp_like(cast(x as varchar), '(')", 0, "bigint"),
    C("if(false, current_timestamp at time zone 'Foo/Bar')", None, "timestamp(3) with time zone"),
    C("if(false, from_unixtime(1, 'Foo/Bar'))", None, "timestamp(3) with time zone"),
    C("if(false, date_format(timestamp '2020-01-01 00:00:00', '%D'))", None, "varchar"),
    C("try(regexp_extract_all('a', '('))", None, "array(varchar(1))"),
    C("try(date_trunc('foo', date '2020-01-01'))", None, "date"),
    C("null in (1, 5 / 0)", None, "boolean"),
    C("x in (1, 5 / y) from (values (cast(null as integer), 0)) t(x, y)", None, "boolean"),
    C("x in (3, 5 / y) from (values (3, 0)) t(x, y)", True, "boolean"),
    C("from_unixtime(nan())", "1970-01-01 00:00:00.000 UTC", "timestamp(3) with time zone"),
    C("human_readable_seconds(1e30)", "15250284452471 weeks, 3 days, 15 hours, 30 minutes, 7 seconds", "varchar"),
]  # fmt: skip

REFUSED = [
    R("3 in (2, 4, 3, 5 / 0)", "DIVISION_BY_ZERO", "Division by zero"),
    R("x in (2, 5 / y) from (values (3, 0)) t(x, y)", "DIVISION_BY_ZERO", "Division by zero"),
    R("regexp_like(null, '(')", "INVALID_FUNCTION_ARGUMENT"),
    R("if(true, date_diff('foo', date '2020-01-01', date '2020-01-01'))", "INVALID_FUNCTION_ARGUMENT", "'foo' is not a valid DATE field"),
    R("date_trunc(1e-10, current_date)", "FUNCTION_NOT_FOUND", "Unexpected parameters (double, date) for function date_trunc."),
    R("from_unixtime(1, 1.5e0)", "FUNCTION_NOT_FOUND", "Unexpected parameters (integer, double) for function from_unixtime."),
    R("json_exists('{}', 'lax $x' passing 1 as \"x\", 2 as \"x\")", "DUPLICATE_PARAMETER_NAME", "x JSON path parameter is specified more than once"),
    R("true = 1 is null", "SYNTAX_ERROR", "line 1:17: mismatched input 'is'", source="SqlBase.g4: a comparison takes no predicate"),
    R("1 < 1 is not null", "SYNTAX_ERROR", "line 1:14: mismatched input 'is'"),
    R("x = 1 is distinct from true from (values 1) t(x)", "SYNTAX_ERROR"),
    R("json_value('{}', 'lax $.a' returning foo)", "TYPE_MISMATCH", "Unknown type: foo"),
    R("try(cast('7' as varchar(2147483648)))", "TYPE_MISMATCH", "Unknown type: varchar(2147483648)"),
    R("json_array(1 returning foo)", "TYPE_MISMATCH", "Unknown type: foo"),
    R("json_value('{}', 'lax $.a' returning tdigest)", "TYPE_MISMATCH", "Invalid return type of function JSON_VALUE: tdigest"),
]  # fmt: skip
