"""The loop of ``just watch``: waits for a change, builds it, says in a line how it went."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from lakeloop_project import DbtProject

from lakeloop import database, rows
from lakeloop.dbt_command import NOT_BEGUN, Offline, run_offline
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.plain import printable
from lakeloop.plural import of_status
from lakeloop.skip import leave_out
from lakeloop.summary import GOOD, is_test, name_of
from lakeloop.warm import programs
from lakeloop.watch.changes import changes, seen
from lakeloop.watch.selection import selection
from lakeloop.workspace import Workspace

_ROWS = 5
_UPRIGHT = 2
"""Rows that take a line for each field."""
_SHOWN = 3
_BUILT = ("model-paths", "seed-paths", "snapshot-paths")


def watch(workspace: Workspace, words: Sequence[str]) -> int:
    """``just watch``: until Ctrl-C, build and test each model that is saved, and show its first rows.

    Raises:
        UserError: another one is watching this checkout, or nothing is built yet.
    """
    if words:
        raise UserError(f"`just watch` takes no words, not {' '.join(words)}: it builds what is saved.")
    with _alone(workspace):
        database.open_last(workspace).close()
        _say(f"Watching {workspace.dbt_project}: save a model, and it is built. Ctrl-C ends it.")
        last: list[str] = []
        try:
            for changed in changes(lambda before: seen(workspace.dbt_project, before)):
                for file in changed.gone:
                    _say(f"{file.relative_to(workspace.dbt_project)} is gone.")
                try:
                    project = DbtProject.read(workspace.dbt_project)
                    folders = [folder for key in _BUILT for folder in project.paths(key)]
                except UserError as error:
                    _say(f"error: {error}")
                    continue
                chosen = selection(workspace.dbt_project, changed, folders, last)
                last = [word for word in chosen if _there(workspace.dbt_project, word)] or last
                programs.apart(partial(_build, workspace, chosen))
                if programs.interrupted:
                    break
        except KeyboardInterrupt:
            pass
        _say("No longer watching.")
    return EXIT_CODE  # with 0, just would say that it was interrupted, as of an error


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    workspace.state.mkdir(parents=True, exist_ok=True)
    with (workspace.state / "watch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"Another `just watch` is watching {workspace.dbt_project} already, and both would build what is saved."
            ) from None
        yield


def _there(project: Path, word: str) -> bool:
    return not word.startswith("path:") or (project / word.removeprefix("path:")).exists()


def _build(workspace: Workspace, chosen: Sequence[str]) -> int:
    """Build *chosen*, or parse the project where there is nothing to build; print what became of it."""
    began, started = time.time(), time.monotonic()
    try:
        with database.exclusive(workspace):
            raw = _raw_of_last(workspace)
            database.begin(workspace, raw, resume=False)
            words = ["build", "--select", *chosen] if chosen else ["ls"]
            words = [*leave_out(workspace, words, workspace.settings.skip.local), "--log-level", "none"]
            places = Offline(raw, workspace.building, workspace.target)
            with _held_back() as held:
                code = run_offline(workspace, words, places)
            if code == NOT_BEGUN or not chosen:
                database.give_up(workspace)
                _line("the project", "error" if code else "parsed", started)
                _under(held)
                return code
            place = database.finish(workspace, good=code == 0)
    except UserError as error:
        _line("the project", "not built", started)
        _say(f"error: {error}")
        return 2
    _told(workspace, place, began, started, held)
    return code


@contextmanager
def _held_back() -> Iterator[list[str]]:
    """Until the block ends, keep the lines that this process and its children print as errors."""
    held: list[str] = []
    sys.stderr.flush()
    terminal = os.dup(2)
    with tempfile.TemporaryFile("r+", errors="replace") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield held
        finally:
            sys.stderr.flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            file.seek(0)
            held += file.read().splitlines()


def _under(lines: Sequence[str]) -> None:
    if lines:
        _say(textwrap.indent("\n".join(lines), "    "))


def _raw_of_last(workspace: Workspace) -> Path:
    """The raw folder that the last good build was of."""
    origin = workspace.database.with_suffix(".raw")
    first = origin.read_text("utf-8").partition("\n")[0] if origin.exists() else ""
    return workspace.root / first if first else workspace.raw


def _told(workspace: Workspace, place: Path, began: float, started: float, held: Sequence[str]) -> None:
    """A line for the build, its errors and the lines *held* back under it, and the first rows of what was built."""
    file = workspace.target / "run_results.json"
    if not file.exists() or file.stat().st_mtime < began:
        _line("the project", "not built", started)
        _under(held)  # dbt has said why
        return
    results: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["results"]
    models = [one for one in results if not is_test(one)]
    tests = Counter(one["status"] for one in results if is_test(one))
    bad = [one for one in results if one["status"] not in (*GOOD, "skipped")]
    names = ", ".join(map(name_of, models)) or "nothing that dbt builds"
    said = ", ".join(of_status(count, status) for status, count in sorted(tests.items()))
    _line(names, ("error" if bad else "ok") + (f"  tests: {said}" if said else ""), started)
    _under(held)
    for one in bad:
        _say(textwrap.indent(f"{name_of(one)}: {str(one['message']).strip()}", "    "))
    built = [one for one in models if one["status"] in GOOD and one["relation_name"]]
    with duckdb.connect(str(place), read_only=True) as connection:
        for one in built[:_SHOWN]:
            try:
                found = connection.execute(f"select * from {one['relation_name']} limit {_ROWS}")  # nosec B608: dbt's name
                columns = [column[0] for column in found.description or []]
                rows.print_rows(rows.style(None), columns, found.fetchall(), upright=_UPRIGHT)
            except duckdb.Error as error:
                _say(textwrap.indent(f"{one['relation_name']} cannot be shown: {error}", "    "))


def _line(name: str, outcome: str, started: float) -> None:
    _say(f"{time.strftime('%H:%M:%S')}  {name}  {outcome}  {time.monotonic() - started:.1f} s")


def _say(text: str) -> None:
    print(printable(text), flush=True)
