"""Models that do not run on this machine's engines are left out, as ``[skip]`` of ``lakeloop.toml`` names them.

https://docs.getdbt.com/reference/node-selection/syntax
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_SELECTING = ("build", "clone", "compile", "docs", "run", "seed", "snapshot", "test")
_CHOOSING = ("-s", "--select", "-m", "--model", "--models", "--exclude", "--selector")


def leave_out(workspace: Workspace, words: Sequence[str], skipped: Sequence[str]) -> list[str]:
    """dbt's *words* (options alone are those of ``build``), by which it selects what is not in *skipped*.

    Commands that select nothing stay as they are.
    """
    chosen = list(words) if words and not words[0].startswith("-") else ["build", *words]
    if not skipped or chosen[0] not in _SELECTING:
        return chosen
    for position, word in enumerate(chosen):
        # dbt looks at no --exclude beside a --selector, but takes a selector as a method of --select.
        if word == "--selector" and position + 1 < len(chosen):
            chosen[position : position + 2] = ["--select", f"selector:{chosen[position + 1]}"]
        elif word.startswith("--selector="):
            chosen[position : position + 1] = ["--select", f"selector:{word.partition('=')[2]}"]
    given = any(word.partition("=")[0] in _CHOOSING for word in chosen)
    default = None if given else _default_selector(workspace)
    return [*chosen, *(("--select", f"selector:{default}") if default else ()), "--exclude", *skipped]


def _default_selector(workspace: Workspace) -> str | None:
    """The selector that counts where nothing is selected: https://docs.getdbt.com/reference/node-selection/yaml-selectors"""
    file = workspace.dbt_project / "selectors.yml"
    if not file.exists():
        return None
    try:
        selectors = (yaml.safe_load(file.read_text("utf-8")) or {}).get("selectors") or []
        return next((str(one["name"]) for one in selectors if str(one.get("default")).lower() == "true"), None)
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, KeyError) as error:
        raise UserError(f"{file} is no file of dbt selectors: {error}") from error
