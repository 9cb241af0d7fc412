"""Agreements and differences between an Athena's answers and local Athena's, and how they are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from tests.docs.markdown import table
from tests.truth.answers import Answer, same

STYLES = ("table", "tsv", "md")


@dataclass(frozen=True)
class Question:
    """An expression of a table; ``refused`` if the table expects an error, ``ours`` if on local Athena alone."""

    family: str
    sql: str
    refused: bool = False
    ours: bool = False


@dataclass(frozen=True)
class Difference:
    """An expression that two Athenas answer differently."""

    question: Question
    asked: Answer
    local: Answer

    @property
    def known(self) -> bool:
        """Whether local Athena refuses by name what it cannot do, as the table says."""
        return self.question.ours and bool(self.local.error)


@dataclass(frozen=True)
class Comparison:
    """All that was asked in *questions* and answered by both."""

    agreements: dict[str, int]
    differences: list[Difference]
    unanswered: int

    @classmethod
    def of(cls, questions: list[Question], asked: Mapping[str, Answer], local: Mapping[str, Answer]) -> Comparison:
        answered = [question for question in questions if question.sql in asked]
        agreements = dict.fromkeys((question.family for question in questions), 0)
        differences = []
        for question in answered:
            there, here = asked[question.sql], local[question.sql]
            if same(there, here):
                agreements[question.family] += 1
            else:
                differences.append(Difference(question, there, here))
        return cls(agreements, differences, len(questions) - len(answered))

    @property
    def unknown(self) -> list[Difference]:
        """The differences that no table says."""
        return [difference for difference in self.differences if not difference.known]

    def families(self) -> Iterator[tuple[str, int, int, int]]:
        """Of each family: its name, agreements, differences, and what is refused by name here alone."""
        for family, agreements in self.agreements.items():
            of = [difference for difference in self.differences if difference.question.family == family]
            known = sum(difference.known for difference in of)
            yield family, agreements, len(of) - known, known


def show(style: str, comparison: Comparison, where: str, told: str) -> None:
    """Print *comparison* with *where* as a table, as tab-separated text or as a Markdown page; *told* is what it took."""
    {"table": _table, "tsv": _text, "md": _page}[style](comparison, where, told)


def _table(comparison: Comparison, where: str, told: str) -> None:
    console = Console(highlight=False)
    families = Table(title=f"Local Athena against {where}", title_justify="left")
    families.add_column("family")
    for heading in ("agree", "differ", "refused here alone"):
        families.add_column(heading, justify="right")
    for family, *numbers in comparison.families():
        families.add_row(family, *map(str, numbers))
    families.add_section()
    families.add_row("all", *map(str, _sums(comparison)))
    console.print(families)
    if comparison.unknown:
        found = Table(title="Differences", title_justify="left")
        for heading in ("expression", where, "local Athena"):
            found.add_column(heading, overflow="fold")
        for difference in comparison.unknown:
            cells = (difference.question.sql, str(difference.asked), str(difference.local))
            found.add_row(*(cell.replace("[", r"\[") for cell in cells))
        console.print(found)
    console.print(told, markup=False)


def _text(comparison: Comparison, where: str, told: str) -> None:
    print("family\texpression\tasked\tlocal")
    for difference in comparison.unknown:
        cells = (difference.question.family, difference.question.sql, str(difference.asked), str(difference.local))
        print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in cells))
    print(f"{where}: {told}", file=sys.stderr)


def _page(comparison: Comparison, where: str, told: str) -> None:
    parts = [
        f"# Local Athena against {where}",
        told,
        table(
            ("family", "agree", "differ", "refused here alone"), [tuple(map(str, row)) for row in comparison.families()]
        ),
    ]
    if comparison.unknown:
        rows = [
            tuple(map(_code, (difference.question.sql, str(difference.asked), str(difference.local))))
            for difference in comparison.unknown
        ]
        parts += ["## Differences", table(("expression", where, "local Athena"), rows)]
    print("\n\n".join(parts))


def _sums(comparison: Comparison) -> tuple[int, int, int]:
    rows = list(comparison.families())
    return sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)


def _code(text: str) -> str:
    """Inline code of one line, whatever quotes are in *text*: https://spec.commonmark.org/0.31.2/#code-spans"""
    line = " ".join(text.split("\n"))
    return f"`` {line} ``" if "`" in line else f"`{line}`"
