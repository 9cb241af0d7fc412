"""Which dbt commands and options an event may use.

What would point dbt elsewhere (another target, project, profile or folder) is the function's configuration, not the
event's: it is refused by name. Options are read with dbt's own parser, so that ``-tprod`` is ``--target prod`` here too.
"""

from __future__ import annotations

import re
from typing import Any

import click
from dbt.cli.main import cli

from dbt_runner import raw
from dbt_runner.errors import TerminalError
from dbt_runner.event import RUN_ID, Request

COMMANDS = (
    ("build",),
    ("clone",),
    ("compile",),
    ("docs", "generate"),
    ("list",),
    ("ls",),
    ("parse",),
    ("retry",),
    ("run",),
    ("run-operation",),
    ("seed",),
    ("show",),
    ("snapshot",),
    ("source", "freshness"),
    ("test",),
)

# These change the lake: one at a time in an environment.
WRITING = frozenset({"build", "clone", "retry", "run", "run-operation", "seed", "snapshot", "test"})

_CONFIGURED = "the function's configuration sets it"
_FOLDER = "files are written to the run's own folder and uploaded from there"
_STATE = "the state is that of the environment, and the function finds it itself"
_NOTHING_RUNS = "nothing would run"
_NOT_IN_LAYER = "that parser is not part of the layer"
_ARTIFACTS = "the artifacts of every run are kept"
# click's name of a parameter -> why an event may not give it
_REFUSED = {
    "defer_state": _STATE,
    "deprecated_state": _STATE,
    "help": _NOTHING_RUNS,
    "profile": _CONFIGURED,
    "profiles_dir": _CONFIGURED,
    "project_dir": _CONFIGURED,
    "state": _STATE,
    "target": _CONFIGURED,
    "upload_to_artifacts_ingest_api": _ARTIFACTS,
    "use_v2_parser": _NOT_IN_LAYER,
    "v2_parser": _NOT_IN_LAYER,
    "version": _NOTHING_RUNS,
    "write_json": _ARTIFACTS,
}
# click's name of a parameter that makes a build or a documentation one of a part, or of less than all the data
_PARTIAL = {
    "compile",  # --no-compile, of `docs generate`: a page without SQL
    "empty",
    "empty_catalog",
    "event_time_end",
    "event_time_start",
    "exclude",
    "exclude_resource_type",
    "exclude_resource_types",
    "models",
    "resource_type",
    "resource_types",
    "sample",
    "select",
    "selector",
}
# Methods of selection that compare with the state: https://docs.getdbt.com/reference/node-selection/methods
_COMPARING = re.compile(r"\b(state|result|source_status):")


def compares(request: Request) -> bool:
    """Whether dbt needs the environment's state: it selects by it, or defers to it."""
    command, words = _command(request)
    given, _, _ = command.make_parser(click.Context(command)).parse_args(words)
    selections = [str(given.get(name)) for name in ("exclude", "models", "select")]
    return bool(given.get("defer")) or any(map(_COMPARING.search, selections))


def given(request: Request) -> set[str]:
    """click's names of the parameters that the event gives."""
    command, words = _command(request)
    _, _, order = command.make_parser(click.Context(command)).parse_args(words)
    return {str(parameter.name) for parameter in order}


def builds_all(request: Request) -> bool:
    """Whether the whole project is built, so that its manifest is the state of the environment afterwards."""
    return request.command[0] == "build" and _is_of_all(request)


def documents_all(request: Request) -> bool:
    """Whether dbt writes the page that documents the whole project."""
    command, words = _command(request)
    values, _, _ = command.make_parser(click.Context(command)).parse_args(words)
    return command.name == "generate" and bool(values.get("static")) and _is_of_all(request)


def _is_of_all(request: Request) -> bool:
    return not _PARTIAL.intersection(given(request))


def check(request: Request) -> None:
    """Refuse what an event may not ask of dbt.

    Raises:
        TerminalError: not a command that the runner runs, an option that dbt does not know or that is refused.
    """
    command, words = _command(request)
    if command.name == "retry":
        _check_retried(request)
    context = click.Context(command, info_name=command.name)
    try:
        _, _, order = command.make_parser(context).parse_args(words)
    except click.UsageError as error:
        raise TerminalError(f"dbt {command.name}: {error.format_message()}") from None
    for parameter in order:
        # All other options that take a path would read or write outside the run's folder: --log-path, --target-path, --output.
        reason = _REFUSED.get(str(parameter.name)) or (_FOLDER if isinstance(parameter.type, click.Path) else None)
        if reason:
            raise TerminalError(f"The option {_spelling(parameter)} is refused: {reason}. Send the event without it.")


def _check_retried(request: Request) -> None:
    if len(request.command) != 2 or not RUN_ID.fullmatch(request.command[1]):
        raise TerminalError(
            f"`command`: which run is to be retried? Not {ascii(list(request.command))[:200]}, but "
            '["retry", "20261120T164122Z-8f14e45f"]: the `run_id` of the run that failed, which its answer names.'
        )


def _command(request: Request) -> tuple[click.Command, list[str]]:
    """dbt's command and the words that follow it."""
    words = request.words
    for names in COMMANDS:
        if tuple(words[: len(names)]) == names:
            command: Any = cli
            for name in names:
                command = command.commands[name]
            # The run to retry is a word of the runner's, which dbt does not know.
            return command, list(request.cli_args) if names == ("retry",) else words[len(names) :]
    asked = " ".join(request.command)[:80]
    known = ", ".join([*(" ".join(names) for names in COMMANDS), raw.COMMAND])
    raise TerminalError(f"`command`: the runner does not run `dbt {asked}`. It runs: {known}.")


def _spelling(parameter: click.Parameter) -> str:
    return "/".join(parameter.opts)
