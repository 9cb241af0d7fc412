"""The function's exceptions: something to mend first (terminal), or worth trying again (transient).

Lambda sends either again twice, and leaves it in the dead letters then: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations


class AlertError(Exception):
    """The message was not sent everywhere. The text says what failed, where it looked and what to do."""


class TerminalError(AlertError):
    """The same event fails again until somebody mends something."""


class TransientError(AlertError):
    """The same event may succeed when it is sent again."""
