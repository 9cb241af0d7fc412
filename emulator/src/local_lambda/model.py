"""The data of a function, an invocation and its answer."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field


class LambdaError(Exception):
    """A function that cannot run here: what is wrong with it, and what to do. Shown to the user as it is."""


@dataclass(frozen=True)
class Function:
    """A version of a function, in the words of
    https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"""

    name: str
    version: str
    runtime: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    storage_mb: int
    environment: Mapping[str, str] = field(default_factory=dict)
    """The function's own variables, and those that come from outside: credentials, region, endpoint, log stream."""
    log_format: str = "Text"
    """Text or JSON"""
    application_log_level: str = ""
    """Empty where the function leaves it to its own code, as Text does."""
    system_log_level: str = "INFO"
    initialization: str = "on-demand"
    """on-demand, provisioned-concurrency or snap-start"""


@dataclass(frozen=True)
class Invocation:
    """One event for a function."""

    request_id: str
    function_arn: str
    """As the caller named it, with its qualifier if there was one."""
    payload: bytes
    trace_id: str = ""


@dataclass(frozen=True)
class Answer:
    """An invocation's answer to its caller."""

    payload: bytes
    is_error: bool
    log: str
    """Everything that goes to CloudWatch Logs since the last answer, one event per line."""
    seconds: float = 0.0
    """The invocation's, without the initialisation before it."""


def architecture() -> str:
    """This machine's, as Lambda names it."""
    machine = platform.machine().lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)
