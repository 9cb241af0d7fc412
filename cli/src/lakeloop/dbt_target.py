"""The target of a dbt command: DuckDB's, or one on Athena, which needs an environment that somebody has set.

The variables that `just dbt env=dev` and CI set name its database and buckets. Without them, dbt would take whatever credentials
a shell has to names that nobody meant, so it does not begin; the profile says the same to a dbt that is started otherwise
(``lakeloop_project.profiles``). dbt's own parser takes a second to load: words are read here, and what is not clearly the target
on DuckDB counts as one on Athena.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lakeloop_project import profiles

from lakeloop.errors import UserError

# They read and write files: https://docs.getdbt.com/reference/dbt-commands
_OFFLINE = {"clean", "deps", "init", "list", "ls", "parse"}
_ONLY_SAID = {"--help", "-h", "--version", "-V", "-v"}
# Options of one letter that stand alone, so that others may follow in the same word: `-xtdev`.
_FLAGS = "dfhqvVx"
_PROFILES = "--profiles-dir"


def named(words: Sequence[str]) -> str | None:
    """The target that *words* name last, as dbt understands them; None if they name none."""
    found = None
    for position, word in enumerate(words):
        after = words[position + 1] if position + 1 < len(words) else ""
        if word == "--target":
            found = after
        elif word.startswith("--target="):
            found = word.partition("=")[2]
        elif word.startswith("-") and not word.startswith("--"):
            rest = word[1:].lstrip(_FLAGS)
            if rest.startswith("t"):
                found = rest[1:].removeprefix("=") or after
    return found


def names_a_profile(words: Sequence[str]) -> bool:
    """Whether *words* name a folder with another profile than the checkout's."""
    return any(word.partition("=")[0] == _PROFILES for word in words)


def on_athena(words: Sequence[str], variables: Mapping[str, str]) -> bool:
    """Whether dbt with *words* and *variables* would connect to something else than DuckDB in a file."""
    command = next((word for word in words if not word.startswith("-")), "")
    if not command or command in _OFFLINE or _ONLY_SAID.intersection(words):
        return False
    target = named(words)
    return names_a_profile(words) or (variables.get("DBT_TARGET") or None if target is None else target) not in (
        None,
        profiles.LOCAL,
    )


def require_environment(words: Sequence[str], variables: Mapping[str, str]) -> None:
    """Refuse a command on Athena whose *variables* name no environment's resources.

    Raises:
        UserError: some of them are missing, or *words* name a profile of their own.
    """
    if not on_athena(words, variables):
        return
    if names_a_profile(words):
        raise UserError(
            f"{_PROFILES} would lead dbt where no file of this checkout says. Leave it out: the profile is made of lakeloop.toml "
            "and terraform/envs, with what a profiles.yml of yours in dbt/ adds."
        )
    missing = [name for name in profiles.NAMES if not variables.get(name)]
    if missing:
        target = named(words) or variables.get("DBT_TARGET", "")
        raise UserError(
            f"The target {target} has no environment here, so dbt was not started: {', '.join(missing)} not set, and the shell's "
            "credentials would have decided where it goes. `just dbt env=dev ...` sets all of it for the local AWS, and with "
            f"on=aws for AWS. {', '.join(sorted(_OFFLINE))} need no environment; `just dbt-local` builds on DuckDB."
        )
