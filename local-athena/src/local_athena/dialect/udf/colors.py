"""Colors of terminals, and what is drawn in them: https://trino.io/docs/current/functions/color.html.

A color is a number: of red, green and blue, eight bits each, or less than zero for one of a terminal's own. They are mixed by hue,
saturation and brightness in 32-bit floats, as ``java.awt.Color`` computes.
"""

from __future__ import annotations

import math

import numpy as np

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.numbers import java_double

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_RED, _GREEN = 0xFF_00_00, 0x00_FF_00
_RESET, _BLOCK = "\x1b[0m", "\u2588"
_HEX = "0123456789abcdef"

type _Tone = tuple[np.float32, np.float32, np.float32]


def named(text: str) -> int:
    """The color that *text* names, or writes as ``#rgb``."""
    if len(text) == 4 and text[0] == "#":
        digits = [_HEX.find(d) for d in text[1:].lower()]
        if -1 not in digits:
            return rgb(*(d * 0x11 for d in digits))
    if (name := text.lower()) in _NAMES:
        return -1 - _NAMES.index(name)
    raise invalid(f"Invalid color: '{text}'")


def rgb(red: int, green: int, blue: int) -> int:
    for name, part in (("red", red), ("green", green), ("blue", blue)):
        if not 0 <= part <= 255:
            raise invalid(f"{name} must be between 0 and 255")
    return red << 16 | green << 8 | blue


def between(fraction: float, low: int, high: int) -> int:
    """The color that lies a *fraction* of the way from *low* to *high*."""
    for name, color in (("lowColor", low), ("highColor", high)):
        if color < 0:
            raise invalid(f"{name} not a valid RGB color")
    return _mixed(fraction if math.isnan(fraction) else max(0.0, min(1.0, fraction)), low, high)


def between_values(value: float, low: float, high: float, low_color: int, high_color: int) -> int:
    with np.errstate(all="ignore"):
        fraction = np.float64(value - low) / np.float64(high - low)
    return between(float(fraction), low_color, high_color)


def _parts(color: int) -> tuple[int, int, int]:
    if color < 0:
        raise invalid("color is not a valid rgb value")
    return color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF


def _tone(color: int) -> _Tone:
    """Hue, saturation and brightness."""
    parts = _parts(color)
    most, spread = max(parts), max(parts) - min(parts)
    brightness = np.float32(most) / np.float32(255)
    if not spread:
        return np.float32(0), np.float32(0), brightness
    r, g, b = (np.float32(most - part) / np.float32(spread) for part in parts)
    hue = b - g if parts[0] == most else 2 + r - b if parts[1] == most else 4 + g - r
    hue /= np.float32(6)
    return hue + np.float32(1) if hue < 0 else hue, np.float32(spread) / np.float32(most), brightness


def _whole(value: np.float32) -> int:
    return 0 if np.isnan(value) else int(value)


def _mixed(fraction: float, low: int, high: int) -> int:
    share, one = np.float32(fraction), np.float32(1)
    hue, saturation, brightness = (
        share * (last - first) + first for first, last in zip(_tone(low), _tone(high), strict=True)
    )
    if saturation == 0:
        parts = (brightness,) * 3
    else:
        turned = (hue - np.floor(hue)) * np.float32(6)
        rest = turned - np.floor(turned)
        p, q, t = (brightness * (one - saturation * by) for by in (one, rest, one - rest))
        v = brightness
        parts = ((v, t, p), (q, v, p), (p, v, t), (p, q, v), (t, p, v), (v, p, q))[_whole(turned)]
    red, green, blue = (_whole(part * np.float32(255) + np.float32(0.5)) for part in parts)
    return (red << 16 | green << 8 | blue) & 0xFF_FF_FF


def _code(color: int) -> str:
    """The escape sequence that has a terminal write in *color*."""
    if color < 0:
        return f"\x1b[38;5;{-color - 1}m"
    red, green, blue = (part * 6 // 256 for part in _parts(color))
    return f"\x1b[38;5;{16 + red * 36 + green * 6 + blue}m"


def render(text: str, color: int) -> str:
    return f"{_code(color)}{text}{_RESET}"


def render_double(value: float, color: int) -> str:
    return render(java_double(value), color)


def render_boolean(value: bool) -> str:
    return render("\u2713" if value else "\u2717", named("green" if value else "red"))


def bar(share: float, width: int) -> str:
    return bar_between(share, width, _RED, _GREEN)


_WIDEST = 1_000_000
"""Columns of a terminal that a bar is drawn over: each has an escape sequence."""


def bar_between(share: float, width: int, low: int, high: int) -> str:
    if width > _WIDEST:
        raise MemoryError
    filled = share * width
    count = 0 if math.isnan(filled) else int(max(0, min(filled, width)))
    fractions = (at / (width - 1) if width > 1 else math.nan for at in range(count))
    blocks = "".join(_code(_mixed(fraction, low, high)) + _BLOCK for fraction in fractions)
    return f"{blocks}{_RESET}{' ' * (width - count)}"


def text(color: int) -> str:
    """A color as a result shows it."""
    return _NAMES[-1 - color] if color < 0 else f"#{color:06x}"


FUNCTIONS = (
    ("color", named, "VARCHAR", "BIGINT"), ("color_rgb", rgb, "BIGINT BIGINT BIGINT", "BIGINT"),
    ("color_between", between, "DOUBLE BIGINT BIGINT", "BIGINT"),
    ("color_between_values", between_values, "DOUBLE DOUBLE DOUBLE BIGINT BIGINT", "BIGINT"),
    ("color_render", render, "VARCHAR BIGINT", "VARCHAR"), ("color_render_double", render_double, "DOUBLE BIGINT", "VARCHAR"),
    ("color_render_boolean", render_boolean, "BOOLEAN", "VARCHAR"), ("color_bar", bar, "DOUBLE BIGINT", "VARCHAR"),
    ("color_bar_between", bar_between, "DOUBLE BIGINT BIGINT BIGINT", "VARCHAR"), ("color_text", text, "BIGINT", "VARCHAR"),
)  # fmt: skip
