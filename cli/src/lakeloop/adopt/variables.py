"""The environment variables of a dbt project: every ``env_var`` in it, and values for those that have no default.

https://docs.getdbt.com/reference/dbt-jinja-functions/env_var
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lakeloop_project.dbt_settings import is_ours, looks_secret

from lakeloop.errors import UserError

# Files in which dbt renders Jinja.
_RENDERED = {".sql", ".yml", ".yaml", ".md"}
_CALL = re.compile(r"""\benv_var\(\s*(['"])(?P<name>[A-Za-z_][A-Za-z0-9_]*)\1\s*(?:,\s*(?P<default>[^)]*?)\s*)?\)""")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_YAML_COMMENT = re.compile(r"(?m)(^|\s)#.*$")


@dataclass(frozen=True)
class Variable:
    """An environment variable, where it is first read; ``default`` is its text in Jinja, None where there is none."""

    name: str
    default: str | None
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def find(files: Iterable[Path], folder: Path) -> list[Variable]:
    """The variables in *files*, by name; those that are read without a default anywhere count as without one."""
    found: dict[str, Variable] = {}
    for file in files:
        if file.suffix.lower() in _RENDERED:
            for variable in in_text(file.read_text("utf-8", errors="replace"), _shown(file, folder)):
                known = found.get(variable.name)
                if known is None or (known.default is not None and variable.default is None):
                    found[variable.name] = variable
    return [found[name] for name in sorted(found)]


def in_text(text: str, file: str) -> list[Variable]:
    """The variables in *text*, in the order in which they stand there, comments passed over."""
    text = _COMMENT.sub(_blank, text)
    if file.lower().endswith((".yml", ".yaml")):
        text = _YAML_COMMENT.sub(_blank, text)
    return [
        Variable(call["name"], call["default"], file, text.count("\n", 0, call.start()) + 1)
        for call in _CALL.finditer(text)
    ]


def of_file(file: Path) -> dict[str, str]:
    """``NAME=value`` lines, as of ``.env`` files. Raises ``UserError`` for a line that is none."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--env-file: {file} cannot be read ({error}).") from error
    found = {}
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UserError(f"{file}:{number} is no NAME=value.")
        value = value.strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[name.strip()] = value[1:-1] if quoted else value
    return found


def choose(variables: Iterable[Variable], given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Values for ``[dbt.env]``: *given* ones, those that are *known* from before, and answers at the terminal.

    Raises:
        UserError: a variable without default has no value, or it is a secret's, which is not saved.
    """
    variables = list(variables)
    values = {**known, **given}
    if secret := [name for name in given if looks_secret(name)]:
        raise UserError(_about_secret(secret, variables))
    if taken := [name for name in given if is_ours(name)]:
        raise UserError(f"{', '.join(taken)}: set by recipes, Terraform or Lambda. Leave env.{taken[0]} out.")
    open_ones = [one for one in variables if one.default is None and one.name not in values and not is_ours(one.name)]
    if secret := [one.name for one in open_ones if looks_secret(one.name)]:
        raise UserError(_about_secret(secret, variables))
    if open_ones and not sys.stdin.isatty():
        lines = "\n".join(f"  {one.name} ({one.where})" for one in open_ones)
        words = " ".join(f"env.{one.name}=..." for one in open_ones)
        raise UserError(
            f"The project reads environment variables that have no default and no value:\n{lines}\n"
            f"Add {words}, or --env-file FILE with NAME=value lines. They are saved in lakeloop.toml."
        )
    for one in open_ones:
        suggested = os.environ.get(one.name, "")
        answer = input(f"{one.name} ({one.where}){f' [{suggested}]' if suggested else ''}: ").strip()
        values[one.name] = answer or suggested
    return values


def _about_secret(names: list[str], variables: list[Variable]) -> str:
    where = {one.name: one.where for one in variables}
    shown = ", ".join(f"{name} ({where[name]})" if name in where else name for name in names)
    return (
        f"{shown}: by its name a secret, which is not saved: lakeloop.toml is in git, and a function's variables can be read by "
        "who may describe it. A model needs none on Athena; give env_var a default there (env_var('NAME', '')), and keep the "
        "secret in the shell of `just deps` if a package needs it."
    )


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _shown(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)
