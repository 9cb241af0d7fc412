"""Errors of the API: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html#API_PutRecords_Errors"""

from __future__ import annotations


class KinesisError(Exception):
    """An answer that refuses a call: the name of the API's exception and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def invalid(message: str) -> KinesisError:
    """A member of a call that is out of its bounds."""
    return KinesisError("InvalidArgumentException", message)


def missing(message: str) -> KinesisError:
    """A stream or shard that is not there."""
    return KinesisError("ResourceNotFoundException", message)


def malformed(member: str, constraint: str) -> KinesisError:
    """A member that the API's own description forbids."""
    return KinesisError(
        "ValidationException",
        f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}",
    )
