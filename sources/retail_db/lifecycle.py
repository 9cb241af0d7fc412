"""``just sources-up``, ``sources-down`` and ``sources-forget``: one at a time, and each may be typed twice."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from retail_db import cluster, database, docker
from retail_db.settings import Away, Place, SourceError


def up(place: Place) -> str:
    """Start the server unless it runs, with the schema in it; answers what to tell the user. Raises ``SourceError``."""
    with _alone(place):
        began = time.monotonic()
        there = running(place)
        if there is not None and (there.port, there.server) != (place.port, place.server):
            raise SourceError(
                f"The shop's database runs on port {there.port} (server={there.server}). `just sources-down` stops it; "
                "then bring it up as you wish."
            )
        if there is None and place.server == "docker" and place.data.exists():
            raise SourceError(
                f"{place.data} holds a database of server=host, whose passwords the container's would replace: "
                "`just sources-forget` removes it."
            )
        if there is None or place.server == "docker":  # a container that was stopped by hand is started again
            (docker if place.server == "docker" else cluster).start(place)
        made = database.prepare(place)
        seconds = "already" if there else f"({time.monotonic() - began:.1f} s)"
        rows = " It is empty: `just api` fills it." if made else ""
        return f'The shop\'s database is up {seconds}.{rows}\npsql "{place.address("shop_app")}"'


def down(place: Place) -> str:
    """Stop the server; answers what to tell the user. Raises ``SourceError``."""
    with _alone(place):
        there = running(place)
        if there is None:
            return "The shop's database is not running."
        if there.server == "docker":
            docker.stop(there)
            return "The shop's database is down, and its container removed with its data."
        cluster.stop(there)
        return "The shop's database is down. Its data are kept: `just sources-up` goes on, `just sources-forget` removes them."


def forget(place: Place) -> str:
    """Remove the data of a server that is down; answers what to tell the user. Raises ``SourceError``."""
    with _alone(place):
        if running(place) is not None:
            raise SourceError("The shop's database is up: `just sources-down` first.")
        if not place.data.exists():
            return "There are no data of a shop's database to remove."
        shutil.rmtree(place.data)
        for file in (place.passwords, place.log):
            file.unlink(missing_ok=True)
        return f"The shop's database is gone, with all that was in {place.data}."


def require(place: Place) -> Place:
    """*place* as its server runs. Raises ``Away`` if it does not."""
    if (there := running(place)) is None:
        raise Away("The shop's database is not running: `just sources-up` starts it.")
    return there


def running(place: Place) -> Place | None:
    """*place* as its server runs, None if it does not."""
    if cluster.pid(place) is not None:
        return replace(cluster.current(place), server="host")
    port = docker.port(place)
    return None if port is None else replace(place, port=port, server="docker")


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One command at a time starts or stops: two at once would make one database twice."""
    before = os.umask(0o077)
    try:
        place.state.mkdir(parents=True, exist_ok=True)
        with (place.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    finally:
        os.umask(before)
