"""Answers of an Athena to the expressions of the case tables: when two are the same, and the file that keeps them.

The file has one JSON object a line, sorted by expression: ``{"sql", "type", "text"}``, or ``{"sql", "error"}``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "athena.jsonl"
_RELATIVE = 1e-14  # the last digit of a double but one, as in test_expressions
_NUMBER = re.compile(r"-?\d+\.\d+(?:E-?\d+)?")


@dataclass(frozen=True)
class Answer:
    """A value by its type (``typeof``) and the text of GetQueryResults, None for NULL; or the name of an error."""

    type: str = ""
    text: str | None = None
    error: str = ""

    def __str__(self) -> str:
        return self.error or f"{'NULL' if self.text is None else self.text!r} {self.type}"


def same(one: Answer, other: Answer) -> bool:
    """Equal; the last digits of floating numbers may differ, which the order of a sum decides."""
    if one == other:
        return True
    if one.error or other.error or one.type != other.type or one.text is None or other.text is None:
        return False
    if not re.search(r"\b(double|real)\b", one.type):
        return False
    numbers, others = _NUMBER.findall(one.text), _NUMBER.findall(other.text)
    return _NUMBER.sub("#", one.text) == _NUMBER.sub("#", other.text) and all(
        math.isclose(float(a), float(b), rel_tol=_RELATIVE, abs_tol=1e-300)
        for a, b in zip(numbers, others, strict=True)
    )


def load(file: Path = FILE) -> dict[str, Answer]:
    """The recorded answers by their expressions; none if nothing was ever recorded."""
    if not file.exists():
        return {}
    lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return {line.pop("sql"): Answer(**line) for line in lines}


def save(answers: Mapping[str, Answer], file: Path = FILE) -> None:
    """Write *answers* in the place of what was recorded."""
    lines = (
        {"sql": sql} | ({"error": answer.error} if answer.error else {"type": answer.type, "text": answer.text})
        for sql, answer in sorted(answers.items())
    )
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
