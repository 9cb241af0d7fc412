"""Write docs/RECIPES.md: the recipes as the justfile has them, group by group, each followed by this folder's ``GROUP.md``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "RECIPES.md"
COMMAND = "python3 docs/recipes/make.py"
HEAD = f"""# Recipes

<!-- Written from the justfile and docs/recipes/*.md: {COMMAND} -->

Every command is a recipe of the [justfile](../justfile); a bare `just` lists them. Settings are words such as `env=dev`.
"""


def page() -> str:
    """The text of docs/RECIPES.md."""
    recipes: dict[str, dict[str, Any]] = json.loads(_just("--dump", "--dump-format", "json"))["recipes"]
    in_order = [recipes[name] for name in _just("--summary", "--unsorted").split()]
    parts = [HEAD]
    for group in dict.fromkeys(_group(recipe) for recipe in in_order):
        title, _, notes = _notes(group).partition("\n")
        rows = [
            f"| `just {recipe['name']}` | {_cell(recipe['doc'])} |" for recipe in in_order if _group(recipe) == group
        ]
        parts.append(
            "\n".join([f"## {title.removeprefix('# ')}", "", "| recipe | what it does |", "|---|---|", *rows, ""])
        )
        if notes.strip():
            parts.append(notes.strip() + "\n")
    return "\n".join(parts)


def _group(recipe: dict[str, Any]) -> str:
    groups = [
        attribute["group"] for attribute in recipe["attributes"] if isinstance(attribute, dict) and "group" in attribute
    ]
    return str(groups[0]) if groups else "others"


def _notes(group: str) -> str:
    """The hand-written text of a group: a title, then what the justfile's one line a recipe does not say."""
    file = HERE / f"{group}.md"
    return file.read_text("utf-8") if file.exists() else f"# {group.capitalize()}"


def _cell(doc: str | None) -> str:
    # GitHub splits a table's cells at every bar, in code too.
    return (doc or "").replace("|", r"\|")


def _just(*arguments: str) -> str:
    return subprocess.run(["just", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
