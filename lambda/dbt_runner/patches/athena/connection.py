"""The adapter's connection and cursor, with clients that are kept, pauses that grow, and statements that need no query."""

from __future__ import annotations

from typing import Any, Self

from dbt.adapters.athena.connections import AthenaConnection, AthenaCursor
from dbt.adapters.athena.constants import LOGGER

from dbt_runner.patches.athena import clients, polling, statements
from dbt_runner.start import collector


class Connection(AthenaConnection):
    """A connection of one of dbt's threads, for one node."""

    def __init__(self, credentials: Any) -> None:
        super().__init__(credentials, boto_session_factory=lambda connection: clients.session(connection.credentials))

    def cancel(self) -> None:
        """Stop what runs, from another thread: the adapter goes through a set to which this connection's thread may be adding."""
        for cursor in tuple(self._cursors):
            cursor.cancel()


class Cursor(AthenaCursor):
    """One statement."""

    def __init__(self, athena_client: Any, credentials: Any) -> None:
        self._pauses = polling.Pauses()
        super().__init__(athena_client, credentials, poll_delay=self._pauses.pause)

    def execute(self, operation: str, parameters: list[Any] | None = None) -> Self:
        """Run a statement to its end. Everything that the adapter sends comes here."""
        sql = self._formatter.format(operation, parameters)
        result = statements.answer(sql, self._credentials)
        if result is None:
            return super().execute(operation, parameters)
        LOGGER.debug(f"Needs no query: {sql}")
        self._reset()
        self.query, self.state, self._result_set = sql, AthenaCursor.STATE_SUCCEEDED, result
        return self

    def cancel(self) -> None:
        """Stop the query, from another thread; the one that waits for it looks at once."""
        super().cancel()
        self._pauses.wake()

    def _await_completion(self) -> None:
        collector.resume()
        self._pauses.restart()  # the adapter sends a statement again after a conflict of Iceberg commits
        with polling.waiting():
            super()._await_completion()
