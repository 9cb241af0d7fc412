"""A clock that fires schedules as they become due, one thread for all of them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local_scheduler.expressions import Expression

_MOMENT = timedelta(microseconds=1)
# A clock of the machine that was set forward is noticed within this time.
_LONGEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Planned:
    """A schedule as far as the clock knows it. Another ``version`` is planned anew."""

    key: Hashable
    version: Hashable
    expression: Expression
    start: datetime
    """The moment before which it does not fire; a rate begins there."""
    since: datetime
    """The moment at which it became what it is: what is due before that does not count."""
    end: datetime | None = None
    window: timedelta = timedelta(0)
    """It fires somewhere within this time after the moment."""


@dataclass(frozen=True)
class Due:
    """A moment of a schedule that has come; ``last`` if there is none after it."""

    key: Hashable
    moment: datetime
    last: bool


@dataclass
class _Plan:
    version: Hashable
    moment: datetime | None
    fires: datetime | None = field(default=None)


class Clock:
    """Asks for the schedules at every turn, so that it knows nothing that could be out of date."""

    def __init__(
        self,
        schedules: Callable[[], Iterable[Planned]],
        fire: Callable[[Due], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Args: *fire* is called in the clock's thread and must not last. What was due before the clock began is not made up."""
        self._schedules, self._fire, self._now = schedules, fire, now
        self._began = now()
        self._plans: dict[Hashable, _Plan] = {}
        self._changed = threading.Condition()
        self._told = False
        self._running = True
        self._thread = threading.Thread(target=self._run, name="scheduler-clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def change(self) -> None:
        """Tell the clock that the schedules are others."""
        with self._changed:
            self._told = True
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._running = False
            self._changed.notify()
        self._thread.join()

    def turn(self) -> datetime | None:
        """Fire what is due; the moment of what comes next, None if nothing does."""
        now = self._now()
        known = {}
        for schedule in self._schedules():
            plan = self._plans.get(schedule.key)
            if plan is None or plan.version != schedule.version:
                plan = self._next(schedule, max(schedule.since, self._began) - _MOMENT)  # that moment is one, too
            if plan.fires and plan.moment and plan.fires <= now:
                # A machine that has slept fires once for all that it missed.
                following = self._next(schedule, max(plan.moment, now - schedule.window))
                self._fire(Due(schedule.key, plan.moment, following.moment is None))
                plan = following
            known[schedule.key] = plan
        self._plans = known
        return min((plan.fires for plan in known.values() if plan.fires), default=None)

    def _next(self, schedule: Planned, moment: datetime) -> _Plan:
        found = schedule.expression.after(moment, schedule.start)
        if found is None or (schedule.end and found > schedule.end):
            return _Plan(schedule.version, None)
        return _Plan(schedule.version, found, found + schedule.window * random.random())  # nosec B311: no secret

    def _run(self) -> None:
        while self._running:
            with self._changed:
                self._told = False
            following = self.turn()
            longest = _LONGEST if following is None else min(following - self._now(), _LONGEST)
            with self._changed:
                self._changed.wait_for(lambda: self._told or not self._running, longest.total_seconds())
