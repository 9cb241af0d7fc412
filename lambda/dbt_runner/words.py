"""Bounds of an event's words: how long they may be, which numbers, and no text that dbt would evaluate.

A value may become part of what dbt renders: of a hook (``config(pre_hook=var('x'))``), of ``render(var('x'))``. Whoever may
invoke the function would then run Jinja with its rights. YAML has escapes and binary values that spell Jinja's signs otherwise,
and aliases that make a few bytes into billions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import yaml

from dbt_runner.errors import TerminalError

MOST_BYTES = 32_768
"""Bytes of UTF-8, all words of an event together: some 500 names of models."""
MOST_CRITERIA = 500
"""Parts of a selection: dbt compares each of them with every node, in seconds for all of these and a thousand models."""
_DEEPEST = 32
# https://jinja.palletsprojects.com/en/stable/templates/#synopsis
_JINJA = ("{{", "{%", "{#")
# click's name of a parameter -> the numbers that it may be. dbt makes as many threads and writes lines as long as it is told.
_NUMBERS = {"limit": range(-1, 10_001), "printer_width": range(1, 1_001), "threads": range(1, 129)}


def check_size(words: Sequence[str]) -> None:
    """Refuse more than ``MOST_BYTES``.

    Raises:
        TerminalError: with the longest of the words.
    """
    size = sum(len(word.encode()) for word in words)
    if size > MOST_BYTES:
        longest = max(words, key=len)
        raise TerminalError(
            f"The words of an event are at most {MOST_BYTES:,} bytes together, not {size:,}; the longest begins with "
            f"{longest[:40]!a}. Select by a tag, a folder, or a selector of the project's (selectors.yml, `--selector`)."
        )


def check_text(words: Iterable[str]) -> None:
    """Refuse Jinja. Raises ``TerminalError``."""
    for word in words:
        for sign in _JINJA:
            if sign in word:
                raise TerminalError(
                    f"`{sign}` in {ascii(word)[:120]}: text of an event is not evaluated. Send the value itself, or write a macro "
                    "in the project and run it with `run-operation`."
                )


def check_criteria(option: str, selections: Iterable[str]) -> None:
    """Refuse more than ``MOST_CRITERIA`` parts in all *selections* of an *option* together. Raises ``TerminalError``."""
    count = sum(len(union.split(",")) for selection in selections for union in selection.split())
    if count > MOST_CRITERIA:
        raise TerminalError(
            f"{option} has {count:,} criteria, and may have {MOST_CRITERIA:,}. Select by a tag, a folder, or a selector of the "
            "project's (selectors.yml, `--selector`)."
        )


def check_number(name: str, option: str, value: object) -> None:
    """Refuse a number out of bounds for the parameter *name*; one that is none is left to dbt. Raises ``TerminalError``."""
    allowed = _NUMBERS.get(name)
    try:
        number = int(str(value)) if allowed else 0
    except ValueError:
        return
    if allowed and number not in allowed:
        raise TerminalError(
            f"{option} is a number from {allowed.start} to {allowed.stop - 1:,}, not {ascii(value)[:40]}."
        )


def check_yaml(option: str, text: str) -> None:
    """Refuse YAML whose values are Jinja, or which is larger when it is read; one that is none is left to dbt.

    Raises:
        TerminalError: it has aliases or tags, is nested deeply, or holds Jinja.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
                raise TerminalError(f"{option} is YAML with aliases (`*`) or tags (`!`). Send plain values.")
            if isinstance(event, yaml.ScalarEvent):
                check_text([event.value])
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise TerminalError(f"{option} is nested more than {_DEEPEST} deep. Send plain values.")
    except yaml.YAMLError:
        return
