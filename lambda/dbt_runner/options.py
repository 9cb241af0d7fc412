"""Which dbt commands and options an event may use.

What would point dbt elsewhere (another target, project, profile or folder) is the function's configuration, not the
event's: it is refused by name. Options are read with dbt's own parser, so that ``-tprod`` is ``--target prod`` here too.
"""

from __future__ import annotations

from typing import Any

import click
from dbt.cli.main import cli

from dbt_runner.errors import TerminalError
from dbt_runner.event import Request

COMMANDS = (
    ("build",),
    ("clone",),
    ("compile",),
    ("docs", "generate"),
    ("list",),
    ("ls",),
    ("parse",),
    ("run",),
    ("run-operation",),
    ("seed",),
    ("show",),
    ("snapshot",),
    ("source", "freshness"),
    ("test",),
)

# These change the lake: one at a time in an environment.
WRITING = frozenset({"build", "clone", "run", "run-operation", "seed", "snapshot", "test"})

_CONFIGURED = "the function's configuration sets it"
_FOLDER = "files are written to the run's own folder and uploaded from there"
_STATE = "the function keeps no state of earlier runs to compare with"
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
# click's name of a parameter that makes a build one of a part, or of less than all the data
_PARTIAL = {
    "empty",
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


def given(request: Request) -> set[str]:
    """click's names of the parameters that the event gives."""
    command, words = _command(request)
    _, _, order = command.make_parser(click.Context(command)).parse_args(words)
    return {str(parameter.name) for parameter in order}


def builds_all(request: Request) -> bool:
    """Whether the whole project is built, so that its manifest is the state of the environment afterwards."""
    return _command(request)[0].name == "build" and not _PARTIAL.intersection(given(request))


def check(request: Request) -> None:
    """Refuse what an event may not ask of dbt.

    Raises:
        TerminalError: not a command that the runner runs, an option that dbt does not know or that is refused.
    """
    command, words = _command(request)
    context = click.Context(command, info_name=command.name)
    try:
        _, _, order = command.make_parser(context).parse_args(words)
    except click.UsageError as error:
        raise TerminalError(f"dbt {command.name}: {error.format_message()}") from None
    for parameter in order:
        # Whatever else takes a path would read or write outside the run's folder: --log-path, --target-path, --output.
        reason = _REFUSED.get(str(parameter.name)) or (_FOLDER if isinstance(parameter.type, click.Path) else None)
        if reason:
            raise TerminalError(f"The option {_spelling(parameter)} is refused: {reason}. Send the event without it.")


def _command(request: Request) -> tuple[click.Command, list[str]]:
    """dbt's command and the words that follow it."""
    words = request.words
    for names in COMMANDS:
        if tuple(words[: len(names)]) == names:
            command: Any = cli
            for name in names:
                command = command.commands[name]
            return command, words[len(names) :]
    asked = " ".join(request.command)[:80]
    known = ", ".join(" ".join(names) for names in COMMANDS)
    raise TerminalError(f"`command`: the runner does not run `dbt {asked}`. It runs: {known}.")


def _spelling(parameter: click.Parameter) -> str:
    return "/".join(parameter.opts)
