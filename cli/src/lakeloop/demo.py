"""``just demo`` after its apply: load and build what the project has; of one that has nothing yet, say so."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.load.command import load
from lakeloop.aws.runs.command import invoke
from lakeloop.aws.terraform import catalog
from lakeloop.contents import NOTHING_BUILT, Contents
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def demo(workspace: Workspace, words: Sequence[str]) -> int:
    """Load and build in *env*.

    Returns:
        0 if all that ran succeeded, and for a project that has nothing to build yet.
    """
    arguments, rest = take(words, {"env"})
    if rest:
        raise UserError(f"`just demo` takes no words, not {' '.join(rest)}.")
    name = environment(workspace.root, arguments.get("env", "dev"))
    contents = Contents.parsed(workspace, catalog.parsed_for(workspace, name))
    if lacking := contents.lacking or ("" if contents.builds else NOTHING_BUILT):
        print(f"Nothing to build: {lacking}. docs/YOUR-PROJECT.md shows the way.")
        return 0
    return load(workspace, [f"env={name}"]) or invoke(workspace, [f"env={name}"])
