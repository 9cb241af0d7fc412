"""A proof as a Markdown page that can be committed: no account, no path of the machine in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lakeloop.prove.costs import LEFT_OUT

DONE, FAILED, LEFT, OPEN = "done", "FAILED", "left out", "not begun"
_ACCOUNT = re.compile(r"\b(?!0{12}\b)\d{12}\b")


@dataclass(frozen=True)
class Row:
    """A step: its outcome, seconds, US dollars, and a sentence about it."""

    name: str
    recipe: str
    outcome: str
    seconds: float = 0.0
    dollars: float = 0.0
    told: str = ""


@dataclass(frozen=True)
class Facts:
    """Facts above the table. ``removal`` is the command that takes away what is left; empty if nothing is."""

    where: str
    region: str
    environment: str
    commit: str
    begun: datetime
    ended: datetime
    cap: float
    removal: str


def render(facts: Facts, rows: list[Row], root: Path) -> str:
    """The page; *root* is the checkout, which its messages may name."""
    done = sum(row.outcome == DONE for row in rows)
    left_out = sum(row.outcome == LEFT for row in rows)
    good = done + left_out == len(rows)
    spent = sum(row.dollars for row in rows)
    verdict = f"**{'Everything worked' if good else 'It did not end well'}: {done} of {len(rows)} steps done"
    verdict += f", {left_out} left out.**" if left_out else ".**"
    left = (
        f"The environment is still there, and costs: `{facts.removal}` takes all of it away."
        if facts.removal
        else "Nothing is left of the environment."
    )
    lines = [
        f"# Proof of {facts.begun:%Y-%m-%d}: {facts.where}, {facts.region}",
        "",
        f"`just prove` of commit `{facts.commit}` in the environment `{facts.environment}`, from {facts.begun:%H:%M} to "
        f"{facts.ended:%H:%M} UTC.",
        f"{verdict} {left}",
        "",
        f"{spent:.5f} USD, with a cap of {facts.cap:.2f} USD: queries of Athena and invocations of runs. Not counted: {LEFT_OUT}.",
        "",
        "| step | outcome | seconds | USD | |",
        "|---|---|---:|---:|---|",
        *(_row(row) for row in rows),
        f"| all of it | | {sum(row.seconds for row in rows):.0f} | {spent:.5f} | |",
    ]
    return _without_secrets("\n".join(lines), root) + "\n"


def _row(row: Row) -> str:
    told = " ".join(row.told.split()).replace("|", "\\|")
    begun = row.outcome in (DONE, FAILED)
    figures = (f"{row.seconds:.0f}", f"{row.dollars:.5f}") if begun else ("", "")
    recipe = f" `{row.recipe}`" if row.recipe else ""
    return f"| {row.name}{recipe} | {row.outcome} | {figures[0]} | {figures[1]} | {told} |"


def _without_secrets(text: str, root: Path) -> str:
    return _ACCOUNT.sub("ACCOUNT", text.replace(str(root), ".").replace(str(Path.home()), "~"))
