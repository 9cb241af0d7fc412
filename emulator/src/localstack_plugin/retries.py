"""Waits between the tries of EventBridge's rules and of Scheduler: both try by the same policy.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_LONGEST_SECONDS = 60.0
_ATTEMPTS, _AGE_SECONDS = 185, 86_400


@dataclass(frozen=True)
class Policy:
    """How often something that began at a moment is tried again, and until when."""

    attempts: int
    until: datetime

    @classmethod
    def of(cls, asked: Mapping[str, int] | None, begun: datetime) -> Policy:
        """The ``RetryPolicy`` of a target, with AWS's defaults."""
        asked = asked or {}
        seconds = asked.get("MaximumEventAgeInSeconds", _AGE_SECONDS)
        return cls(asked.get("MaximumRetryAttempts", _ATTEMPTS), begun + timedelta(seconds=seconds))

    def wait(self, tried: int) -> str:
        """Wait for the next try after *tried* that were tried again; the condition that is exhausted if there is none."""
        if tried >= self.attempts:
            return "MaximumRetryAttempts"
        seconds = min(2.0**tried, _LONGEST_SECONDS) * random.uniform(0.5, 1.0)  # nosec B311: no secret
        if datetime.now(UTC) + timedelta(seconds=seconds) > self.until:
            return "MaximumEventAgeInSeconds"
        time.sleep(seconds)
        return ""
