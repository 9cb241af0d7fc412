"""The clock fires what is due, once, in time that the tests make."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from local_scheduler import Clock, Due, Planned, parse

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class World:
    """Schedules, the time, and what has fired."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.schedules: dict[str, Planned] = {}
        self.fired: list[Due] = []
        self.clock = Clock(lambda: self.schedules.values(), self.fired.append, lambda: self.now)

    def put(self, text: str, start: datetime | None = None, end: datetime | None = None, **more: timedelta) -> None:
        self.schedules["a"] = Planned("a", (text, self.now), parse(text), start or self.now, self.now, end, **more)

    def at(self, passed: timedelta) -> list[datetime]:
        """Turn the clock when that time has passed; the moments that fire."""
        self.now = BEGIN + passed
        before = len(self.fired)
        self.clock.turn()
        return [due.moment - BEGIN for due in self.fired[before:]]  # type: ignore[misc]


def test_a_rate_fires_at_once_and_again() -> None:
    world = World()
    world.put("rate(5 minutes)")
    assert world.at(0 * MINUTE) == [0 * MINUTE]
    assert world.at(4 * MINUTE) == []
    assert world.at(5 * MINUTE) == [5 * MINUTE]
    assert world.at(5 * MINUTE) == []


def test_a_machine_that_slept_fires_once() -> None:
    world = World()
    world.put("rate(5 minutes)")
    world.at(0 * MINUTE)
    assert world.at(61 * MINUTE) == [5 * MINUTE]
    assert world.at(65 * MINUTE) == [65 * MINUTE]


def test_what_was_due_before_a_change_or_before_the_clock_is_not_made_up() -> None:
    world = World()
    world.put("cron(0 0 * * ? *)", start=BEGIN - timedelta(days=9))
    world.at(MINUTE)
    world.now = BEGIN + timedelta(days=3, hours=1)
    world.put("cron(30 0 * * ? *)", start=BEGIN - timedelta(days=9))
    assert world.at(timedelta(days=3, hours=1)) == []
    assert world.at(timedelta(days=4, minutes=30)) == [timedelta(days=4, minutes=30)]


def test_one_fires_no_more_after_its_end_nor_one_that_is_gone() -> None:
    world = World()
    world.put("rate(1 minutes)", end=BEGIN + 2 * MINUTE)
    fired = [world.at(each * MINUTE) for each in range(5)]
    assert [len(each) for each in fired] == [1, 1, 1, 0, 0]
    assert [due.last for due in world.fired] == [False, False, True]
    world.put("rate(1 minutes)")
    world.schedules.clear()
    assert world.at(9 * MINUTE) == []


def test_a_window_is_kept() -> None:
    for _ in range(50):
        world = World()
        world.put("at(2026-01-01T01:00:00)", window=15 * MINUTE)
        assert world.at(59 * MINUTE) == []
        assert world.at(75 * MINUTE) == [60 * MINUTE]
        assert world.fired[-1].last


def test_the_thread_fires_what_is_put_while_it_waits() -> None:
    schedules: list[Planned] = []
    fired = threading.Event()
    answer: Callable[[Due], None] = lambda due: fired.set()  # noqa: E731
    clock = Clock(lambda: list(schedules), answer)
    clock.start()
    now = datetime.now(UTC)
    schedules.append(Planned("a", 1, parse("rate(1 hour)"), now, now))
    clock.change()
    assert fired.wait(30)
    clock.stop()
