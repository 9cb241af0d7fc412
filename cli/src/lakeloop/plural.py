"""Counts with their nouns: ``1 file``, ``1,200 files``."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """*number* with *one* noun, or with *several* of them; without it, *one* with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def of_status(number: int, status: str) -> str:
    """*number* of nodes with dbt's *status*, of which one is a noun: ``2 errors``, ``2 success``, ``2 pass``."""
    return counted(number, status) if status == "error" else f"{number:,} {status}"
