"""The run that is under way and the one that failed last: one object, changed by compare and swap."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from lakeloop_raw import arrivals

from gate.store import Store


@dataclass(frozen=True)
class State:
    """``run`` and ``failed`` are names of runs. ``telling`` are notes of which somebody is told since ``telling_since``."""

    run: str | None = None
    failed: str | None = None
    telling: tuple[str, ...] = ()
    telling_since: float = 0.0


class Machine:
    """The state as it was read; ``change`` raises ``Conflict`` if somebody else has changed it since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        found = store.get(arrivals.STATE)
        self._etag = found.etag if found else None
        self.state = State()
        if found:
            self.state = State(**{**found.content, "telling": tuple(found.content["telling"])})

    def change(self, **members: Any) -> None:
        """Write the state with other *members*."""
        wanted = replace(self.state, **members)
        self._etag = self._store.replace(arrivals.STATE, asdict(wanted), self._etag)
        self.state = wanted
