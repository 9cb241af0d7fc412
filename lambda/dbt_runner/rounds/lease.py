"""One run at a time in an environment: a lease on it, in S3, for invocations on whatever machine.

``leases/<environment>.json`` says which run has the environment, which invocation works on it, since when and until when.
Its holder writes it anew every few seconds; who dies, stops doing so, and the lease ends: at once for the next invocation of the
same run, a while later for other runs, which would take the environment from a run that is being carried on. Every write is
on the condition that nobody else wrote in between, so there is one winner. A holder whose write is refused has lost the
lease, and stops.

It also names the version of the function that works on the run, which deployments keep, and a dead run whose queries may
still be running.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbt_runner import errors
from dbt_runner.logs import logger
from dbt_runner.storage.store import Conflict, Store, Stored

SECONDS = 10.0
"""How long a holder passes for alive after its last sign of life."""
_RENEWAL_SECONDS = SECONDS / 4
RESERVED_SECONDS = 120.0
"""How long an unfinished run keeps the environment while none of its invocations is alive."""
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_VERSION = "AWS_LAMBDA_FUNCTION_VERSION"


class Lease:
    """The environment, for as long as the ``with`` block runs, or until it is lost.

    Args:
        progress: what the run has to tell, written with each sign of life.
        lost: called, in another thread, when somebody else has taken the lease.
        stop: called with other runs that had the lease and died with it, whose queries may still be running in Athena. What it
            raises gives the lease back, and the runs to the next holder.

    Raises:
        LeaseHeld: another run has the environment.
        InvocationAtWork: another invocation of this run is at work, or was killed a moment ago.
        TransientError: another run took the environment at the same moment.
    """

    def __init__(
        self,
        store: Store,
        environment: str,
        *,
        run_id: str,
        holder: str,
        command: str,
        progress: Callable[[], dict[str, Any]],
        lost: Callable[[str], None],
        stop: Callable[[list[str]], object] | None = None,
    ) -> None:
        self._store = store
        self._key = f"leases/{environment}.json"
        self._environment = environment
        self._content: dict[str, Any] = {
            "run_id": run_id,
            "holder": holder,
            "command": command,
            "since": time.time(),
            "token": uuid.uuid4().hex,  # a request's id is the same when Lambda itself tries again
            "version": os.environ.get(_VERSION, ""),
            "dead": [],
        }
        self._progress = progress
        self._lost = lost
        self._stop = stop
        self._etag = ""
        self._ended = threading.Event()
        self._renewal = threading.Thread(target=self._renew, name="lease", daemon=True)
        self.keep_reserved = False
        """Whether the environment stays the run's for a while after the block or the holder's death, for its next invocation."""

    def __enter__(self) -> Lease:
        found = self._store.get(self._key)
        if found is not None:
            self._refuse_if_held(found)
            if found.content["run_id"] == self._content["run_id"]:
                for name in ("since", "command"):
                    self._content[name] = found.content[name]
                self.keep_reserved = found.content["expires_at"] > time.time()
            # Those of the lease's last holder, which may have died before it had stopped their queries; and itself.
            self._content["dead"] = list(found.content.get("dead", ()))
            if found.content["run_id"] != self._content["run_id"] and found.content["holder"] is not None:
                self._content["dead"].append(found.content["run_id"])
        content = self._alive()
        try:
            if found is None:
                self._etag = self._store.create(self._key, content)
            else:
                self._etag = self._store.replace(self._key, content, found.etag)
        except Conflict:
            self._etag = self._own(self._store.get(self._key))
            if not self._etag:
                raise errors.TransientError(f"Another run took the environment {self._environment} just now.") from None
        self._renewal.start()
        if self._stop and self._content["dead"]:
            try:
                self._stop(self._content["dead"])
            except BaseException:
                self.__exit__()
                raise
            self._content["dead"] = []
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._renewal.join()
        if not self._etag:
            return
        content = {**self._alive(0.0), "holder": None}
        try:
            self._store.replace(self._key, content, self._etag)
        except (Conflict, errors.RunnerError) as error:
            # The run's answer counts; the lease ends by itself.
            logger.warning(f"The lease on {self._environment} was not given back: {error}")

    def _own(self, found: Stored | None) -> str:
        """The ETag of *found* if this holder wrote it: an answer that was lost on its way makes the client write twice."""
        return found.etag if found is not None and found.content["token"] == self._content["token"] else ""

    def _refuse_if_held(self, found: Stored) -> None:
        held: dict[str, Any] = found.content
        if held["expires_at"] <= time.time():
            return
        if held["run_id"] == self._content["run_id"]:
            if held["holder"] is None or held["alive_until"] <= time.time():
                return
            raise errors.InvocationAtWork(
                f"The invocation {held['holder']} is at work on the run {held['run_id']}, or was killed a moment ago: its "
                f"lease ends at {_clock(held['alive_until'])} unless it is renewed. Try again then."
            )
        raise errors.LeaseHeld(
            f"The environment {self._environment} is in use by the run {held['run_id']} (dbt {held['command']}) since "
            f"{_clock(held['since'])}. One run at a time: wait until it has ended. If nothing carries it on, its lease "
            f"(s3://{self._store.bucket}/{self._key}) ends by itself at {_clock(held['expires_at'])}."
        )

    def _renew(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(_RENEWAL_SECONDS):
            try:
                self._etag = self._store.replace(self._key, self._alive(), self._etag)
                last = time.monotonic()
            except Conflict:
                self._etag = self._own(self._store.get(self._key))
                if not self._etag:
                    self._lost("another invocation has taken the lease")
                    return
            except errors.RunnerError as error:
                logger.warning(f"The lease was not renewed: {error}")
                if time.monotonic() - last > SECONDS:
                    self._etag = ""
                    self._lost(f"the lease could not be renewed: {error}")
                    return

    def _alive(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The lease of a holder that passes for alive for *seconds*."""
        alive_until = time.time() + seconds
        return {
            **self._content,
            "alive_until": alive_until,
            "expires_at": alive_until + (RESERVED_SECONDS if self.keep_reserved else 0.0),
            "progress": self._progress(),
        }


def _clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
