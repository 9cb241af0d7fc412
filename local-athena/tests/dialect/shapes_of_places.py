"""Places in messages: an operator's is its sign, a call's its name, a literal's or a cast's its first word, an operand's its own.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/parser/AstBuilder.java makes the places,
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/ExpressionAnalyzer.java the words.
"""

_MEET = "must be the same type or coercible to a common type. Cannot find common type between integer and varchar(1)"
_ALL = f"{_MEET}, all types (without duplicates): [integer, varchar(1)]"
_CONCAT = (
    "for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, concat(array(E), E) E, "
    "concat(char(x), char(y)), concat(varbinary), concat(varchar)"
)
_T = "from (values 1) t(a)"

MESSAGES = (
    # operators
    (f"select a + 'x' {_T}", "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)"),
    (f"select a\n  * (a || 'x') {_T}", f"FUNCTION_NOT_FOUND: line 2:8: Unexpected parameters (integer, varchar(1)) {_CONCAT}"),
    ("select 'a' || 'b' || 1 || 'c'", f"FUNCTION_NOT_FOUND: line 1:19: Unexpected parameters (varchar, integer) {_CONCAT}"),
    (f"select 1 {_T} where a <> 'x'", "TYPE_MISMATCH: line 1:39: Cannot apply operator: integer = varchar(1)"),
    (f"select 1 {_T} where a >= 'x' and a = 1", "TYPE_MISMATCH: line 1:39: Cannot apply operator: integer <= varchar(1)"),
    ("select 1 is distinct from 'a'", "TYPE_MISMATCH: line 1:10: Cannot check if integer is distinct from varchar(1)"),
    ("select 1 not between 'a' and 2", "TYPE_MISMATCH: line 1:10: Cannot check if integer is BETWEEN varchar(1) and integer"),
    ("select 'a' not like 1", "TYPE_MISMATCH: line 1:21: Pattern for LIKE expression must evaluate to a varchar (actual: integer)"),
    ("select 2 - -'a'", "TYPE_MISMATCH: line 1:12: Cannot negate varchar(1)"),
    ("select array[1]['x']", "TYPE_MISMATCH: line 1:8: Cannot use varchar(1) for subscript of array(integer)"),
    ("select row(1)[2]", "INVALID_FUNCTION_ARGUMENT: line 1:15: Subscript index out of bounds: 2, max value is 1"),
    # operands that meet in no type
    ("select 1 in (2, 'a')", f"TYPE_MISMATCH: line 1:17: IN value and list items {_ALL}"),
    ("select array[1, 'a']", f"TYPE_MISMATCH: line 1:17: All ARRAY elements {_ALL}"),
    ("select coalesce(1, 'a')", f"TYPE_MISMATCH: line 1:20: All COALESCE operands {_ALL}"),
    ("select case when true then 1 else 'a' end", f"TYPE_MISMATCH: line 1:35: All CASE results {_ALL}"),
    ("select case 1 when 'a' then 2 end", "TYPE_MISMATCH: line 1:20: CASE operand type does not match WHEN clause operand type: integer vs varchar(1)"),
    ("select if(true, 1, 'a')", "TYPE_MISMATCH: line 1:8: Result types for IF must be the same: integer vs varchar(1)"),
    ("select nullif(1, 'a')", "TYPE_MISMATCH: line 1:8: Types are not comparable with NULLIF: integer vs varchar(1)"),
    # conditions
    ("select not 1", "TYPE_MISMATCH: line 1:12: Value of logical NOT expression must evaluate to a boolean (actual: integer)"),
    ("select true or 1 + 1", "TYPE_MISMATCH: line 1:18: Logical expression term must evaluate to a boolean (actual: integer)"),
    (f"select 1 {_T} where a", "TYPE_MISMATCH: line 1:37: WHERE clause must evaluate to a boolean: actual type integer"),
    # calls, casts, literals, fields
    ("select 1, length(1)", "FUNCTION_NOT_FOUND: line 1:11: Unexpected parameters (integer) for function length. Expected: length(char(x)), length(varbinary), length(varchar(x))"),
    ("select 1 + cast(array[1] as integer)", "TYPE_MISMATCH: line 1:12: Cannot cast array(integer) to integer"),
    ("select cast(1 as nosuch)", "TYPE_MISMATCH: line 1:8: Unknown type: nosuch"),
    ("select extract(hour from date '2024-01-01')", "TYPE_MISMATCH: line 1:26: Cannot extract HOUR from date"),
    ("select 1, timestamp 'x'", "INVALID_LITERAL: line 1:11: 'x' is not a valid TIMESTAMP literal"),
    ("select 1, interval 'x' day", "INVALID_LITERAL: line 1:11: Invalid INTERVAL DAY value: x"),
    ("select 12345678901234567890", "SYNTAX_ERROR: line 1:1: Invalid numeric literal: 12345678901234567890"),
    (f"select a.b.c {_T}", "TYPE_MISMATCH: line 1:8: Expression a is not of type ROW"),
    ("select row(1).x", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved or requester is not authorized to access requested resources"),
    ("select * from a.b.c", "TABLE_NOT_FOUND: line 1:15: Table 'a.b.c' does not exist"),
    # what local Athena has not
    ("select * from t match_recognize (pattern (a) define a as true)", "NOT_SUPPORTED: line 1:17: MATCH_RECOGNIZE is not supported by local Athena (see docs/ATHENA.md)"),
    ("select * from json_table('[1]', 'lax $[*]' columns (a integer path 'lax $'))", "NOT_SUPPORTED: line 1:15: JSON_TABLE is not supported by local Athena (see docs/ATHENA.md)"),
    # queries
    ("select 1 union select 'a'", "TYPE_MISMATCH: line 1:10: column 1 in UNION query has incompatible types: integer, varchar(1)"),
    ("select 1 > all (values k) from (values (1, 1)) t(k, v) group by k", "NOT_SUPPORTED: line 1:17: Given correlated subquery is not supported"),
    # no place: these are found when a value is computed
    ("select date_trunc('x', date '2024-01-01')", "INVALID_FUNCTION_ARGUMENT: 'x' is not a valid DATE field"),
    ("select regexp_extract('a', '(a)', 2)", "INVALID_FUNCTION_ARGUMENT: Pattern has 1 groups. Cannot access group 2"),
    # a subquery in an outer join, of both sides: TestJoin.testQuantifiedComparisonInJoinCriteria
    ("select * from (values 1) t(a) right join (values 1) u(b) on a + b > all (values 1)", "NOT_SUPPORTED: line 1:67: A subquery that a value of both sides of an outer join is compared with is not supported"),
    ("select * from (values 1) t(a) left join (values 1) u(b) on a in (values 1) or b = 1", "NOT_SUPPORTED: line 1:62: A subquery that a value of both sides of an outer join is compared with is not supported"),
)  # fmt: skip
