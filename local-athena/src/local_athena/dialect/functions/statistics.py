"""Deviations, moments, correlation, regression: https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions.

DuckDB fails at NaN and infinity, or passes over them. In Trino the result is NaN as soon as one of them is among the values, where
there are values enough for a result; correlation and regression give NULL for what is no number.
"""

from __future__ import annotations

_NAN = "CAST('NaN' AS DOUBLE)"


def _about_mean(name: str) -> str:
    """A moment of the distances from the mean: DuckDB sums powers of the values themselves, which leaves no digit of a
    million beside a million and one.
    """
    distances = "list_transform([list_avg(_l)], lambda _m: list_transform(_l, lambda _v: _v - _m))[1]"
    return f"list_transform([list({{0}})$W], lambda _l: list_{name}({distances}))[1]"


_ONE = {
    "stddev": ("stddev_samp({})$W", 2), "stddev_samp": ("stddev_samp({})$W", 2), "stddev_pop": ("stddev_pop({})$W", 1),
    "variance": ("var_samp({})$W", 2), "var_samp": ("var_samp({})$W", 2), "var_pop": ("var_pop({})$W", 1),
    # DuckDB's is the sample's skewness, Trino's the population's.
    "skewness": (f"({_about_mean('skewness')} * (count({{0}})$W - 2) / sqrt(count({{0}})$W * (count({{0}})$W - 1)))", 3),
    "kurtosis": (f"(CASE WHEN count({{0}})$W > 3 THEN coalesce({_about_mean('kurtosis')}, {_NAN}) END)", 4),
}  # fmt: skip
"""DuckDB's text, and how many values there must be for a result."""


def _of_one(name: str) -> list[str]:
    text, least = _ONE[name]
    finite = text.format("$D(CASE WHEN isfinite($1) THEN $1 END)")
    any_other = "coalesce(bool_or(NOT isfinite($1))$W, false)"
    return [
        f"{name}(bigint) -> double | {text.format('$D$1')}",
        f"{name}(double) -> double | (CASE WHEN {any_other} AND count($D$1)$W >= {least} THEN {_NAN} ELSE {finite} END)",
    ]


_NO_NUMBER = "isnan($1 - $1 + $2 - $2)"
"""Whether a pair holds NaN or infinity; NULL for a pair that does not count as one of them is NULL."""
_NAN_IN_PAIR = "((isnan($1) AND $2 IS NOT NULL) OR (isnan($2) AND $1 IS NOT NULL))"
_FINITE = f"$D(CASE WHEN NOT {_NO_NUMBER} THEN $1 END), $2"
_TWO = {"corr": 0, "regr_slope": 0, "regr_intercept": 0, "covar_pop": 1, "covar_samp": 2}
"""How many pairs a covariance needs; the others are no numbers for too few."""


def _of_two(name: str) -> list[str]:
    computed = f"{name}({_FINITE})$W"
    if least := _TWO[name]:
        refused = "$fail(NOT_SUPPORTED: The covariance of infinite values is not supported by local Athena)DOUBLE"
        made = (
            f"(CASE WHEN count($1 + $2)$W < {least} THEN NULL WHEN bool_or({_NAN_IN_PAIR})$W THEN {_NAN} "
            f"WHEN bool_or({_NO_NUMBER})$W THEN {refused} ELSE {computed} END)"
        )
    else:
        made = f"(CASE WHEN NOT coalesce(bool_or({_NO_NUMBER})$W, false) THEN nullif({computed}, {_NAN}) END)"
    # Trino has these for reals too, and that is what it takes integers and decimals for.
    return [f"{name}(real, real) -> real | CAST({made} AS FLOAT)", f"{name}(double, double) -> double | {made}"]


AGGREGATES = "\n".join(line for name in _ONE for line in _of_one(name)) + "\n"
AGGREGATES += "\n".join(line for name in _TWO for line in _of_two(name)) + "\n"
