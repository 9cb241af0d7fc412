"""Refusals in Trino's words, each of a query on one line in which ``@`` stands before the place that Trino tells, if it tells one.

The words are those of ``StatementAnalyzer``, ``ExpressionAnalyzer`` and ``AggregationAnalyzer``:
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer
"""

T = "(values (1, 2, 'x')) t(a, b, c)"
R = "(values (cast(row(1, row(2)) as row(f bigint, g row(h bigint))), 3)) t(r, n)"
H = "(select approx_set(1) h) t"
MANY = ", ".join(["a"] * 64)

MESSAGES = (
    # windows: the name, the first word in the brackets, ORDER BY, the frame, or what stands in it
    (f"select sum(a) over @v from {T}", "INVALID_WINDOW_REFERENCE: Cannot resolve WINDOW name v"),
    (f"select 1 from {T} window v as (@u order by a)", "INVALID_WINDOW_REFERENCE: Cannot resolve WINDOW name u"),
    (f"select 1 from {T} window v as (order by a), u as (v @order by b)", "INVALID_ORDER_BY: Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY"),
    (f"select 1 from {T} window v as (rows 1 preceding), u as (@v order by b)", "INVALID_WINDOW_REFERENCE: Cannot reference named WINDOW containing frame specification"),
    ("select sum(1) over (@rows unbounded following)", "INVALID_WINDOW_FRAME: Window frame start cannot be UNBOUNDED FOLLOWING"),
    (f"select sum(a) over (@range a preceding) from {T}", "MISSING_ORDER_BY: Window frame of type RANGE PRECEDING or FOLLOWING requires ORDER BY"),
    (f"select sum(a) over (@groups a preceding) from {T}", "MISSING_ORDER_BY: Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY"),
    (f"select sum(a) over (@order by a, b range 1 preceding) from {T}", "INVALID_ORDER_BY: Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY (actual: 2)"),
    (f"select sum(a) over (order by @c range 1 preceding) from {T}", "TYPE_MISMATCH: Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: varchar(1))"),
    (f"select a c from {T} window w as (order by @c) order by sum(b) over (w range 1 preceding)", "TYPE_MISMATCH: Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: varchar(1))"),
    (f"select rank() over (partition by @h) from {H}", "TYPE_MISMATCH: HyperLogLog is not comparable, and therefore cannot be used in window function PARTITION BY"),
    (f"select rank() over (order by @h) from {H}", "TYPE_MISMATCH: HyperLogLog is not orderable, and therefore cannot be used in window function ORDER BY"),
    (f"select 1 from {T} having 2 > @count(*) over ()", "NESTED_WINDOW: HAVING clause cannot contain window functions or row pattern measures"),
    # groups
    (f"select a, (select @t.b) from {T} group by a", "EXPRESSION_NOT_AGGREGATE: Subquery uses 't.b' which must appear in GROUP BY clause"),
    (f"select count(*), exists (select 1 where @b > 0) from {T}", "EXPRESSION_NOT_AGGREGATE: Subquery uses 'b' which must appear in GROUP BY clause"),
    (f"select a from {T} group by a order by (select @b)", "EXPRESSION_NOT_AGGREGATE: Subquery uses 'b' which must appear in GROUP BY clause"),
    (f"select a from {T} group by a having (select @b) > 0", "EXPRESSION_NOT_AGGREGATE: Subquery uses 'b' which must appear in GROUP BY clause"),
    (f"select (select @t.r.f) from {R} group by n", "EXPRESSION_NOT_AGGREGATE: Subquery uses 't.r' which must appear in GROUP BY clause"),
    (f"select * from {T} group by a, b", "EXPRESSION_NOT_AGGREGATE: Column 't.c' not in GROUP BY clause"),
    ("select * from (select 1, 2 b) group by b", "EXPRESSION_NOT_AGGREGATE: Column 1 not in GROUP BY clause"),
    (f"select * from (select a, b from {T}) group by b", "EXPRESSION_NOT_AGGREGATE: Column 'a' not in GROUP BY clause"),
    (f"select @grouping(b) from {T} group by a", "INVALID_ARGUMENTS: The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level. Mismatch due to b."),
    (f"select rank() over (order by @grouping({MANY})) from {T} group by a", "TOO_MANY_ARGUMENTS: GROUPING supports up to 63 column arguments"),
    (f"select 1 from {T} where grouping(a, b) @> 0", "EXPRESSION_NOT_SCALAR: WHERE clause cannot contain aggregations, window functions or grouping operations: [GROUPING (a, b)]"),
    (f"select 1 from {T} group by cube (a @* 2)", "INVALID_COLUMN_REFERENCE: GROUP BY expression must be a column reference: (a * 2)"),
    (f"select c @|| 'x' from {T} group by b", "EXPRESSION_NOT_AGGREGATE: 'concat(c, 'x')' must be an aggregate expression or appear in GROUP BY clause"),
    (f"select @if(a is not null, -b, 0) from {T} group by b", "EXPRESSION_NOT_AGGREGATE: 'IF((a IS NOT NULL), -b, 0)' must be an aggregate expression or appear in GROUP BY clause"),
    (f"select @(a, null), count(*) from {T}", "EXPRESSION_NOT_AGGREGATE: 'ROW (a, null)' must be an aggregate expression or appear in GROUP BY clause"),
    (f"select @not (a = 1 and b in (1, 2) or a between 1 and 2), count(*) from {T}", "EXPRESSION_NOT_AGGREGATE: '(NOT (((a = 1) AND (b IN (1, 2))) OR (a BETWEEN 1 AND 2)))' must be an aggregate expression or appear in GROUP BY clause"),
    (f"select rank() over () as a from {T} group by a + b order by a @+ b", "EXPRESSION_NOT_AGGREGATE: '(a + b)' must be an aggregate expression or appear in GROUP BY clause"),
    # what cannot be told apart
    (f"@select distinct h from {H}", "TYPE_MISMATCH: DISTINCT can only be applied to comparable types (actual: HyperLogLog): h"),
    (f"select @count(distinct h) from {H}", "TYPE_MISMATCH: DISTINCT can only be applied to comparable types (actual: HyperLogLog)"),
    (f"select h from {H} group by @1", "TYPE_MISMATCH: HyperLogLog is not comparable, and therefore cannot be used in GROUP BY"),
    (f"select h from {H} @union select h from {H}", "TYPE_MISMATCH: Type HyperLogLog is not comparable and therefore cannot be used in UNION DISTINCT"),
    (f"select h from {H} @except all select h from {H}", "TYPE_MISMATCH: Type HyperLogLog is not comparable and therefore cannot be used in EXCEPT"),
    # calls
    ("select @upper(distinct 'a')", "FUNCTION_NOT_AGGREGATE: DISTINCT is not supported for non-aggregation functions"),
    ("select @upper('a' order by 1)", "FUNCTION_NOT_AGGREGATE: ORDER BY is only valid for aggregation functions"),
    ("select @upper('a') filter (where true)", "FUNCTION_NOT_AGGREGATE: Filter is only valid for aggregation functions"),
    (f"select @greatest({', '.join(['1'] * 128)})", "TOO_MANY_ARGUMENTS: Too many arguments for function call greatest()"),
    ("select transform(array[1], @(x, y) -> x)", "INVALID_PARAMETER_USAGE: Expected a lambda that takes 1 argument(s) but got 2"),
    ("select @array_agg(m order by m) from (values map(array[1], array[2])) t(m)", "TYPE_MISMATCH: ORDER BY can only be applied to orderable types (actual: map(integer, integer))"),
    (f"select array_agg(distinct a order by @b) from {T}", "EXPRESSION_NOT_IN_DISTINCT: For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments"),
    (f"select a as k from {T} group by a order by max((select @k))", "COLUMN_NOT_FOUND: Invalid reference to output projection attribute from ORDER BY aggregation"),
    # comparisons with subqueries, operators
    (f"select 1 from {T} where a @= any (select 1, 2)", "TYPE_MISMATCH: Value expression and result of subquery must be of the same type: row(integer) vs row(integer, integer)"),
    ("select 'a' @in (select 1)", "TYPE_MISMATCH: Value expression and result of subquery must be of the same type: row(varchar(1)) vs row(integer)"),
    ("select map(array[1], array[2]) @< all (select map(array[1], array[2]))", "TYPE_MISMATCH: Type [row(map(integer, integer))] must be orderable in order to be used in quantified comparison"),
    ("select @+'a'", "TYPE_MISMATCH: Unary '+' operator cannot by applied to varchar(1) type"),
    ("select @1 at time zone 'UTC'", "TYPE_MISMATCH: Type of value must be a time or timestamp with or without time zone (actual integer)"),
    (f"select row(1, 2)[@a] from {T}", "EXPRESSION_NOT_CONSTANT: Subscript expression on ROW requires a constant index"),
    ("select @array[1]['a']", "TYPE_MISMATCH: Cannot use varchar(1) for subscript of array(integer)"),
    # names
    (f"select @r.* from {R}", "TABLE_NOT_FOUND: Unable to resolve reference r"),
    (f"@select t.n.* from {R}", "TYPE_MISMATCH: expected expression of type Row"),
    (f"select @p.q.r.s.* from {R}", "TABLE_NOT_FOUND: Unable to resolve reference p.q.r.s"),
    ("select (@select o.* from (values 1) i) from (values 2) o", "NOT_SUPPORTED: SELECT * from outer scope table not supported with anonymous columns"),
    ("select (1, 2).* as (@x)", "MISMATCHED_COLUMN_ALIASES: Column alias list has 1 entries but relation has 2 columns"),
    (f"select a from {T} @fetch first 2 rows with ties", "MISSING_ORDER_BY: FETCH FIRST WITH TIES clause requires ORDER BY"),
    (f"select a from {T} @fetch first 0 rows only", "NUMERIC_VALUE_OUT_OF_RANGE: FETCH FIRST row count must be positive (actual value: 0)"),
    # samples
    (f"select 1 from {T} tablesample bernoulli (@'a')", "TYPE_MISMATCH: Sample percentage should be a numeric expression"),
    (f"select 1 from {T} tablesample bernoulli (a @+ 1)", "EXPRESSION_NOT_CONSTANT: Sample percentage cannot contain column references"),
    (f"select 1 from {T} tablesample system (@-0.5)", "NUMERIC_VALUE_OUT_OF_RANGE: Sample percentage must be greater than or equal to 0"),
    (f"select 1 from {T} tablesample bernoulli (null)", "INVALID_ARGUMENTS: Sample percentage cannot be NULL"),
    (f"select 1 from {T} tablesample bernoulli (20 * 5 @+ 1)", "NUMERIC_VALUE_OUT_OF_RANGE: Sample percentage must be less than or equal to 100"),
    # recursion
    ("with recursive t(n) as (select 1 union all table @t) select * from t", "INVALID_RECURSIVE_REFERENCE: recursive reference outside of FROM clause of the step relation of recursion"),
    ("with recursive t(n, m) as (select 1, 'a' union all @select m, m from t) select * from t", "TYPE_MISMATCH: recursion step relation output type (varchar(1)) is not coercible to recursion base relation output type (integer) at column 1"),
    # the end of a text, quotes, what may not follow
    ("select a from t where @", "SYNTAX_ERROR: mismatched input '<EOF>'. Expecting: <expression>, <query>"),
    ("select 1, @", "SYNTAX_ERROR: mismatched input '<EOF>'. Expecting: <expression>, <query>"),
    ("select 'a''b' || @'it s", "SYNTAX_ERROR: mismatched input '''. Expecting: <expression>, <query>"),
    ("select x'0f', @x'0g'", "SYNTAX_ERROR: Binary literal can only contain hexadecimal digits"),
    ("select @`a` from t", "SYNTAX_ERROR: backquoted identifiers are not supported; use double quotes to quote identifiers"),
    ('select 1 as @""', "SYNTAX_ERROR: Zero-length delimited identifier not allowed"),
    ("select 1 limit 1 @Order by 1", "SYNTAX_ERROR: mismatched input 'Order'. Expecting: <EOF>"),
    ("select 1 order by 1 @union select 2", "SYNTAX_ERROR: mismatched input 'union'. Expecting: <EOF>"),
    ("select abs(@, 1)", "SYNTAX_ERROR: mismatched input ','. Expecting: <expression>"),
    ("select sum(distinct @, 1)", "SYNTAX_ERROR: mismatched input ','. Expecting: <expression>"),
    ("select cast(1 as decimal(@))", "SYNTAX_ERROR: mismatched input ')'. Expecting: <expression>"),
    (f"select 1 from {T} tablesample @reservoir (1)", "SYNTAX_ERROR: mismatched input 'reservoir'. Expecting: 'BERNOULLI', 'SYSTEM'"),
    ("select @if(true)", "SYNTAX_ERROR: Invalid number of arguments for 'if' function"),
    ("select @if(distinct true, 1)", "SYNTAX_ERROR: DISTINCT not valid for 'if' function"),
    ("select @coalesce(1, 2) over ()", "SYNTAX_ERROR: OVER clause not valid for 'coalesce' function"),
    ("with a as (select 1), @a as (select 2) select * from a", "DUPLICATE_NAMED_QUERY: WITH query name 'a' specified more than once"),
    ("select cast(row(1, 2) as row(k integer, K integer)).@k", "AMBIGUOUS_NAME: Ambiguous row field reference: k"),
    (f"@select distinct a, a + b from {T} order by a + b", "EXPRESSION_NOT_IN_DISTINCT: For SELECT DISTINCT, ORDER BY expressions must appear in select list"),
    (f"@select distinct a from {T} order by b", "EXPRESSION_NOT_IN_DISTINCT: For SELECT DISTINCT, ORDER BY expressions must appear in select list"),
    (f"select * from {T}, lateral (@select t.* where a = 1)", "NOT_SUPPORTED: Given correlated subquery is not supported"),
    ("select case when true then 'a' when false then @1 end", "TYPE_MISMATCH: All CASE results must be the same type or coercible to a common type. Cannot find common type between varchar(1) and integer, all types (without duplicates): [varchar(1), integer]"),
    # types without their parts
    ("select @cast(1 as map)", "TYPE_MISMATCH: Unknown type: MAP"),
    ("select @cast(null as row)", "TYPE_MISMATCH: Unknown type: ROW"),
    ("select @try_cast(null as array)", "TYPE_MISMATCH: Unknown type: ARRAY"),
    # frames
    (f"select sum(a) over (order by a @rows -2 preceding) from {T}", "INVALID_WINDOW_FRAME: Window frame -2 offset must not be negative"),
    (f"select sum(a) over (order by a @groups null preceding) from {T}", "INVALID_WINDOW_FRAME: Window frame starting offset must not be null"),
    (f"select sum(a) over (order by a @range -2 preceding) from {T}", "INVALID_WINDOW_FRAME: Window frame offset value must not be negative or null"),
    # paths of JSON
    ("select @json_query('[1]', 'lax $' with wrapper omit quotes)", "SYNTAX_ERROR: OMIT QUOTES behavior specified with WITH UNCONDITIONAL ARRAY WRAPPER behavior"),
    ("select json_value('[1]', 'strict $[5]' error on error)", "PATH_EVALUATION_ERROR: path evaluation failed: structural error: invalid array subscript: [5, 5] for array of size 1"),
    ("select json_value('{\"a\":1}', 'strict $.b' error on error)", "PATH_EVALUATION_ERROR: path evaluation failed: structural error: missing member 'b' in JSON object"),
    ("select json_query('[1, 2]', 'lax $[*]' error on error)", "JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found multiple items"),
)  # fmt: skip
