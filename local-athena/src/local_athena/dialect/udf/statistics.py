"""Distributions and quantiles: https://trino.io/docs/current/functions/math.html#cumulative-distribution-functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from statistics import NormalDist

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.numbers import java_double

_EXACT_BELOW = 200


def _beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function."""
    if x in (0, 1):
        return float(x)
    if a.is_integer() and b.is_integer() and a + b < _EXACT_BELOW:
        trials = int(a + b) - 1
        return math.fsum(math.comb(trials, j) * x**j * (1 - x) ** (trials - j) for j in range(int(a), trials + 1))
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    try:
        size = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        front = math.exp(size + a * math.log(x) + b * math.log1p(-x)) / a
    except OverflowError:
        raise Failure(f"NOT_SUPPORTED: A beta distribution of {a} and {b} is not supported by local Athena") from None
    return front / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for i in range(1, 10_000):
        m = i // 2
        if i % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + step * d)
        c = 1 + step / c
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def beta_cdf(a: float, b: float, value: float) -> float:
    if not 0 <= value <= 1:
        raise invalid("value must be 0 >= v >= 1")
    if not (a > 0 and b > 0):
        raise invalid("a, b must be > 0")
    return _beta(a, b, value)


def inverse_beta_cdf(a: float, b: float, p: float) -> float:
    if not 0 <= p <= 1:
        raise invalid("p must be 0 >= p >= 1")
    if not (a > 0 and b > 0):
        raise invalid("a, b must be > 0")
    if p == 1:
        return 1.0  # the probability of some smaller values rounds to 1 as well
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _beta(a, b, middle) < p else (low, middle)
    return high if p else 0.0


def t_cdf(x: float, degrees: float) -> float:
    if degrees <= 0:
        raise invalid("df must be greater than 0")
    if x == 0:
        return 0.5
    tail = 0.5 * _beta(0.5 * degrees, 0.5, degrees / (degrees + x * x))
    return tail if x < 0 else 1 - tail


_LEAST_DEGREES = 1e-307
"""Half of less is no number of full length any more."""
_NORMAL_BEYOND = 1e15
"""So many degrees of freedom that nothing is left of the difference to the normal distribution but cancelled digits."""


def t_pdf(x: float, degrees: float) -> float:
    if degrees <= 0:
        raise invalid("df must be greater than 0")
    if degrees < _LEAST_DEGREES:
        raise Failure(f"NOT_SUPPORTED: t_pdf of {degrees} degrees of freedom is not supported by local Athena")
    if degrees > _NORMAL_BEYOND:
        return NormalDist().pdf(x)
    scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - 0.5 * math.log(math.pi * degrees)
    return math.exp(scale - (degrees + 1) / 2 * math.log1p(x * x / degrees))


def _wilson(successes: int, trials: int, z: float, sign: int) -> float:
    if successes < 0:
        raise invalid("number of successes must not be negative")
    if trials <= 0:
        raise invalid("number of trials must be positive")
    if successes > trials:
        raise invalid("number of successes must not be larger than number of trials")
    if not z >= 0:
        raise invalid("z-score must not be negative")
    p, n = successes / trials, trials
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (p + z * z / (2 * n) + sign * spread) / (1 + z * z / n)


def wilson_lower(successes: int, trials: int, z: float) -> float:
    return _wilson(successes, trials, z, -1)


def wilson_upper(successes: int, trials: int, z: float) -> float:
    return _wilson(successes, trials, z, 1)


def percentiles(values: list[float | None], weights: list[float | None], at: list[float | None]) -> list[float] | None:
    """Values at quantiles of weighted values, as a t-digest tells them that holds each value for itself."""
    held, asked = _weighted(values, weights, at)
    for _, weight in held:
        _check_weight(weight)
    return [_quantile(held, q) for q in asked] if held else None


def digest_values(
    values: list[float | None], weights: list[float | None], at: list[float | None]
) -> list[float] | None:
    """Values at quantiles that are in order."""
    if any(first > second for first, second in pairwise(_present(at))):
        raise invalid("percentiles must be sorted in increasing order")
    return percentiles(values, weights, at)


