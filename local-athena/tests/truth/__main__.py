"""``python -m tests.truth``, for ``just truth``, which knows the place and asks before it costs anything.

``plan PRICE`` prints as JSON how many statements it takes at least, and their price. ``ask`` asks the Athena that the shell's
variables lead to.
"""

from __future__ import annotations

import argparse
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tests.docs.sources import case_modules
from tests.truth import answers, local
from tests.truth.asking import BATCH, Asking, TooDear, dollars
from tests.truth.comparing import STYLES, Comparison, Question, show

from local_athena import dialect


def questions() -> list[Question]:
    """Every expression of the tables, once."""
    found: dict[str, Question] = {}
    for module in case_modules():
        family = module.__name__.rpartition(".")[2]
        for case in module.CASES:
            found.setdefault(case.sql, Question(family, case.sql))
        for case in getattr(module, "REFUSED", ()):
            found.setdefault(case.sql, Question(family, case.sql, refused=True, ours=case.ours))
    return list(found.values())


def plan(asked: list[Question], price: float) -> dict[str, float]:
    """Numbers of what would be asked: ``values``, ``errors``, the ``statements`` for them, and ``dollars`` for those."""
    errors = sum(question.refused for question in asked)
    values = len(asked) - errors
    statements = -(-values // BATCH) + errors
    return {"values": values, "errors": errors, "statements": statements, "dollars": dollars(statements, price)}


def truth(asking: Asking, asked: list[Question], style: str, where: str, price: float, save: bool) -> int:
    """Ask, compare and print; 0 if everything agrees that was asked, and everything was asked."""
    values = [question.sql for question in asked if not question.refused]
    try:
        asking.ask(values, [question.sql for question in asked if question.refused])
        stopped = ""
    except TooDear:
        stopped = (
            f" Stopped at its cap, with {len(asking.answers)} of {len(asked)} expressions answered: say a higher cap=."
        )
    connection = dialect.connect()
    here = {
        question.sql: local.answer(connection, question.sql) for question in asked if question.sql in asking.answers
    }
    comparison = Comparison.of(asked, asking.answers, here)
    agreed = sum(comparison.agreements.values())
    told = (
        f"{agreed} agree, {len(comparison.unknown)} differ, "
        f"{len(comparison.differences) - len(comparison.unknown)} are refused by name here alone. "
        f"{asking.statements} statements, {asking.bytes_scanned:,} bytes scanned, "
        f"at most {dollars(asking.statements, price):.4f} USD.{stopped}"
    )
    show(style, comparison, where, told)
    if save:
        known = {question.sql for question in questions()}
        kept = {sql: answer for sql, answer in answers.load().items() if sql in known}
        answers.save({**kept, **asking.answers})
        print(f"Saved: {answers.FILE}. The tests read it from now on.", file=sys.stderr)
    return 1 if comparison.unknown or comparison.unanswered else 0


def main() -> int:
    words = argparse.ArgumentParser(prog="tests.truth")
    commands = words.add_subparsers(dest="command", required=True)
    commands.add_parser("plan").add_argument("price", type=float)
    ask = commands.add_parser("ask")
    for name in ("workgroup", "database", "where"):
        ask.add_argument(f"--{name}", required=True)
    ask.add_argument("--style", choices=STYLES, required=True)
    ask.add_argument("--price", type=float, required=True)
    ask.add_argument("--cap", type=float, required=True)
    ask.add_argument("--save", action="store_true")
    given = words.parse_args()
    asked = questions()
    if given.command == "plan":
        print(json.dumps(plan(asked, given.price)))
        return 0
    athena = boto3.client("athena", config=Config(retries={"mode": "adaptive", "max_attempts": 10}))
    asking = Asking(athena, given.workgroup, given.database, int(given.cap / dollars(1, given.price)))
    try:
        return truth(asking, asked, given.style, given.where, given.price, given.save)
    except (ClientError, BotoCoreError) as error:
        print(
            f"error: {given.where} does not answer: {error}\n{asking.statements} statements were asked, at most "
            f"{dollars(asking.statements, given.price):.4f} USD; nothing was saved. Mend it and begin anew.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print(f"Interrupted after {asking.statements} statements. Nothing was saved.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
