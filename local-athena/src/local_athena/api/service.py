"""Athena for any number of accounts and regions: finds the operation, checks the request, calls it."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable
from typing import Any

from local_athena.api import (
    data_catalogs,
    executions,
    metadata,
    named_queries,
    prepared_statements,
    results,
    tags,
    workgroups,
)
from local_athena.api.errors import (
    ApiError,
    InternalServerException,
    InvalidRequestException,
    UnknownOperationException,
)
from local_athena.api.quotas import Quotas, in_force
from local_athena.api.store import Identity, Store
from local_athena.api.validation import service_model, validated
from local_athena.queries.runner import Runner, SqlEngine
from local_athena.results.store import BlockCache, ResultStore
from local_athena.storage import AwsClients

LOG = logging.getLogger(__name__)
Operation = Callable[[Store, dict[str, Any]], dict[str, Any]]

_RESOURCES = (
    executions,
    results,
    workgroups,
    data_catalogs,
    metadata,
    named_queries,
    prepared_statements,
    tags,
)

OPERATIONS: dict[str, Operation] = {
    name.title().replace("_", ""): function
    for module in _RESOURCES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and name.title().replace("_", "") in service_model().operation_names
}
"""Every operation that local Athena has: a resource module's public function is named as its operation is."""


class LocalAthena:
    """The service. ``connect`` makes the AWS clients of an account and region, ``engine`` what executes their SQL.

    Without *quotas* there are those of the environment (``quotas.in_force``), which are none unless it asks for them.
    """

    def __init__(
        self,
        connect: Callable[[Identity], AwsClients],
        engine: Callable[[Identity, AwsClients], SqlEngine],
        quotas: Quotas | None = None,
    ) -> None:
        self._connect, self._engine = connect, engine
        self._quotas = quotas or (Quotas() if in_force() else None)
        self._lock = threading.Lock()
        self._stores: dict[Identity, Store] = {}
        self._kept: dict[Identity, dict[str, Any]] = {}
        """Restored contents of stores that nobody has asked for yet."""
        self._runner = Runner()
        self._cache = BlockCache()

    def call(self, operation: str, request: dict[str, Any], identity: Identity) -> dict[str, Any]:
        """Carry out *operation*. Raises ``ApiError`` and nothing else."""
        function = OPERATIONS.get(operation)
        if operation not in service_model().operation_names:
            raise UnknownOperationException(f"{operation} is not an operation of Athena's")
        if function is None:
            raise InvalidRequestException(f"{operation} is not supported by local Athena", "NOT_SUPPORTED")
        try:
            if self._quotas is not None:
                self._quotas.charge(operation, identity)
            request = validated(operation, request)
            store = self._store(identity)
            if self._quotas is not None and operation == "StartQueryExecution":
                self._quotas.admit(request, store)
            return function(store, request)
        except ApiError:
            raise
        except Exception as error:
            LOG.exception("%s failed unexpectedly", operation)
            raise InternalServerException(f"{type(error).__name__}: {error}") from error

    def keep(self) -> dict[Identity, dict[str, Any]]:
        """Collect the argument of ``restore``. Queries under way are stopped and waited for, and are not among it."""
        with self._lock:
            stores = dict(self._stores)
        for store in stores.values():
            store.stop_all()
        return self._kept | {identity: store.keep() for identity, store in stores.items()}

    def restore(self, kept: dict[Identity, dict[str, Any]]) -> None:
        """Remember what another service has kept. For a service that nobody has called yet."""
        self._kept = dict(kept)

    def reset(self) -> None:
        """Stop all queries and forget everything."""
        with self._lock:
            stores, self._stores, self._kept = list(self._stores.values()), {}, {}
        for store in stores:
            store.cancel_all()

    def close(self) -> None:
        """Stop all queries and take no more."""
        self.reset()
        self._runner.close()

    def _store(self, identity: Identity) -> Store:
        store = self._stores.get(identity)
        if store is None:
            with self._lock:
                store = self._stores.get(identity)
                if store is None:
                    aws = self._connect(identity)
                    results_ = ResultStore(aws.s3, self._cache)
                    store = Store(identity, aws, self._engine(identity, aws), self._runner, results_)
                    if identity in self._kept:
                        store.restore(self._kept.pop(identity))
                    self._stores[identity] = store
        return store
