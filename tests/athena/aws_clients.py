"""AWS clients kept for as long as these tests run, and only for them: others count on a client of their own.

dbt-athena makes a session for every connection and a client for nearly every call, and botocore parses the service's
description for each: more than half of the time that these tests would take. What one is made of decides whether it is
the same one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from unittest import mock

from boto3.session import Session
from dbt.adapters.athena.connections import AthenaConnection
from dbt.adapters.athena.session import get_boto3_session


def _made_of(session: Session, service: str, arguments: dict[str, object]) -> tuple[str, ...]:
    """All that decides how a client behaves: session, arguments and the environment that botocore reads."""
    credentials = session.get_credentials()
    config = arguments.get("config")
    given = {**arguments, "config": config and vars(config)["_user_provided_options"]}
    return (
        service,
        repr((session.region_name, session.profile_name, credentials and credentials.get_frozen_credentials())),
        repr(sorted(given.items())),
        _environment(),
    )


def _environment() -> str:
    """Further variables that botocore reads."""
    return repr(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))


class Kept:
    """The clients and sessions made so far."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, ...], object] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = RLock()  # making a session may ask for a client

    @contextmanager
    def handed_out(self) -> Iterator[None]:
        """Until the block ends, whoever asks boto3 for the same client again gets the one that is there."""
        make = Session.client

        def client(session: Session, service_name: str, *positional: object, **arguments: object) -> object:
            if positional:
                return make(session, service_name, *positional, **arguments)
            key = _made_of(session, service_name, arguments)
            with self._lock:
                if key not in self._clients:
                    self._clients[key] = make(session, service_name, **arguments)
                return self._clients[key]

        with (
            mock.patch.object(Session, "client", client),
            mock.patch.object(AthenaConnection.__init__, "__defaults__", (self._session,)),
        ):
            yield

    def _session(self, connection: AthenaConnection) -> Session:
        """The adapter's session of a connection, one for each profile."""
        key = repr(connection.credentials) + _environment()
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = get_boto3_session(connection)
            return self._sessions[key]
