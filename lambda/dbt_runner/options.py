"""Which dbt commands and options an event may use.

An option that is not listed here is refused: what would point dbt elsewhere (another target, project, profile or folder) is
the function's configuration and not the event's, and text that dbt would evaluate would be the caller's code with the function's
rights. Options are read with dbt's own parser, so that ``-tprod`` is ``--target prod`` here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
from dbt.cli.main import cli
from dbt.cli.option_types import YAML

from dbt_runner import raw, smoke, upkeep, words
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

# click's names of the parameters that an event may give
_ALLOWED = frozenset(
    {
        "args",
        "cache_selected_only",
        "compile",
        "debug",
        "defer",
        "empty",
        "empty_catalog",
        "event_time_end",
        "event_time_start",
        "exclude",
        "exclude_resource_types",
        "export_saved_queries",
        "fail_fast",
        "favor_state",
        "full_refresh",
        "hints_enabled",
        "include_saved_query",
        "indirect_selection",
        "introspect",
        "limit",
        "log_cache_events",
        "log_file_max_bytes",
        "log_format",
        "log_format_file",
        "log_level",
        "log_level_file",
        "macro",
        "maximum_seed_size_mib",
        "models",
        "output",
        "output_keys",
        "partial_parse",
        "populate_cache",
        "print",
        "printer_width",
        "quiet",
        "resource_types",
        "sample",
        "select",
        "selector",
        "send_anonymous_usage_stats",
        "show",
        "show_all_deprecations",
        "single_threaded",
        "sqlparse",
        "static",
        "static_parser",
        "store_failures",
        "threads",
        "use_colors",
        "use_colors_file",
        "use_experimental_parser",
        "use_fast_test_edges",
        "vars",
        "version_check",
        "warn_error",
        "warn_error_options",
    }
)
_CONFIGURED = "the function's configuration sets it"
_EVALUATED = (
    "dbt would evaluate its text with the function's rights. `just query env=...` asks Athena with yours; a macro in the project "
    "is run by `run-operation`"
)
_FOLDER = "files are written to the run's own folder and uploaded from there"
_STATE = "the state is that of the environment, and the function finds it itself"
_NOTHING_RUNS = "nothing would run"
_NOT_IN_LAYER = "that parser is not part of the layer"
_ARTIFACTS = "the artifacts of every run are kept"
_UNLISTED = "it is none of the options that an event may give (lambda/README.md)"
# Why not, of those that are asked for
_REFUSED = {
    "defer_state": _STATE,
    "deprecated_state": _STATE,
    "help": _NOTHING_RUNS,
    "inline": _EVALUATED,
    "inline_direct": _EVALUATED,
    "profile": _CONFIGURED,
    "profiles_dir": _CONFIGURED,
    "project_dir": _CONFIGURED,
    "sql": _EVALUATED,
    "state": _STATE,
    "target": _CONFIGURED,
    "upload_to_artifacts_ingest_api": _ARTIFACTS,
    "use_v2_parser": _NOT_IN_LAYER,
    "v2_parser": _NOT_IN_LAYER,
    "version": _NOTHING_RUNS,
    "write_json": _ARTIFACTS,
}
_SELECTIONS = ("exclude", "models", "select")
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
    command, rest = _command(request)
    given, _, _ = command.make_parser(click.Context(command)).parse_args(rest)
    selections = [str(given.get(name)) for name in _SELECTIONS]
    return bool(given.get("defer")) or any(map(_COMPARING.search, selections))


def given(request: Request) -> set[str]:
    """click's names of the parameters that the event gives."""
    command, rest = _command(request)
    _, _, order = command.make_parser(click.Context(command)).parse_args(rest)
    return {str(parameter.name) for parameter in order}


def builds_all(request: Request) -> bool:
    """Whether the whole project is built, so that its manifest is the state of the environment afterwards."""
    return request.command[0] == "build" and _is_of_all(request)


def documents_all(request: Request) -> bool:
    """Whether dbt writes the page that documents the whole project."""
    command, rest = _command(request)
    values, _, _ = command.make_parser(click.Context(command)).parse_args(rest)
    return command.name == "generate" and bool(values.get("static")) and _is_of_all(request)


def _is_of_all(request: Request) -> bool:
    return not _PARTIAL.intersection(given(request))


def check(request: Request) -> None:
    """Refuse what an event may not ask of dbt.

    Raises:
        TerminalError: not a command that the runner runs, an option that dbt does not know or that is refused, or a value that is
            too long, too large, or Jinja.
    """
    command, rest = _command(request)
    if command.name == "retry":
        _check_retried(request)
    context = click.Context(command, info_name=command.name)
    try:
        values, _, order = command.make_parser(context).parse_args(rest)
    except click.UsageError as error:
        raise TerminalError(f"dbt {command.name}: {error.format_message()}") from None
    for parameter in order:
        # Every option that takes a path would read or write outside the run's folder: --log-path, --target-path, --output.
        name = str(parameter.name)
        reason = _REFUSED.get(name) or (_FOLDER if isinstance(parameter.type, click.Path) else None)
        if reason or name not in _ALLOWED:
            raise TerminalError(
                f"The option {_spelling(parameter)} is refused: {reason or _UNLISTED}. Send the event without it."
            )
    words.check_text(request.words)
    for parameter in dict.fromkeys(order):
        _check_value(parameter, values[str(parameter.name)])


def _check_value(parameter: click.Parameter, value: Any) -> None:
    name, option = str(parameter.name), _spelling(parameter)
    texts = list(_flat(value))
    words.check_number(name, option, value)
    if name in _SELECTIONS:
        words.check_criteria(option, texts)
    if isinstance(parameter.type, YAML):
        for text in texts:
            words.check_yaml(option, text)


def _flat(value: Any) -> Iterator[str]:
    """The texts of an option: dbt's parser nests those of one that takes several words, and may be given several times."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield str(value)


def _check_retried(request: Request) -> None:
    if len(request.command) != 2 or not RUN_ID.fullmatch(request.command[1]):
        raise TerminalError(
            f"`command`: which run is to be retried? Not {ascii(list(request.command))[:200]}, but "
            '["retry", "20261120T164122Z-8f14e45f"]: the `run_id` of the run that failed, which its answer names.'
        )


def _command(request: Request) -> tuple[click.Command, list[str]]:
    """dbt's command and the words that follow it."""
    asked = request.words
    for names in COMMANDS:
        if tuple(asked[: len(names)]) == names:
            command: Any = cli
            for name in names:
                command = command.commands[name]
            # The run to retry is a word of the runner's, which dbt does not know.
            return command, list(request.cli_args) if names == ("retry",) else asked[len(names) :]
    shown = " ".join(request.command)[:80]
    known = ", ".join([*(" ".join(names) for names in COMMANDS), raw.COMMAND, smoke.COMMAND, upkeep.COMMAND])
    raise TerminalError(f"`command`: the runner does not run `dbt {shown}`. It runs: {known}.")


def _spelling(parameter: click.Parameter) -> str:
    return "/".join(parameter.opts)
