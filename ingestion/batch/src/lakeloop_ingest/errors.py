"""Errors that end a run with one message."""

from __future__ import annotations

from collections.abc import Iterator


class IngestError(Exception):
    """A run that cannot be carried out. The message says why, where it looked and what to do; nothing was brought."""


def deepest(error: BaseException) -> BaseException:
    """The ``IngestError`` that *error* was raised for, else the first cause of it: dlt wraps what it meets several times."""
    chain = list(_causes(error))
    return next((one for one in chain if isinstance(one, IngestError)), chain[-1])


def in_a_line(error: BaseException) -> str:
    """The message of *error* in one line that ends like a sentence."""
    text = " ".join(str(error).split())[:600] or type(error).__name__
    return text if text.endswith(".") else f"{text}."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
