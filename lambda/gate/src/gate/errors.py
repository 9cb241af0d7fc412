"""The functions' exceptions: something to mend first (terminal), or worth trying again (transient).

Both leave the message in its queue. After as many tries as the queue allows it is a dead letter; ``just redrive`` sends it again.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

AWS = (BotoCoreError, ClientError)
_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}
# 412: the condition does not hold. 409: another conditional write was under way; 404: the object of If-Match is gone.
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"}


class TerminalError(Exception):
    """The same message fails again until somebody mends something."""


class TransientError(Exception):
    """The same message may succeed when it comes again."""


def code(error: Exception) -> str:
    """AWS's code of *error*; empty if it has none."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_absent(error: Exception) -> bool:
    """Whether the object is not there."""
    return code(error) in _ABSENT


def is_conflict(error: Exception) -> bool:
    """Whether the condition of a write did not hold."""
    return code(error) in _CONFLICTS
