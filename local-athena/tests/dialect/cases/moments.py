"""Deviation, moments, covariance, correlation and regression where NaN or infinity is among the values.

https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions; the running sums behind them
(``AggregationUtils`` of core/trino-main) become NaN with the first of either, and correlation and regression give NULL for that.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NAN = float("nan")
NANS = "(values nan(), 2e0, 7e0, 8e0) t(x)"
INFINITE = "(values 3e0, null, -infinity(), 5e0, 6e0) t(x)"
PAIRS = "(values (2e0, 3e0), (nan(), 1e0), (4e0, 9e0)) t(y, x)"
FAR = "(values (2e0, 3e0), (infinity(), 1e0), (4e0, 9e0)) t(y, x)"
WHOLE = "(values (2e0, 3e0), (nan(), null), (null, infinity()), (4e0, 9e0)) t(y, x)"

CASES = [
    *(
        C(f"{name}(x) from {values}", NAN, "double")
        for name in ("stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop", "skewness", "kurtosis")
        for values in (NANS, INFINITE)
    ),
    C("variance(x) from (values real '2', real 'NaN') t(x)", NAN, "double"),
    C("var_pop(x) from (values nan()) t(x)", NAN, "double"),
    C("stddev_pop(x) from (values infinity(), null) t(x)", NAN, "double"),
    C("var_samp(x) from (values nan()) t(x)", None, "double", "one value is too few"),
    C("skewness(x) from (values nan(), 2e0) t(x)", None, "double"),
    C("kurtosis(x) from (values nan(), 2e0, 5e0) t(x)", None, "double"),
    C("var_pop(x) filter (where x < 5) from (values nan(), 2e0, 4e0) t(x)", 1.0, "double"),
    C("var_pop(distinct x) from (values 2e0, 4e0, 2e0) t(x)", 1.0, "double"),
    C("array_agg(v) from (select var_pop(x) over (order by x rows 1 preceding) as v from (values 2e0, 4e0, nan()) t(x))", [0.0, 1.0, NAN], "array(double)"),
    C("var_pop(x) from (values decimal '2.5', decimal '4.5') t(x)", 1.0, "double"),
    C("var_pop(x) from (values tinyint '2', tinyint '4') t(x)", 1.0, "double"),
    C(f"covar_pop(y, x) from {PAIRS}", NAN, "double"),
    C(f"covar_samp(y, x) from {PAIRS}", NAN, "double"),
    C("covar_pop(y, x) from (values (nan(), 4e0)) t(y, x)", NAN, "double"),
    C("covar_samp(y, x) from (values (nan(), 4e0)) t(y, x)", None, "double"),
    C(f"covar_pop(y, x) from {WHOLE}", 3.0, "double", "a pair with a NULL is none"),
    C(f"covar_samp(y, x) from {WHOLE}", 6.0, "double"),
    C("covar_pop(y, x) from (values (real '2', real '3'), (real '4', real 'NaN')) t(y, x)", NAN, "real"),
    *(C(f"{name}(y, x) from {values}", None, "double") for name in ("corr", "regr_slope", "regr_intercept") for values in (PAIRS, FAR)),
    C(f"corr(y, x) from {WHOLE}", 1.0, "double"),
    C(f"regr_slope(y, x) from {WHOLE}", 1 / 3, "double"),
    C(f"regr_intercept(y, x) from {WHOLE}", 1.0, "double"),
    C("corr(y, x) from (values (2, 3), (4, 9)) t(y, x)", 1.0, "real"),
]  # fmt: skip

REFUSED = [
    R(f"covar_pop(y, x) from {FAR}", "NOT_SUPPORTED", "The covariance of infinite values", ours=True),
    R("covar_samp(y, x) from (values (real '2', real 'Infinity'), (real '4', real '1')) t(y, x)", "NOT_SUPPORTED", ours=True),
]  # fmt: skip
