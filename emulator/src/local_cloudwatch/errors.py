"""Refusals of this package, for whoever answers with AWS's own error."""

from __future__ import annotations


class PatternError(ValueError):
    """A filter pattern that CloudWatch Logs would not take, or that is not known here."""


class ExpressionError(ValueError):
    """A metric math expression, or a composite alarm's rule, that cannot be evaluated."""


class QueryError(ValueError):
    """A query of Logs Insights that cannot be run."""
