"""Athena's quotas: the calls of its API, and the queries that are under way at once, in one account and region.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html. Of the active queries it has the numbers of us-east-1.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_athena.api.errors import ThrottlingException, TooManyRequestsException
from local_athena.api.store import Identity, Store
from local_athena.queries.text import statement_type, strip

VARIABLE = "LOCAL_ATHENA_QUOTAS"
"""The variable that sets the quotas in force: ``1`` or ``on``. Without it there are none."""
ACTIVE = {"DML": 200, "DDL": 20}
"""Queries that run or wait."""
_CREATE_AS = re.compile(r"create\s+table\b[^;]*?\bas\s*(?:\(|select\b|with\b|values\b|table\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Rate:
    """Calls a second, and as many at once after a pause."""

    steady: float
    burst: float


RATES = {
    **dict.fromkeys(("BatchGetNamedQuery", "ListNamedQueries", "ListQueryExecutions"), Rate(5, 10)),
    **dict.fromkeys(("CreateNamedQuery", "DeleteNamedQuery", "GetNamedQuery"), Rate(5, 20)),
    "BatchGetQueryExecution": Rate(20, 40),
    **dict.fromkeys(("StartQueryExecution", "StopQueryExecution"), Rate(20, 80)),
    **dict.fromkeys(("GetQueryExecution", "GetQueryResults"), Rate(100, 200)),
}
"""Each operation has its own; operations that are not here have none."""


def in_force(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment asks for quotas."""
    return environment.get(VARIABLE, "").lower() in ("1", "on", "true", "yes")


class Quotas:
    """Counts calls. *clock* gives seconds. Safe to call from several threads."""

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        active: Mapping[str, int] = ACTIVE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates, self._active, self._clock = rates, active, clock
        self._lock = threading.Lock()
        self._left: dict[tuple[Identity, str], tuple[float, float]] = {}
        """Calls that an operation has left, and when that was."""

    def charge(self, operation: str, identity: Identity) -> None:
        """Count one call. Raises ``ThrottlingException`` if it is one too many; then it does not count."""
        rate = self._rates.get(operation)
        if rate is None:
            return
        key, now = (identity, operation), self._clock()
        with self._lock:
            left, since = self._left.get(key, (rate.burst, now))
            left = min(rate.burst, left + (now - since) * rate.steady)
            self._left[key] = (left - 1 if left >= 1 else left), now
        if left < 1:
            raise ThrottlingException("Rate exceeded")

    def admit(self, request: Mapping[str, Any], store: Store) -> None:
        """Raise ``TooManyRequestsException`` if *store* has as many active queries as it may of the kind that *request* starts.

        Not for a request that was answered before: it starts nothing.
        """
        kind = _kind(request["QueryString"])
        most = self._active.get(kind)
        if most is None or request.get("ClientRequestToken") in store.tokens:
            return
        with store.lock:
            under_way = [e.submission.sql for e in store.executions.values() if not e.terminal]
        if sum(_kind(other) == kind for other in under_way) >= most:
            raise TooManyRequestsException(
                "You have exceeded the limit for the number of queries you can run concurrently. Please reduce the number of "
                "concurrent queries submitted by this account. Contact customer support to request a concurrent query limit "
                "increase.",
                "CONCURRENT_QUERY_LIMIT_EXCEEDED",
            )


def _kind(sql: str) -> str:
    """DML, DDL or UTILITY. A CREATE TABLE AS counts as DML."""
    return "DML" if _CREATE_AS.match(strip(sql)) else statement_type(sql)
