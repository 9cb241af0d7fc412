"""Jobs: what a call began, how far it is, how it ended. They live as long as the API does."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread

from retail_db.settings import SourceError

_KEPT = 200
_PATIENCE_SECONDS = 5.0


class Busy(SourceError):
    """A job that has to wait for another one."""


@dataclass
class Job:
    """A piece of work: *done* of *total*, and when it ended either rows by table or the reason why it failed."""

    id: int
    what: str
    total: int
    done: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    error: Exception | None = None
    ended: bool = False
    began_at: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def progress(self, done: int) -> None:
        """Take down how far it is."""
        self.done = done


Work = Callable[[Event, Callable[[int], None]], "Counter[str]"]
"""Does it until an event is set, tells how far it is, and gives rows by table."""


class Jobs:
    """One job of a kind at a time."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._turns: dict[str, Lock] = {}
        self._long: set[str] = set()
        self._guard = Lock()
        self._stop = Event()
        self._threads: list[Thread] = []

    def run(self, kind: str, what: str, total: int, work: Work, wait: bool) -> Job:
        """Begin *work* when no other of its *kind* runs; with *wait* come back at its end.

        Raises ``Busy`` if another one does not end soon, and with *wait* what *work* raised.
        """
        with self._guard:
            turn = self._turns.setdefault(kind, Lock())
        if not turn.acquire(timeout=_PATIENCE_SECONDS if wait and kind not in self._long else 0):
            raise Busy(
                f"Another job of the same kind ({kind}) is running: GET /api/jobs lists it. Call again at its end."
            )
        with self._guard:
            job = Job(next(self._numbers), what, total)
            self._jobs[job.id] = job
            for number in [number for number, old in self._jobs.items() if old.ended][
                : max(0, len(self._jobs) - _KEPT)
            ]:
                del self._jobs[number]
        if wait:
            self._work(job, work, turn)
            if job.error:
                raise job.error
            return job
        thread = Thread(target=self._work, args=(job, work, turn), kwargs={"of": kind}, name=f"job-{job.id}")
        with self._guard:
            self._long.add(kind)
            self._threads = [known for known in self._threads if known.is_alive()] + [thread]
        thread.start()
        return job

    def all(self) -> list[Job]:
        """The jobs that are known, the latest first."""
        with self._guard:
            return list(reversed(self._jobs.values()))

    def get(self, number: int) -> Job | None:
        """A job by its number, None if there is none or it is forgotten."""
        with self._guard:
            return self._jobs.get(number)

    def close(self) -> None:
        """Let what runs end early, and wait for it."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, job: Job, work: Work, turn: Lock, of: str = "") -> None:
        try:
            job.rows = work(self._stop, job.progress)
        except Exception as error:  # whoever asks for the job is told
            job.error = error
        finally:
            job.seconds = round(time.monotonic() - job.began_at, 3)
            job.ended = True
            self._long.discard(of)
            turn.release()
