"""Values too large, too long or too deep for this machine or for Trino: each ends at once, with an error that says so.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/ (SequenceFunction,
StringFunctions, DateTimeFunctions), https://docs.aws.amazon.com/athena/latest/ug/error-reference.html (EXHAUSTED_RESOURCES)
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

ENTRIES = "result of sequence function must not have more than 10000 entries"
EXHAUSTED = "Query exhausted resources at this scale factor"
LONG = "'$' || rpad('1', 5000, '1')"

CASES = [
    C("cardinality(sequence(timestamp '2024-01-01 00:00:00', timestamp '2024-01-01 00:00:09.999', interval '0.001' second))", 10_000, "bigint"),
    C("sequence(date '2024-02-28', date '2024-03-01')", ["2024-02-28", "2024-02-29", "2024-03-01"], "array(date)"),
    C("sequence(date '2024-03-01', date '2024-02-28')", ["2024-03-01", "2024-02-29", "2024-02-28"], "array(date)"),
    C("length(array_join(repeat(rpad('', 90, 'b'), 10000), x)) from (values rpad('', 200, '-')) t(x)", 2_899_800, "bigint"),
    C("array_join(array['ä', null, 'b'], x) from (values '--') t(x)", "ä--b", "varchar"),
    C("array_join(array['ä', null, 'b'], x, '0') from (values '--') t(x)", "ä--0--b", "varchar"),
    C("array_join(array[], x) from (values '--') t(x)", "", "varchar"),
    C("numeric_histogram(2, x) from (values 1e200, -1e200, 0e0) t(x)", {-5e199: 2.0, 1e200: 1.0}, "map(double, double)"),
    C("map_values(numeric_histogram(5, x)) from (values nan(), nan()) t(x)", [1.0], "array(double)", "Java's map has one NaN"),
    C("json_array_length('[' || rpad('1', 5000, '1') || ', 2]')", 2, "bigint"),
    C("length(json_format(json_parse(rpad('1', 5000, '1'))))", 5000, "bigint"),
    C("regexp_replace('xaay', p, '-') from (values 'a*?y|(?=x)') t(p)", "-x-", "varchar(14)"),
    C("try(parse_duration('99999999999999d'))", None, "interval day to second"),
]  # fmt: skip

REFUSED = [
    R("sequence(timestamp '0001-01-01 00:00:00', timestamp '9999-12-31 00:00:00', interval '0.001' second)", "INVALID_FUNCTION_ARGUMENT", ENTRIES),
    R("sequence(timestamp '2024-01-01 00:00:00', timestamp '2024-01-01 00:00:10', interval '0.001' second)", "INVALID_FUNCTION_ARGUMENT", ENTRIES),
    R("sequence(date '0001-01-01', x) from (values date '9999-12-31') t(x)", "INVALID_FUNCTION_ARGUMENT", ENTRIES),
    R("lpad('x', 2147483647, 'y')", "EXHAUSTED_RESOURCES", EXHAUSTED, ours=True),
    R("try(rpad(x, 2147483647, 'y')) from (values 'x') t(x)", "EXHAUSTED_RESOURCES", EXHAUSTED, ours=True),
    R("lpad(x'00', 2147483647, x'01')", "EXHAUSTED_RESOURCES", EXHAUSTED, ours=True),
    R("lpad(x'00', 2147483648, x'01')", "INVALID_FUNCTION_ARGUMENT", "Target length must be in the range [0..2147483647]"),
    R("try(bar(0.5, 2147483648))", "EXHAUSTED_RESOURCES", EXHAUSTED, ours=True),
    R("parse_duration('99999999999999d')", "INVALID_FUNCTION_ARGUMENT", "size is too large to be represented in requested unit as a long"),
    R("from_base(rpad('1', 5000, '1'), 10)", "INVALID_FUNCTION_ARGUMENT", "Not a valid base-10 number: 111"),
    R(f"regexp_replace('abc', 'b', {LONG})", "INVALID_FUNCTION_ARGUMENT", "unknown group 1"),
    R("format('%' || rpad('1', 5000, '1') || 'd', 1)", "NOT_SUPPORTED", "of more than 1000000 characters", ours=True),
    R("try(json_array_length(rpad('', 500000, '[')))", "NOT_SUPPORTED", "A value that is nested so deep", ours=True),
    R("st_geometryfromtext(rpad('', 400000, 'GEOMETRYCOLLECTION (') || 'POINT (1 1)' || rpad('', 20000, ')'))", "NOT_SUPPORTED", "A value that is nested so deep", ours=True),
    R("st_geometryfromtext(rpad('', 1200000, 'POINT (1 1), '))", "INVALID_FUNCTION_ARGUMENT", "Invalid WKT"),
    R("st_polygon('%s')", "INVALID_FUNCTION_ARGUMENT", "Invalid WKT: %s"),
    R("beta_cdf(1e308, 2e0, 0.5e0)", "NOT_SUPPORTED", "A beta distribution of 1e+308 and 2.0", ours=True),
    R("t_pdf(1e0, 1e-320)", "NOT_SUPPORTED", "t_pdf of 1e-320 degrees of freedom", ours=True),
]  # fmt: skip
