"""The run's timeline: a lane for each thread, seconds at work from left to right.

Between two invocations nothing is at work, at times for hours. Those waits are left out of the axis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_MAIN = "main"


@dataclass(frozen=True)
class Round:
    """An invocation on the axis: where it begins and ends there, in seconds, and the wait before it."""

    number: int
    begins: float
    ends: float
    waited: float
    killed: bool
    moment: datetime


@dataclass(frozen=True)
class Bar:
    """A node, or an attempt that was cut, on the axis."""

    unique_id: str
    lane: int
    starts: float
    ends: float
    round: int
    cut: bool


@dataclass(frozen=True)
class Timeline:
    """``lanes`` are names, ``seconds`` the axis's length."""

    rounds: list[Round]
    lanes: list[str]
    bars: list[Bar]
    seconds: float


def timeline(run: Mapping[str, Any]) -> Timeline:
    """The timeline of the run with this summary."""
    spans = [(node, False) for node in run["nodes"] if node["started_at"]] + [(node, True) for node in run["cut"]]
    rounds = _rounds(run["invocations"], [span for span, _ in spans])
    lanes = _lanes([span for span, _ in spans])
    bars = []
    for span, cut in spans:
        round_ = rounds[span["round"] - 1]
        start, end = (_at(round_, span[moment]) for moment in ("started_at", "ended_at"))
        bars.append(Bar(span["unique_id"], lanes[span["round"], _thread(span)], start, end, round_.number, cut))
    bars.sort(key=lambda bar: (bar.starts, bar.lane))
    hooks = any(thread == _MAIN for _, thread in lanes)
    workers = max(lanes.values(), default=-1) + (0 if hooks else 1)
    names = [*(["hooks"] if hooks else []), *(f"thread {number}" for number in range(1, workers + 1))]
    return Timeline(rounds, names, bars, rounds[-1].ends if rounds else 0.0)


def _rounds(invocations: Sequence[Mapping[str, Any]], spans: Iterable[Mapping[str, Any]]) -> list[Round]:
    last: dict[int, datetime] = {}
    for span in spans:
        moment = _time(span["ended_at"])
        last[span["round"]] = max(last.get(span["round"], moment), moment)
    rounds: list[Round] = []
    clock, ended = 0.0, None
    for invocation in invocations:
        moment = _time(invocation["began_at"])
        seconds = max(invocation["seconds"], (last.get(invocation["round"], moment) - moment).total_seconds())
        waited = (moment - ended).total_seconds() if ended else 0.0
        rounds.append(
            Round(invocation["round"], clock, clock + seconds, max(waited, 0.0), invocation["killed"], moment)
        )
        clock += seconds
        ended = moment + timedelta(seconds=seconds)
    return rounds


def _lanes(spans: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
    """By round and dbt's name of the thread, which counts on in a process: the first thread of each round shares a lane."""
    threads: dict[int, set[str]] = {}
    for span in spans:
        threads.setdefault(span["round"], set()).add(_thread(span))
    first = int(any(_MAIN in names for names in threads.values()))
    lanes: dict[tuple[int, str], int] = {}
    for number, names in threads.items():
        for place, name in enumerate(sorted(names - {_MAIN}, key=_number)):
            lanes[number, name] = first + place
        if _MAIN in names:
            lanes[number, _MAIN] = 0
    return lanes


def _thread(span: Mapping[str, Any]) -> str:
    return span["thread"] or _MAIN


def _number(thread: str) -> tuple[int, str]:
    found = re.search(r"\d+", thread)
    return (int(found.group()) if found else 0, thread)


def _at(round_: Round, moment: str) -> float:
    return round(max(round_.begins + (_time(moment) - round_.moment).total_seconds(), 0.0), 3)


def _time(moment: str) -> datetime:
    return datetime.fromisoformat(moment)
