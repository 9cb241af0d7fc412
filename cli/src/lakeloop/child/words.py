"""The words of a dbt command, read with dbt's own parser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from dbt.cli.main import cli

# An invocation with one of these runs nothing.
_ONLY_SAID = {"help", "version"}


@dataclass(frozen=True)
class Command:
    """A dbt command: its ``name`` (``docs generate``) and the options given, with their values as they were typed."""

    name: str
    given: tuple[tuple[click.Parameter, Any], ...]

    def value(self, parameter: str) -> Any:
        """The value of an option by click's name of it, None if it was not given."""
        return next((value for option, value in self.given if option.name == parameter), None)

    @property
    def selected(self) -> list[str]:
        """The words of ``--select``, which may be given more than once, with several words each time."""
        given = [*(self.value("select") or ()), *(self.value("models") or ())]
        return [str(word) for words in given for word in (words if isinstance(words, tuple | list) else (words,))]

    def parse_options(self) -> list[click.Parameter]:
        """The options that ``dbt parse`` has, too: what decides how the project is parsed is among them (``--vars``)."""
        known = {parameter.name for parameter in cli.commands["parse"].params}
        return [option for option, _ in self.given if option.name in known]

    def for_parse(self) -> list[str]:
        """Those options and their values as words."""
        known = self.parse_options()
        return [word for option, value in self.given if option in known for word in _spelt(option, value)]


def read(words: Sequence[str]) -> Command | None:
    """The command that *words* are, or None if they are none that runs anything: dbt says what is wrong with them."""
    group: Any = cli
    left, names, given = list(words), [], []
    try:
        while True:
            context = click.Context(group)
            values, left, order = group.make_parser(context).parse_args(left)
            given += [(option, values[option.name]) for option in dict.fromkeys(order)]
            if not isinstance(group, click.Group):
                break
            if not left or left[0] not in group.commands:
                return None
            names.append(left[0])
            group, left = group.commands[left[0]], left[1:]
    except click.UsageError:
        return None
    if any(option.name in _ONLY_SAID for option, _ in given):
        return None
    return Command(" ".join(names), tuple(given))


def _spelt(option: click.Parameter, value: Any) -> list[str]:
    if getattr(option, "is_flag", False):
        return [(option.opts if value else option.secondary_opts or option.opts)[0]]
    values = value if isinstance(value, list | tuple) else [value]
    return [word for one in values for word in (option.opts[0], str(one))]
