"""A terminal's recording as one animated SVG, which GitHub shows as a picture: a strip of frames, moved by one CSS animation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

import pyte

# Seconds: a pause of the recording, in which nothing moves but a spinner, is cut to the longest; then all of it is played faster,
# to last as long as the whole, and what is closer together than the shortest is one frame. Typing is played as it is.
LONGEST, WHOLE, SHORTEST, LAST = 4.0, 20.0, 0.12, 7.0
_MOVES_ALONE = re.compile(r"[\u2800-\u28ff]|\d+:\d\d:\d\d|\x1b\[[0-9;?]*[A-Za-z]|\r")
WIDTH, HEIGHT, MARGIN, BAR, SIZE = 8.4, 19, 16, 34, 14
BACKGROUND, INK = "#14171c", "#d7dae0"
COLORS = {
    "black": "#5c6370",
    "red": "#f0655c",
    "green": "#5cc48d",
    "brown": "#e3a846",
    "blue": "#86aaff",
    "magenta": "#c3a2f2",
    "cyan": "#4fc3d0",
    "white": "#d7dae0",
    "brightblack": "#8b93a1",
}
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


@dataclass(frozen=True)
class Frame:
    """A screen, as lines of SVG's text, and the seconds that it stays."""

    lines: tuple[str, ...]
    seconds: float


def frames(recording: Iterable[tuple[float, str]], columns: int, rows: int) -> Iterator[Frame]:
    """The screens of *recording*: output with its time, in order; what was typed has times below 0."""
    screen = pyte.Screen(columns, rows)
    screen.set_mode(pyte.modes.LNM)
    stream = pyte.Stream(screen)
    shown, since = _lines(screen), None
    for time, output in _played(list(recording)):
        if since is not None and time - since >= SHORTEST:
            yield Frame(shown, time - since)
            since = time
        since = time if since is None else since
        stream.feed(output)
        shown = _lines(screen)
    yield Frame(shown, LAST)


def _played(recording: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """The recording with the times at which it is shown."""
    steps, paused = [], 0.0
    for (before, last), (time, output) in pairwise(recording):
        waited = max(time, 0.0) - max(before, 0.0)
        if _MOVES_ALONE.sub("", output) != _MOVES_ALONE.sub("", last):
            paused = 0.0
        steps.append((time - before - waited, min(waited, max(0.0, LONGEST - paused))))
        paused += waited
    speed = max(1.0, sum(waited for _, waited in steps) / WHOLE)
    at = recording[0][0]
    yield recording[0]
    for (_, output), (typed, waited) in zip(recording[1:], steps, strict=True):
        at += typed + waited / speed
        yield at, output


def svg(strip: list[Frame], columns: int, rows: int, title: str) -> str:
    """The frames one below the other, in a window that shows one at a time. Without motion it shows the last one."""
    strip = [Frame(lines, sum(frame.seconds for frame in same)) for lines, same in _together(strip)]
    width, height = round(columns * WIDTH + 2 * MARGIN), rows * HEIGHT + 2 * MARGIN
    known: dict[str, int] = {}
    uses = []
    for number, frame in enumerate(strip):
        for row, line in enumerate(frame.lines):
            if line:
                at = number * height + (row + 1) * HEIGHT
                uses.append(f'<use href="#l{known.setdefault(line, len(known))}" y="{at}"/>')
    texts = [f'<text id="l{number}" xml:space="preserve">{line}</text>' for line, number in known.items()]
    whole, passed, steps = sum(frame.seconds for frame in strip), 0.0, []
    for number, frame in enumerate(strip):
        steps.append(f"{100 * passed / whole:.2f}%{{transform:translateY(-{number * height}px)}}")
        passed += frame.seconds
    last = f"translateY(-{(len(strip) - 1) * height}px)"
    dots = "".join(
        f'<circle cx="{20 + 20 * place}" cy="17" r="6" fill="{color}"/>'
        for place, color in enumerate(("#f0655c", "#e3a846", "#5cc48d"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + BAR}" width="{width}" height="{height + BAR}" '
        f'role="img" aria-label="{escape(title)}">\n<title>{escape(title)}</title>\n<style>'
        f"text{{font:{SIZE}px {FONT};fill:{INK}}}.film{{animation:film {whole:.1f}s step-end infinite}}"
        f"@keyframes film{{{''.join(steps)}}}"
        f"@media(prefers-reduced-motion:reduce){{.film{{animation:none;transform:{last}}}}}</style>\n"
        f"<defs>\n{chr(10).join(texts)}\n</defs>\n"
        f'<rect width="{width}" height="{height + BAR}" rx="9" fill="{BACKGROUND}"/>{dots}\n'
        f'<svg x="{MARGIN}" y="{BAR}" width="{width - MARGIN}" height="{height}"><g class="film">\n'
        f"{chr(10).join(uses)}\n</g></svg>\n</svg>\n"
    )


def _together(strip: list[Frame]) -> Iterator[tuple[tuple[str, ...], list[Frame]]]:
    """Frames that follow each other and show the same."""
    return ((lines, list(same)) for lines, same in groupby(strip, key=lambda frame: frame.lines))


def _lines(screen: pyte.Screen) -> tuple[str, ...]:
    return tuple(_line([screen.buffer[row][column] for column in range(screen.columns)]) for row in range(screen.lines))


def _line(cells: list[pyte.screens.Char]) -> str:
    """Runs of cells of one look, each a ``tspan`` at its place: a font's widths may differ from ours."""
    spans, column = [], 0
    for (color, bold), group in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
        run = list(group)
        filled = [place for place, cell in enumerate(run) if cell.data.strip()]
        if filled:
            looks = f' fill="{_color(color)}"' if color != "default" else ""
            looks += ' font-weight="600"' if bold else ""
            # A wide character has two cells, the second of them empty.
            first, end = filled[0], filled[-1] + 1
            text = escape("".join(cell.data for cell in run[first:end]), quote=False)
            place = f'x="{(column + first) * WIDTH:g}" textLength="{(end - first) * WIDTH:g}"'
            spans.append(f"<tspan {place}{looks}>{text}</tspan>")
        column += len(run)
    return "".join(spans)


def _color(name: str) -> str:
    # 256 colors and true color come as six digits.
    return COLORS.get(name, f"#{name}" if len(name) == 6 and name not in COLORS else INK)
