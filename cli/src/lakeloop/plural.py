"""Counts with their nouns: ``1 file``, ``1,200 files``."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """*number* with *one* noun, or with *several* of them; without it, *one* with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
