"""``just prove env=scratch``: every step into an account and out of it again, with its outcome, seconds and dollars on a page.

It begins in an environment of which nothing is there, and ends with nothing. What a step that fails leaves behind, and what
Ctrl-C does, `just prove remove env=scratch` takes away; so does the next proof that ends well.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import FOLDER, environment, environments

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws import tfvars
from lakeloop.aws.account import Account, identify
from lakeloop.aws.athena.truth import dollars
from lakeloop.aws.place import AWS, Place, enter
from lakeloop.aws.terraform.backend import NotBootstrapped, locate, resources
from lakeloop.bootstrap.names import Names, names_of, repository
from lakeloop.confirm import confirm
from lakeloop.deploy.source import clean_commit
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.prove.begun import Begun, Journal
from lakeloop.prove.costs import Meter
from lakeloop.prove.page import DONE, FAILED, LEFT, OPEN, Facts, Row, render
from lakeloop.prove.steps import Step, Way
from lakeloop.prove.typed import Interrupted, Typist
from lakeloop.workspace import Workspace

_CAP = "1.00"
_USAGE = "just prove [remove] env=scratch [on=aws] [cap=1.00] [raw=PATH] [repo=OWNER/NAME] [confirm=scratch]"


def prove(workspace: Workspace, words: Sequence[str]) -> int:
    """``just prove [remove] env=scratch [on=aws] [cap=1.00] [raw=PATH] [repo=OWNER/NAME] [confirm=scratch]``.

    Returns:
        0 if every step did what it should, 1 if one did not or the cap (US dollars) was reached, 130 after Ctrl-C.

    Raises:
        UserError: it cannot begin, and nothing was made; or, of ``remove``, a step failed (a second one goes on).
    """
    arguments, rest = take(words, {"env", "on", "cap", "raw", "repo", "confirm"})
    if rest not in ([], ["remove"]) or "env" not in arguments:
        raise UserError(f"Usage: {_USAGE}")
    cap = dollars(arguments.get("cap", _CAP))
    env = _scratch(workspace, arguments["env"])
    place = enter(workspace, env, arguments.get("on"))
    who = identify(place)
    names = names_of(workspace, place, who, repository(workspace, arguments.get("repo")))
    journal = Journal.of(workspace, place)
    with journal.alone():
        logs = journal.folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        logs.mkdir(exist_ok=True)
        raw = (f"raw={arguments['raw']}",) if "raw" in arguments else ()
        way = Way(workspace, place, names, who, Typist(workspace, place, logs), raw)
        if rest:
            return _remove(way, journal, arguments.get("confirm"))
        commit = clean_commit(workspace)
        _require_nothing(workspace, place, names, who, journal)
        _ask(place, who, cap, arguments.get("confirm"))
        return _Proof(way, journal, cap, commit).run(_has_files(workspace, arguments.get("raw")))


def removal(place: Place) -> str:
    """The command that takes away what a proof has left."""
    return f"just prove remove env={place.environment}{' on=aws' if place.slug == AWS else ''}"


class _Proof:
    """A proof at work: its rows so far, and what it has cost."""

    def __init__(self, way: Way, journal: Journal, cap: float, commit: str) -> None:
        self._way, self._journal, self._cap, self._commit = way, journal, cap, commit
        self._console = terminal.console(soft_wrap=True)
        self._began = datetime.now(UTC)
        self._rows: list[Row] = []
        self._meter: Meter | None = None

    def run(self, loads: bool) -> int:
        """Do every step until one fails, and write the page."""
        steps = self._way.steps(loads=loads)
        code = 0
        for step in steps:
            if step.left_out:
                self._add(Row(step.name, step.recipe, LEFT, told=step.left_out))
                continue
            # Taking the environment away costs nothing; leaving it there does.
            if step.lasts and (spent := self._spent()) >= self._cap:
                self._add(Row(step.name, step.recipe, FAILED, told=f"not begun: {spent:.5f} USD are the cap (cap=)"))
                code = 1
            else:
                self._journal.write(Begun(self._way.who.id, f"{self._began:%Y-%m-%d %H:%M} UTC", step.name))
                code = self._do(step)
            if code:
                break
        else:
            self._journal.forget()
        self._rows += [Row(step.name, step.recipe, OPEN) for step in steps[len(self._rows) :]]
        self._end(code)
        return code

    def _do(self, step: Step) -> int:
        self._console.print(f"...       {step.name}", markup=False)
        began, row, code = time.monotonic(), Row(step.name, step.recipe, DONE), 0
        try:
            row = replace(row, told=step.do())
        except (UserError, ClientError, BotoCoreError) as error:
            row, code = replace(row, outcome=FAILED, told=str(error)), 1
        except (Interrupted, KeyboardInterrupt):
            row, code = replace(row, outcome=FAILED, told="interrupted (Ctrl-C)"), EXIT_CODE
        seconds, cost = time.monotonic() - began, 0.0
        if step.lasts and code != EXIT_CODE:
            try:
                cost = self._cost()
            except (UserError, BotoCoreError) as error:
                # Of a step that failed there may be no lake to ask.
                row = row if code else replace(row, outcome=FAILED, told=f"its cost cannot be read: {error}")
                code = 1
        self._add(replace(row, seconds=seconds, dollars=cost))
        return code

    def _cost(self) -> float:
        way = self._way
        if self._meter is None:
            price = tfvars.athena_price(way.workspace, way.place.environment)
            self._meter = Meter(way.place.client("athena"), way.place.client("s3"), way.lake, price)
        return self._meter.since()

    def _spent(self) -> float:
        return sum(row.dollars for row in self._rows)

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        figures = f" ({row.seconds:.0f} s, {row.dollars:.5f} USD)" if row.outcome == DONE else ""
        self._console.print(f"{row.outcome:<9} {row.name}{figures}: {row.told}", markup=False)

    def _end(self, code: int) -> None:
        place = self._way.place
        left = removal(place) if self._journal.read() else ""
        facts = Facts(
            "AWS" if place.slug == AWS else "the emulator",
            place.region,
            place.environment,
            self._commit,
            self._began,
            datetime.now(UTC),
            self._cap,
            left,
        )
        file = self._journal.folder / f"{self._began:%Y-%m-%d}.md"
        file.write_text(render(facts, self._rows, self._way.workspace.root), "utf-8")
        self._console.print(f"The page: {file}\nTo keep it: cp {file} docs/proofs/", markup=False)
        if left:
            what = "It was interrupted" if code == EXIT_CODE else "It did not end well"
            self._console.print(
                f"{what}, and {place} is still there and costs. `{left}` takes all of it away; the same command again "
                "goes over what is there.",
                markup=False,
            )


def _remove(way: Way, journal: Journal, confirmation: str | None) -> int:
    """Take away what a proof has left, however far it came."""
    env = way.place.environment
    begun = journal.read()
    if begun is None or begun.account != way.who.id:
        raise UserError(
            f"No proof of this checkout has left anything of {way.place} in account {way.who.id}. What others made: "
            f"`just destroy env={env}`, then `just unbootstrap env={env}`."
        )
    confirm(
        f"Take {env} out of account {way.who.id} ({way.place.where}), with all data in it?",
        env,
        confirmation,
        by_name=False,
    )
    try:
        if _is_bootstrapped(way.workspace, way.place, way.who):
            print(way.destroy(), flush=True)
        print(way.unbootstrap(), flush=True)
    except Interrupted:
        return EXIT_CODE
    except (ClientError, BotoCoreError) as error:
        raise UserError(f"{error}\n`{removal(way.place)}` again goes on from there.") from error
    journal.forget()
    print(f"Nothing is left of {way.place}.")
    return 0


def _scratch(workspace: Workspace, name: str) -> str:
    """The environment, which destroys what it holds. Raises ``UserError`` with how to make one."""
    if name not in environments(workspace.root):
        raise UserError(
            f"There is no environment {name}. A file makes one: `echo 'force_destroy = true' > {FOLDER}/{name}.tfvars`, "
            "and commit it; a proof ends with nothing of it left."
        )
    env = environment(workspace.root, name)
    if tfvars.is_precious(workspace, env):
        raise UserError(
            f"A proof ends with a destroy, and {env} keeps its data. Name an environment for it: env=scratch."
        )
    return env


def _require_nothing(workspace: Workspace, place: Place, names: Names, who: Account, journal: Journal) -> None:
    """Raises ``UserError`` if there is something of the environment that no proof of this checkout has begun."""
    begun = journal.read()
    if begun and begun.account == who.id:
        print(
            f"The proof of {begun.at} came as far as `{begun.step}`: this one goes over what is there.", file=sys.stderr
        )
        return
    if begun:
        raise UserError(
            f"The proof of {begun.at} is still there, in account {begun.account}: `{removal(place)}` with the credentials of "
            "that account first."
        )
    if not _is_bootstrapped(workspace, place, who):
        return
    env, held = place.environment, resources(place, names.backend)
    first = f"`just destroy env={env}` and " if held else ""
    raise UserError(
        f"{place} is there already, with {len(held)} resources, and no proof of this checkout has begun it; a proof ends with "
        f"nothing of it left. {first}`just unbootstrap env={env}` first, or name another environment."
    )


def _is_bootstrapped(workspace: Workspace, place: Place, who: Account) -> bool:
    try:
        locate(workspace, place, who)
    except NotBootstrapped:
        return False
    return True


def _ask(place: Place, who: Account, cap: float, confirmation: str | None) -> None:
    """Tell what it may cost, and go on if that is agreed to."""
    print(
        f"It makes {place.environment} in account {who.id}, and takes it away again. It may cost {cap:.2f} USD (cap=): no step is "
        f"begun after that, and the workgroup ends a query that scans more than bytes_scanned_cutoff.",
        file=sys.stderr,
        flush=True,
    )
    confirm(f"Begin the proof in {who.id} ({place.where})?", place.environment, confirmation, by_name=False)


def _has_files(workspace: Workspace, raw: str | None) -> bool:
    folder = Path(raw).expanduser() if raw else workspace.raw
    return any(file.is_file() for file in folder.rglob("[!._]*"))
