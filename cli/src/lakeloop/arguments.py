"""just's way of giving arguments: ``just query "select 1" env=dev`` hands over the literal word ``env=dev``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from lakeloop.errors import UserError


def take(words: Sequence[str], known: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """Split the *known* ``key=value`` words off; the rest keeps its order.

    Only words before the first option (``--select``) count, because an option's value may look the same
    (``--vars a=b``).

    Raises:
        UserError: a key that is not known, or given twice.
    """
    found: dict[str, str] = {}
    rest: list[str] = []
    for position, word in enumerate(words):
        if word.startswith("-"):
            return found, [*rest, *words[position:]]
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            rest.append(word)
        elif key not in known:
            words_known = ", ".join(f"{name}=..." for name in sorted(known))
            raise UserError(f"Unknown argument {word!r}.{meant(key, known, f'={value}')} Known: {words_known}.")
        elif key in found:
            raise UserError(f"{key}= is given twice: {found[key]!r} and {value!r}.")
        else:
            found[key] = value
    return found, rest


def meant(word: str, known: Iterable[str], rest: str = "") -> str:
    """A sentence that asks whether the nearest of the *known* words was meant, *rest* behind it; empty if none is near."""
    near = get_close_matches(word, list(known), 1)
    return f" Did you mean {near[0]}{rest}?" if near else ""
