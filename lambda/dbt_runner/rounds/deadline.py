"""How long an invocation has, and what of it is left for stopping in order.

A function that is out of time is killed, without a word: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

# Seconds (at least, at most) and the part of the invocation in between: of 900 s, no node starts in the last 65, and what
# runs in the last 20 is cancelled; of 20 s, in the last 5 and 3.
_STOPPING = (3.0, 20.0, 0.1)
_LAST_START = (2.0, 45.0, 0.1)


@dataclass(frozen=True)
class Deadline:
    """Moments of ``time.monotonic()``: when the last node may start, when queries are cancelled, when the function is killed."""

    last_start: float
    cancel: float
    end: float

    @property
    def left(self) -> float:
        """Seconds until the function is killed."""
        return self.end - time.monotonic()


def of(context: Any) -> Deadline:
    """The deadline of the invocation with this Lambda *context*."""
    seconds = context.get_remaining_time_in_millis() / 1000
    end = time.monotonic() + seconds
    cancel = end - _share(seconds, *_STOPPING)
    return Deadline(last_start=cancel - _share(seconds, *_LAST_START), cancel=cancel, end=end)


def _share(seconds: float, least: float, most: float, part: float) -> float:
    return min(max(seconds * part, least), most)
