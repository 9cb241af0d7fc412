"""A question before what cannot be taken back."""

from __future__ import annotations

import sys

from lakeloop.errors import UserError


def confirm(question: str, wanted: str, given: str | None, *, by_name: bool) -> None:
    """Return if the person at the terminal agrees, or if the argument ``confirm=`` (*given*) is what is *wanted*.

    Args:
        wanted: the environment's name, or another word to type.
        by_name: whether nothing else will do at the terminal: a ``y`` is soon said.

    Raises:
        UserError: they do not agree, or nobody is there to ask. Nothing was changed.
    """
    if given is not None:
        if given != wanted:
            raise UserError(f"confirm={given} is not confirm={wanted}. Nothing was changed.")
        return
    if not sys.stdin.isatty():
        raise UserError(f"{question} Nobody is at the terminal to answer: add confirm={wanted}. Nothing was changed.")
    answer = input(f"{question} {f'Type {wanted}' if by_name else '[y/N]'}: ").strip()
    if answer != wanted and (by_name or answer.lower() not in ("y", "yes")):
        raise UserError("Not confirmed. Nothing was changed.")
