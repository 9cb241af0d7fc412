"""The greatest and the least of arrays and rows, where NULL or NaN stand inside: max, min, max_by, min_by, ALL and ANY.

https://trino.io/docs/current/functions/aggregate.html. Their orders are those of Trino's types: in that of max NaN ranks lowest, in
that of min highest, and a NULL inside an array or a row cannot be compared (``ArrayType`` and ``RowType`` in core/trino-spi).
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NAN = float("nan")
ROWS = "(values (row(2, nan()), 'p'), (row(2, 7e0), 'q'), (row(1, 3e0), 'r'))"

CASES = [
    C("max(x) from (values array[nan()], array[4e0], null) t(x)", [4.0], "array(double)", "NaN ranks lowest in a maximum"),
    C("min(x) from (values array[nan()], array[4e0], null) t(x)", [4.0], "array(double)", "and highest in a minimum"),
    C("max(x) from (values row(row(nan())), row(row(4e0))) t(x)", (4.0,), "row(double)"),
    C(f"max(x)[2] from {ROWS} t(x, y)", 7.0, "double"),
    C("max(x) from (values array[nan()]) t(x)", [NAN], "array(double)"),
    C("max(x) from (values array[row(real 'NaN')], array[row(real '4')]) t(x)", [(4.0,)], "array(row(real))"),
    C("max(x, 2) from (values array[nan()], array[4e0], array[6e0]) t(x)", [[6.0], [4.0]], "array(array(double))"),
    C("max(x, 3) from (values array[nan()], array[4e0], array[6e0]) t(x)", [[6.0], [4.0], [NAN]], "array(array(double))"),
    C("min(x, 2) from (values array[4, null], array[3, 1], array[9]) t(x)", [[3, 1], [4, None]], "array(array(integer))"),
    C("max(x, 1) from (values array[4, null], array[4, 1], array[9]) t(x)", [[9]], "array(array(integer))", "the two below it are not asked for"),
    C("min(x) from (values array[4, null], array[3, 1], array[4, 2]) t(x)", [3, 1], "array(integer)"),
    C("max(x) over () from (values array[4, null]) t(x)", [4, None], "array(integer)"),
    C(f"max_by(y, x) from {ROWS} t(x, y)", "q", "varchar(1)"),
    C(f"min_by(y, x) from {ROWS} t(x, y)", "r", "varchar(1)"),
    C(f"max_by(y, x, 2) from {ROWS} t(x, y)", ["q", "p"], "array(varchar(1))"),
    C(f"min_by(y, x, 2) from {ROWS} t(x, y)", ["r", "q"], "array(varchar(1))"),
    C("max_by(y, x) from (values (array[4], null), (array[3], 6), (null, 7)) t(x, y)", None, "integer"),
    C("max_by(y, x) from (values (array[4], 5)) t(x, y) where x is null", None, "integer"),
    C("max(x)[1] from (values row(row(timestamp '2024-03-04 05:00:00 UTC', 3)), row(row(timestamp '2024-03-04 14:00:00 Asia/Tokyo', 8))) t(x)",
      "2024-03-04 14:00:00 Asia/Tokyo", "timestamp(0) with time zone", "instants are compared, then the numbers"),
    C("array[6, 2] > all (values array[6, 1], array[5, null])", True, "boolean"),
    C("array[6, 2] <> all (values array[6, 1])", True, "boolean"),
    C("array[6, 2] < any (values array[6, 1], null)", None, "boolean"),
    C("array[6] = all (values array[6], array[6])", True, "boolean"),
    C("array[6] >= all (select array[1] where false)", True, "boolean"),
]  # fmt: skip

REFUSED = [
    R("min(x) from (values array[4, 1], array[4, 2], array[4, null]) t(x)", "NOT_SUPPORTED", "arrays with null elements"),
    R("max(x) from (values array[4, 1], array[4, 2], array[4, null]) t(x)", "NOT_SUPPORTED", "arrays with null elements"),
    R("min(x) from (values row(row(4, null)), row(row(4, 2)), row(row(4, 1))) t(x)", "NOT_SUPPORTED", "fields with null elements"),
    R("max(x, 1) from (values array[4, null], array[4, 1]) t(x)", "NOT_SUPPORTED", "arrays with null elements"),
    R("min(x, 2) from (values array[3], array[4, null], array[4, 1]) t(x)", "NOT_SUPPORTED", "arrays with null elements"),
    R("max_by(y, x) from (values (row(4, null), 1), (row(4, 5), 2)) t(x, y)", "NOT_SUPPORTED", "fields with null elements"),
    R("min_by(y, x) from (values (row(4, null), 1), (row(4, 5), 2), (row(4, 3), 3)) t(x, y)", "NOT_SUPPORTED", "fields with null elements"),
    R("min_by(y, x, 1) from (values (row(4, null), 1), (row(4, 5), 2)) t(x, y)", "NOT_SUPPORTED", "fields with null elements"),
    R("array[4, 1] > all (values array[4, null])", "NOT_SUPPORTED", "arrays with null elements"),
    R("array[4, 1] < any (values array[4, null], array[4, 3])", "NOT_SUPPORTED", "arrays with null elements"),
    R("max(x, y) from (values (array[4], 2)) t(x, y)", "NOT_SUPPORTED", "a number of values that is no literal", ours=True),
    R("max(row(map(array[1], array[2])))", "FUNCTION_NOT_FOUND"),
]  # fmt: skip
