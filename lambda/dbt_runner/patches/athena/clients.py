"""AWS clients made once in a process, for all of dbt's threads.

dbt-athena makes a session for each node and a client for nearly every call, under one lock: three quarters of the CPU time of a
build. Clients may be shared between threads; sessions and resources may not:
https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Any

from boto3.session import Session
from botocore.config import Config
from dbt.adapters.athena.session import get_boto3_session_from_credentials

# More than dbt ever has threads: a connection beyond these is thrown away after its first use.
_CONNECTIONS = 128
_PLACE = ("region_name", "aws_access_key_id", "aws_secret_access_key", "aws_session_token")


class KeptSession:
    """A boto3 session for dbt-athena's many threads; each client is made once."""

    def __init__(self, **place: Any) -> None:
        self._session: Any = Session(**place)
        self._lock = Lock()
        self._clients: dict[tuple[Any, ...], Any] = {}
        self._resources: dict[str, Any] = {}

    def client(self, service_name: str, region_name: str | None = None, **given: Any) -> Any:
        """The client of *service_name*, made when it is first asked for."""
        key = (service_name, region_name, *sorted(given.items()))
        if key not in self._clients:
            with self._lock:
                if key not in self._clients:
                    config = given.pop("config", Config()).merge(Config(max_pool_connections=_CONNECTIONS))
                    self._clients[key] = self._session.client(service_name, region_name, config=config, **given)
        return self._clients[key]

    def resource(self, service_name: str, region_name: str | None = None, **given: Any) -> Any:
        """A resource of the caller's own, on the client that all share. boto3 builds a class for each, which is kept."""
        with self._lock:
            if service_name not in self._resources:
                self._resources[service_name] = type(self._session.resource(service_name, region_name))
        return self._resources[service_name](client=self.client(service_name, region_name, **given))


_kept: tuple[tuple[Any, ...], KeptSession] | None = None
_making = Lock()


def session(credentials: Any) -> Any:
    """The session for dbt's *credentials*: the same one as long as they and the AWS settings of the environment are the same.

    With a role to assume it is the adapter's own, which knows when a role's credentials end.
    """
    global _kept
    if credentials.assume_role_arn:
        return get_boto3_session_from_credentials(credentials)
    place = {name: getattr(credentials, name) for name in _PLACE} | {"profile_name": credentials.aws_profile_name}
    # https://docs.aws.amazon.com/boto3/latest/guide/configuration.html#using-environment-variables
    variables = sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
    key = (*place.values(), *variables)
    with _making:
        if _kept is None or _kept[0] != key:
            _kept = key, KeptSession(**place)
        return _kept[1]


def forget() -> None:
    """Make session and clients anew when they are next asked for.

    For what may not outlive a snapshot of the process: open connections, and credentials that are not in the environment.
    https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html
    """
    global _kept
    with _making:
        _kept = None