def percentiles_within(
    values: list[float | None], weights: list[float | None], at: list[float | None], accuracy: float
) -> list[float] | None:
    """The same as a q-digest of an accuracy tells them that holds each value for itself: one of the values."""
    held, asked = _weighted(values, weights, at)
    if any(not w > 0 for _, w in held):
        raise invalid("percentile weight must be > 0")
    if not 0 < accuracy < 1:
        raise invalid("Percentile accuracy must be strictly between 0 and 1")
    return quantiles([v for v, _ in held], [w for _, w in held], asked) if held else None


def _check_weight(weight: float) -> None:
    if not math.isfinite(weight):
        raise invalid(f"weight must be finite, was {java_double(weight)}")
    if weight < 1:
        raise invalid(f"weight must be >= 1, was {java_double(weight)}")


def _present(at: Sequence[float | None]) -> list[float]:
    asked = [q for q in at if q is not None]
    if len(asked) < len(at):
        raise invalid("Percentile cannot be null")
    return asked


def _weighted(
    values: list[float | None], weights: list[float | None], at: list[float | None]
) -> tuple[list[tuple[float, float]], list[float]]:
    """The values in order, each with its weight, and the quantiles asked for."""
    asked = _present(at)
    pairs = zip(values, weights, strict=True)
    # Of equal values the first stays the first, whatever it weighs.
    held = sorted(((v, w) for v, w in pairs if v is not None and w is not None), key=itemgetter(0))
    if any(not 0 <= q <= 1 for q in asked):
        raise invalid("Percentile must be between 0 and 1")
    return held, asked


def quantiles(values: list[float], weights: list[float], at: Sequence[float | None]) -> list[float] | None:
    """Values at quantiles as a q-digest tells them: the first whose share of the weights exceeds what is asked."""
    asked = _present(at)
    if any(not 0 <= q <= 1 for q in asked):
        raise invalid("Quantile should be within bounds [0, 1]")
    held = sorted(zip(values, weights, strict=True))
    found = []
    for q in asked:
        rank, so_far, value = q * sum(weights), 0.0, held[-1][0]
        for v, w in held:
            so_far += w
            if so_far > rank:
                value = v
                break
        found.append(value)
    return found


def _quantile(held: list[tuple[float, float]], q: float) -> float:
    total = sum(w for _, w in held)
    (low, first), (high, last) = held[0], held[-1]
    rank = q * total
    if len(held) == 1 or rank < 1:
        return low
    if rank < first / 2:
        return low
    if rank >= total - 1 or (total - rank <= last / 2 and last / 2 > 1):
        return high
    so_far = first / 2
    for (v, w), (x, y) in pairwise(held):
        if so_far + (w + y) / 2 > rank:
            if w == 1 and rank - so_far < 0.5:
                return v
            if y == 1 and rank - so_far >= w / 2:
                return x
            beyond = rank - so_far - (0.5 if w == 1 else 0)
            section = y / 2 if w == 1 else w / 2 if y == 1 else (w + y) / 2
            return v + beyond / section * (x - v)
        so_far += (w + y) / 2
    return high


FUNCTIONS = (
    ("beta_cdf", beta_cdf, "DOUBLE DOUBLE DOUBLE", "DOUBLE"),
    ("inverse_beta_cdf", inverse_beta_cdf, "DOUBLE DOUBLE DOUBLE", "DOUBLE"),
    ("t_cdf", t_cdf, "DOUBLE DOUBLE", "DOUBLE"), ("t_pdf", t_pdf, "DOUBLE DOUBLE", "DOUBLE"),
    ("wilson_lower", wilson_lower, "BIGINT BIGINT DOUBLE", "DOUBLE"),
    ("wilson_upper", wilson_upper, "BIGINT BIGINT DOUBLE", "DOUBLE"),
    ("percentiles", percentiles, "DOUBLE[] DOUBLE[] DOUBLE[]", "DOUBLE[]"),
    ("digest_values", digest_values, "DOUBLE[] DOUBLE[] DOUBLE[]", "DOUBLE[]"),
    ("percentiles_within", percentiles_within, "DOUBLE[] DOUBLE[] DOUBLE[] DOUBLE", "DOUBLE[]"),
    ("percentiles_within_whole", percentiles_within, "BIGINT[] DOUBLE[] DOUBLE[] DOUBLE", "BIGINT[]"),
    ("quantiles", quantiles, "DOUBLE[] DOUBLE[] DOUBLE[]", "DOUBLE[]"),
    ("quantiles_whole", quantiles, "BIGINT[] DOUBLE[] DOUBLE[]", "BIGINT[]"),
)  # fmt: skip
