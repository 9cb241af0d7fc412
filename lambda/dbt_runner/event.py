"""The event: ``{"command": ["build"], "cli_args": ["--select", "+fct_orders"], "run_id": "nightly-2026-11-20"}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dbt_runner import raw, words
from dbt_runner.errors import TerminalError

# Names of Step Functions' executions, as far as they can stand in a key of S3 as they are:
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# As often as the state machine looks, an execution's history of 25,000 events holds some seven hours of waiting:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LONGEST_WAIT = 6 * 3600
_DEFAULT_COMMAND = ("build",)
_FIELDS = {
    "command": 'the words of a command, such as ["build"], ["run-operation", "a_macro"], ["create-raw-tables"] or '
    '["retry", "<run_id>"]',
    "cli_args": 'the words of its options, such as ["--select", "+fct_orders"]',
    "raw_tables": "for create-raw-tables: format, columns and partitions, as the loader has found them, by source",
    "arrived": "for build: sources whose files have arrived, whose raw tables have to know them first",
    "arrived_from": "for build: the earliest day of these files, such as 2026-01-31, which incremental models have to read from",
    "run_id": "the run to carry on, or the name of the one to begin",
    "wait_seconds": "how long the state machine waits while another run has the environment, at most six hours",
}


_FORMATS = ("parquet", "csv", "json")


@dataclass(frozen=True)
class Shape:
    """The files of a raw table: their format, and names and Glue's types of columns and of partition keys."""

    format: str
    columns: tuple[tuple[str, str], ...]
    partitions: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Shape:
        """The shape that a description or an event has as plain JSON."""
        columns, partitions = (
            tuple((name, kind) for name, kind in described[key]) for key in ("columns", "partitions")
        )
        return cls(described["format"], columns, partitions)


@dataclass(frozen=True)
class Request:
    """A parsed event: the command's words and the words of its options.

    Without words, only ``run_id`` is there: a run to carry on, whatever was asked of it.
    """

    command: tuple[str, ...]
    cli_args: tuple[str, ...]
    run_id: str | None = None
    raw_tables: Mapping[str, Shape] = field(default_factory=dict)
    arrived: tuple[str, ...] = ()
    arrived_from: str = ""
    """The earliest day (ISO 8601) that files of this run are of; empty if nothing says."""

    @property
    def words(self) -> list[str]:
        return [*self.command, *self.cli_args]


def parse(event: Any) -> Request:
    """Parse an event. The command is ``build`` by default; an event of nothing but a ``run_id`` carries that run on.

    Raises:
        TerminalError: the event has another shape; the message names the field and what is expected.
    """
    if not isinstance(event, dict):
        raise TerminalError(f"The event must be an object, not {_kind(event)}. {_expected()}")
    unknown = sorted(ascii(name) for name in event if name not in _FIELDS)
    if unknown:
        raise TerminalError(f"The event has fields that mean nothing here: {_short(', '.join(unknown))}. {_expected()}")
    _check_wait(event.get("wait_seconds"))
    run_id, command, cli_args = _run_id(event), _words(event, "command"), _words(event, "cli_args")
    arrived, arrived_from = _words(event, "arrived"), _day(event, "arrived_from")
    words.check_size([*command, *cli_args, *arrived])
    if (arrived or arrived_from) and (command or _DEFAULT_COMMAND) != _DEFAULT_COMMAND:
        name = "arrived" if arrived else "arrived_from"
        raise TerminalError(f"`{name}` is for the command build alone. {_expected()}")
    if run_id and not command and not cli_args and not arrived and not arrived_from:
        return Request((), (), run_id)
    command = command or _DEFAULT_COMMAND
    if command[0].startswith("-"):
        raise TerminalError(
            f"`command` must begin with a dbt command, not the option {_short(command[0])}. {_expected()}"
        )
    raw_tables = _raw_tables(event)
    if raw_tables and command != (raw.COMMAND,):
        raise TerminalError(f"`raw_tables` is for the command {raw.COMMAND} alone. {_expected()}")
    return Request(command, cli_args, run_id, raw_tables, arrived, arrived_from)


def _run_id(event: dict[str, Any]) -> str | None:
    run_id = event.get("run_id")
    if run_id is not None and not (isinstance(run_id, str) and RUN_ID.fullmatch(run_id)):
        raise TerminalError(
            f"`run_id` must be text of at most 80 letters, digits, dots, underscores and hyphens, not {_kind(run_id)}. "
            f"{_expected()}"
        )
    return run_id


def _day(event: dict[str, Any], field: str) -> str:
    day = event.get(field)
    if day is None:
        return ""
    try:
        if not isinstance(day, str) or date.fromisoformat(day).isoformat() != day:
            raise ValueError
    except ValueError:
        raise TerminalError(f"`{field}` must be a day such as 2026-01-31, not {_kind(day)}. {_expected()}") from None
    return day


def _check_wait(seconds: Any) -> None:
    """The state machine waits, and not the function, whose seconds are paid for."""
    if seconds is not None and not (type(seconds) is int and 0 <= seconds <= _LONGEST_WAIT):
        raise TerminalError(
            f"`wait_seconds` must be a whole number from 0 to {_LONGEST_WAIT}, not {_kind(seconds)}. {_expected()}"
        )


def _raw_tables(event: dict[str, Any]) -> dict[str, Shape]:
    sent = event.get("raw_tables")
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise TerminalError(f"`raw_tables` must be an object, not {_kind(sent)}. {_expected()}")
    return {source: _shape(source, shape) for source, shape in sent.items()}


def _shape(source: str, shape: Any) -> Shape:
    where = f"`raw_tables` of {_short(ascii(source))}"
    if not isinstance(shape, dict) or shape.keys() != {"format", "columns", "partitions"}:
        raise TerminalError(f"{where}: must be an object of format, columns and partitions, not {_kind(shape)}.")
    if shape["format"] not in _FORMATS:
        raise TerminalError(f"{where}: the format is one of {', '.join(_FORMATS)}, not {_kind(shape['format'])}.")
    for key in ("columns", "partitions"):
        pairs = shape[key]
        if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
            raise TerminalError(f"{where}: {key} must be a list of a name and a type each, not {_kind(pairs)}.")
    if not shape["columns"]:
        raise TerminalError(f"{where}: there are no columns.")
    return Shape.of(shape)


def _is_pair(pair: Any) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(text, str) and text and _is_unicode(text) for text in pair)
    )


def _words(event: dict[str, Any], field: str) -> tuple[str, ...]:
    sent = event.get(field)
    if sent is None:
        return ()
    if not isinstance(sent, list):
        raise TerminalError(f"`{field}` must be a list of words, not {_kind(sent)}. {_expected()}")
    for position, word in enumerate(sent):
        if not isinstance(word, str) or not word:
            found = "an empty word" if word == "" else _kind(word)
            raise TerminalError(f"`{field}[{position}]` must be a word, not {found}. {_expected()}")
        if not _is_unicode(word):
            raise TerminalError(f"`{field}[{position}]` is not valid Unicode: {_short(ascii(word))}.")
    return tuple(sent)


def _is_unicode(word: str) -> bool:
    """JSON can escape half of a character that takes two; nothing can write such a half."""
    return not any("\ud800" <= character <= "\udfff" for character in word)


def _expected() -> str:
    fields = "; ".join(f"`{name}`: {meaning}" for name, meaning in _FIELDS.items())
    return f"Expected: {fields}; all optional."


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return f"{names.get(type(value), type(value).__name__)} ({_short(ascii(value))})"


def _short(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else f"{text[:limit]}..."
