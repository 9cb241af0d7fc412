"""One batch on its way to the function: tried again, split, shortened, and in the end taken or given up.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import takewhile

from local_lambda.mappings.model import Discarded, Done, Failed, NotInvoked, Outcome, Policy, Record

_FIRST_SECONDS, _LONGEST_SECONDS = 0.25, 30.0

Records = Sequence[Record]


class Delivery:
    """Delivers batches of one shard.

    *invoke* calls the function with records; *taken* is told how far the shard is done; *discard* sends records that are
    given up to where they go; *wait* lets seconds pass and tells whether to go on. *now* is a second of the epoch.
    """

    def __init__(
        self,
        shard: str,
        policy: Policy,
        invoke: Callable[[Records], Outcome],
        taken: Callable[[Record], None],
        discard: Callable[[Discarded], None],
        wait: Callable[[float], bool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._shard, self._policy = shard, policy
        self._invoke, self._taken, self._discard, self._wait, self._now = invoke, taken, discard, wait, now

    def deliver(self, batch: Records) -> bool:
        """Whether all of *batch* is taken or given up; not if there was no time left for it."""
        pending: deque[tuple[Records, int]] = deque([(batch, 0)])
        waits, last = 0, None
        while pending:
            records, tried = pending.popleft()
            records = self._without_old(records, tried, last)
            if not records:
                continue
            outcome = self._invoke(records)
            if isinstance(outcome, Done):
                self._taken(records[-1])
                waits, last = 0, None
                continue
            if isinstance(outcome, Failed):
                last = outcome
                pending.extendleft(reversed(self._after(outcome, records, tried)))
            else:
                assert isinstance(outcome, NotInvoked)
                pending.appendleft((records, tried))
            if pending and not self._wait(_pause(waits)):
                return False
            waits += 1
        return True

    def _after(self, failed: Failed, records: Records, tried: int) -> list[tuple[Records, int]]:
        """The batches that are left of *records*, each with how often it was tried."""
        done = list(takewhile(lambda record: record.sequence != failed.first, records)) if failed.first else []
        if done:
            self._taken(done[-1])
            records = records[len(done) :]
        elif self._policy.bisect and len(records) > 1:
            # "Splitting batches doesn't consume the retry quota."
            middle = len(records) // 2
            return [(records[:middle], tried), (records[middle:], tried)]
        if 0 <= self._policy.retries <= tried:
            self._give_up(records, "RetryAttemptsExhausted", tried + 1, failed)
            return []
        return [(records, tried + 1)]

    def _without_old(self, records: Records, tried: int, last: Failed | None) -> Records:
        if self._policy.age_seconds < 0:
            return records
        oldest = self._now() - self._policy.age_seconds
        old = list(takewhile(lambda record: record.arrived < oldest, records))
        if old:
            self._give_up(old, "RecordAgeExceeded", tried, last)
        return records[len(old) :]

    def _give_up(self, records: Records, condition: str, invocations: int, last: Failed | None) -> None:
        self._discard(Discarded(self._shard, records, condition, invocations, last))
        self._taken(records[-1])


def _pause(waits: int) -> float:
    """Seconds before the next try: AWS does not say how long it waits, save that it is longer and longer."""
    longest = min(_FIRST_SECONDS * 2.0**waits, _LONGEST_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # nosec B311: no secret
