"""Write docs/RECIPES.md: the recipes as the justfile has them, group by group, each followed by this folder's ``GROUP.md``.

The page is the product's and stays the same when `just new` takes the sample out, so the sample's own recipes stand in
``sample.md`` and nowhere else.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
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
    in_order = recipes()
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
    parts.append(_notes("sample").replace("# ", "## ", 1))
    return "\n".join(parts)


def recipes() -> list[dict[str, Any]]:
    """The product's recipes for people, as ``just --dump`` describes them, in the order of the justfile."""
    with tempfile.TemporaryDirectory() as folder:
        # Away from sample/, which the justfile imports where it is there.
        alone = shutil.copy(ROOT / "justfile", folder)
        found: dict[str, dict[str, Any]] = json.loads(_just(alone, "--dump", "--dump-format", "json"))["recipes"]
        return [found[name] for name in _just(alone, "--summary", "--unsorted").split()]


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


def _just(justfile: str, *arguments: str) -> str:
    command = ["just", "--justfile", justfile, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
