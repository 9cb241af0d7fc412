"""``just environments``: their names, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lakeloop_project.environments import environments as known

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def environments(here: Workspace, words: Sequence[str]) -> int:
    """Print the environments as one JSON list."""
    if words:
        raise UserError(f"`just environments` takes no words, not {' '.join(words)}.")
    print(json.dumps(known(here.root)))
    return 0
