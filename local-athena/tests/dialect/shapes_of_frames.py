"""Frames by distance, grouping sets that stand once and set operations of WITH RECURSIVE.

Expected rows are those of Trino's ``TestWindowFrameRange``, ``TestRecursiveCte``, ``TestNestedNaNComparisons`` and of its
documentation of GROUP BY DISTINCT:
https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/sql/query
https://trino.io/docs/current/sql/select.html#complex-grouping-operations
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

MONTHS = "(values interval '1' month, interval '2' month, interval '5' year) t(a)"
HOURS = "(values interval '1' hour, interval '2' hour, interval '5' day) t(a)"
STEP = "with recursive t(n) as (select 1 union all (select n + 2 from ((table t) {}) u(n) where n < 3)) select * from t"
DISTINCT = "select a, b, count(*) from (values (1, 2)) t(a, b) group by distinct {}"

SHAPES = [
    # in order of intervals
    S(f"select count(*) over (order by a range between interval '1' year preceding and interval '1' month following) from {MONTHS}", [(2,), (2,), (1,)]),
    S(f"select count(*) over (order by a range between interval '1' hour preceding and interval '1' day following) from {HOURS}", [(2,), (2,), (1,)]),
    S("select count(*) over (order by a range between 1 preceding and 5 following) from (values tinyint '1', tinyint '127') t(a)", [(1,), (1,)]),
    S("select count(*) over (order by a range smallint '1' preceding) from (values bigint '1', 2) t(a)", [(1,), (2,)]),
    # distances of more rows and groups than a bigint counts
    S("select count(*) over (order by a rows between 1 preceding and decimal '9223372036854775808' following) from (values 2, 1, null) t(a)", [(3,), (3,), (2,)]),
    S("select count(*) over (order by a groups between 1 preceding and decimal '999999999999999999999999999999' following) from (values 1, 1, null) t(a)", [(3,), (3,), (3,)]),
    # dates by whole days, constants
    S("select count(*) over (order by a range between interval '48' hour preceding and current row) from (values date '2024-02-01', date '2024-02-03') t(a)", [(1,), (2,)]),
    S("select count(*) over (order by 7 range between x preceding and current row) from (values 1, 2) t(x)", [(2,), (2,)]),
    S("select count(*) over (order by date '2024-02-01' range between interval '1' day preceding and current row) from (values 1, 2) t(x)", [(2,), (2,)]),
    # GROUP BY DISTINCT
    S(DISTINCT.format("a, b"), [(1, 2, 1)]),
    S(DISTINCT.format("rollup (a, b), rollup (a)") + " order by a, b", [(1, 2, 1), (1, None, 1), (None, None, 1)]),
    S(DISTINCT.format("cube (a, b), grouping sets ((b), ())") + " order by a, b", [(1, 2, 1), (1, None, 1), (None, 2, 1), (None, None, 1)]),
    S("select a, sum(b), grouping(a) from (values (1, 2), (1, 2)) t(a, b) group by distinct grouping sets ((a), (a), ())", [(1, 4, 0), (None, 4, 1)]),
    # WITH RECURSIVE
    S(STEP.format("intersect distinct (select 1)"), [(1,), (3,)]),
    S(STEP.format("except distinct (select 10)"), [(1,), (3,)]),
    # NaN inside a row
    S("select id from (values (1, nan()), (2, 0.1e0), (3, 0.9e0)) t(id, x) where not ((x, id) < (0.5e0, 0))", [(1,), (3,)]),
]  # fmt: skip

FAILING = (
    ("select count(*) over (order by a range x preceding) from (values (date '2001-01-01', interval '-1' month)) t(a, x)", "INVALID_WINDOW_FRAME"),
    ("select count(*) over (order by a range x preceding) from (values (date '2001-01-01', cast(null as interval day to second))) t(a, x)", "INVALID_WINDOW_FRAME"),
    ("select count(*) over (order by a range interval '-1' day preceding) from (values date '2001-01-01') t(a)", "INVALID_WINDOW_FRAME"),
    ("select count(*) over (order by a range interval '1' hour preceding) from (values timestamp '2024-02-01 00:00:00.0000001') t(a)", "NOT_SUPPORTED"),
    (STEP.format("intersect all (select 1)"), "INVALID_RECURSIVE_REFERENCE"),
    (STEP.format("except all (select 10)"), "INVALID_RECURSIVE_REFERENCE"),
)  # fmt: skip

DATE_BY = "select count(*) over (order by a {} range between {} and {}) from (values date '2024-02-01') t(a)"
X = "(values (1, 1), (2, -2), (3, null)) t(a, x)"
# Words of ``TestWindowFrameGroups`` and of ``TestSequenceFunction``.
WORDED = (
    (f"select count(*) over (order by a groups x preceding) from {X} where a < 3", "INVALID_WINDOW_FRAME", ": Window frame -2 offset must not be negative$"),
    (f"select count(*) over (order by a rows between 1 preceding and x following) from {X} where a < 3", "INVALID_WINDOW_FRAME", ": Window frame -2 offset must not be negative$"),
    (f"select count(*) over (order by a desc groups x preceding) from {X} where a <> 2", "INVALID_WINDOW_FRAME", ": Window frame starting offset must not be null$"),
    (f"select count(*) over (order by a rows between current row and x following) from {X} where a <> 2", "INVALID_WINDOW_FRAME", ": Window frame ending offset must not be null$"),
    ("select count(*) over (order by a rows decimal '-1' preceding) from (values 1) t(a)", "INVALID_WINDOW_FRAME", ": Window frame -1 offset must not be negative$"),
    (f"select count(*) over (order by a range x preceding) from {X} where a < 3", "INVALID_WINDOW_FRAME", ": Window frame offset value must not be negative or null$"),
    ("select count(*) over (order by a range 2147483647 preceding) from (values -7) t(a)", "NUMERIC_VALUE_OUT_OF_RANGE", ": integer subtraction overflow: -7 - 2147483647$"),
    ("select count(*) over (order by a desc range tinyint '9' preceding) from (values tinyint '120') t(a)", "NUMERIC_VALUE_OUT_OF_RANGE", r": tinyint addition overflow: 120 \+ 9$"),
    ("select count(*) over (order by a range nan() preceding) from (values 4e0) t(a)", "INVALID_WINDOW_FRAME", ": Window frame offset value must not be negative or null$"),
    (DATE_BY.format("", "interval '1' hour preceding", "current row"), "INVALID_FUNCTION_ARGUMENT", ": Cannot subtract hour, minutes or seconds from a date$"),
    (DATE_BY.format("desc", "interval '1' hour preceding", "current row"), "INVALID_FUNCTION_ARGUMENT", ": Cannot add hour, minutes or seconds to a date$"),
    (DATE_BY.format("", "current row", "interval '25' hour following"), "INVALID_FUNCTION_ARGUMENT", ": Cannot add hour, minutes or seconds to a date$"),
    ("select count(*) over (order by a range interval '1' month preceding) from (values time '04:05:06') t(a)", "TYPE_MISMATCH", r": Window frame RANGE value type \(interval year to month\) not compatible with sort item type \(time\(0\)\)$"),
    ("select * from table(sequence(5, 1))", "INVALID_FUNCTION_ARGUMENT", r": Step must be negative for sequence \[5, 1\]$"),
    ("select * from table(sequence(-5, 10, -2))", "INVALID_FUNCTION_ARGUMENT", r": Step must be positive for sequence \[-5, 10\]$"),
    ("select * from table(sequence(start => null, stop => -5, step => 2))", "INVALID_FUNCTION_ARGUMENT", ": Start is null$"),
    ("select * from table(sequence(10, null))", "INVALID_FUNCTION_ARGUMENT", ": Stop is null$"),
    ("select * from table(sequence(10, 2, null))", "INVALID_FUNCTION_ARGUMENT", ": Step is null$"),
)  # fmt: skip
