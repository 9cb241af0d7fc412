"""Numbers with units that a person reads at a glance."""

from __future__ import annotations

import math

# A tenth of what the smallest query costs has two of them left.
_DIGITS = 7
_BYTES = ("B", "kB", "MB", "GB", "TB")


def seconds(value: float) -> str:
    """``0.42 s``, ``12.3 s``, ``4 min 05 s``, ``2 h 11 min``."""
    if value < 9.995:
        return f"{value:.2f} s"
    if value < 59.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(value / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def size(value: float) -> str:
    """``512 B``, ``3.4 MB``: powers of 1,024, in which Athena is paid."""
    step = 0
    while value >= 999.5 and step < len(_BYTES) - 1:
        value, step = value / 1024, step + 1
    return f"{value:.0f} {_BYTES[step]}" if step == 0 or value >= 99.5 else f"{value:.1f} {_BYTES[step]}"


def dollars(value: float) -> str:
    """``$12.30``; of less than ten cents, two digits that count: ``$0.000048``."""
    if value == 0:
        return "$0"
    if value >= 0.0995:
        return f"${value:,.2f}"
    return f"${value:.{min(1 - math.floor(math.log10(value)), _DIGITS)}f}"
