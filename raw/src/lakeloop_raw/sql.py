"""Names and texts in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """*text* as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """*name* as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def array(texts: Iterable[str]) -> str:
    """*texts* as a list of string literals."""
    return f"[{', '.join(map(literal, texts))}]"


def mapping(pairs: Iterable[tuple[str, str]]) -> str:
    """Texts by texts, as options of readers take them: ``{'id': 'BIGINT'}``."""
    return f"{{{', '.join(f'{literal(key)}: {literal(value)}' for key, value in pairs)}}}"
