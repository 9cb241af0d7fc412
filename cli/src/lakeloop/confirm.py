"""A question before what cannot be taken back."""

from __future__ import annotations

import sys

from lakeloop.errors import UserError

# Environments whose name has to be typed; a `y` is soon said.
_NAMED = ("prod",)


def confirm(question: str, environment: str, given: str | None, word: str | None = None) -> None:
    """Return if the person at the terminal agrees, or if the argument ``confirm=`` (*given*) is the *word*.

    Args:
        word: what has to be typed; the environment's name unless told otherwise. Where it is the name of an environment that
            is not precious, ``y`` will do.

    Raises:
        UserError: they do not agree, or nobody is there to ask. Nothing was changed.
    """
    wanted = word or environment
    if given is not None:
        if given != wanted:
            raise UserError(f"confirm={given} is not confirm={wanted}. Nothing was changed.")
        return
    if not sys.stdin.isatty():
        raise UserError(f"{question} Nobody is at the terminal to answer: add confirm={wanted}. Nothing was changed.")
    by_name = word is not None or environment in _NAMED
    answer = input(f"{question} {f'Type {wanted}' if by_name else '[y/N]'}: ").strip()
    if answer != wanted and (by_name or answer.lower() not in ("y", "yes")):
        raise UserError("Not confirmed. Nothing was changed.")
