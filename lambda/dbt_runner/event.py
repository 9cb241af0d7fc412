"""The event: ``{"command": ["build"], "cli_args": ["--select", "+fct_orders"]}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbt_runner.errors import TerminalError

_DEFAULT_COMMAND = ("build",)
_FIELDS = {
    "command": 'the words of a dbt command, such as ["build"] or ["run-operation", "create_raw_tables"]',
    "cli_args": 'the words of its options, such as ["--select", "+fct_orders"]',
}


@dataclass(frozen=True)
class Request:
    """What was asked for: the command's words (never empty) and the words of its options."""

    command: tuple[str, ...]
    cli_args: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [*self.command, *self.cli_args]


def parse(event: Any) -> Request:
    """What the event asks for; without a command, ``build``.

    Raises:
        TerminalError: the event has another shape; the message names the field and what is expected.
    """
    if not isinstance(event, dict):
        raise TerminalError(f"The event must be an object, not {_kind(event)}. {_expected()}")
    unknown = sorted(str(name) for name in event if name not in _FIELDS)
    if unknown:
        raise TerminalError(f"The event has fields that mean nothing here: {_short(', '.join(unknown))}. {_expected()}")
    command = _words(event, "command") or _DEFAULT_COMMAND
    if command[0].startswith("-"):
        raise TerminalError(
            f"`command` must begin with a dbt command, not the option {_short(command[0])}. {_expected()}"
        )
    return Request(command, _words(event, "cli_args"))


def _words(event: dict[str, Any], field: str) -> tuple[str, ...]:
    words = event.get(field)
    if words is None:
        return ()
    if not isinstance(words, list):
        raise TerminalError(f"`{field}` must be a list of words, not {_kind(words)}. {_expected()}")
    for position, word in enumerate(words):
        if not isinstance(word, str) or not word:
            found = "an empty word" if word == "" else _kind(word)
            raise TerminalError(f"`{field}[{position}]` must be a word, not {found}. {_expected()}")
    return tuple(words)


def _expected() -> str:
    fields = "; ".join(f"`{name}`: {meaning}" for name, meaning in _FIELDS.items())
    return f"Expected: {fields}; both optional."


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return f"{names.get(type(value), type(value).__name__)} ({_short(repr(value))})"


def _short(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else f"{text[:limit]}..."
