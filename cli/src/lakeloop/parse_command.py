"""``just parse env=dev``: the Athena side compiles, and what Lakeloop reads of it is in order, as the function's build asks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lakeloop_project.environments import environment
from lakeloop_project.exports import exports

from lakeloop.dbt_command import run_dbt
from lakeloop.workspace import Workspace


def parse(here: Workspace, words: Sequence[str]) -> int:
    """Parse the project for an environment; dbt's exit code.

    Raises:
        UserError: dbt parses it, and an exposure's ``meta.export`` means nothing.
    """
    (word,) = words
    name = environment(here.root, word)
    target = here.settings.dbt.target(name)
    options = ["--no-partial-parse", "--write-json", "--target", target]
    code = run_dbt(here, ["parse", *options], {"ENVIRONMENT": name})
    if not code:
        exports(json.loads((here.target_of(target) / "manifest.json").read_text("utf-8")))
    return code
