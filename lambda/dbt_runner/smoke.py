"""``{"command": ["smoke"]}``: whether this version of the function works where it is, by a query that reads no table.

It loads the layer and the project, reads the Glue databases (the adapter's cache), runs a query in the workgroup, reads its
result from S3 and writes the run's artifacts. It takes no lease: a build that is at work goes on.
"""

from __future__ import annotations

from dbt_runner.errors import TerminalError
from dbt_runner.event import Request

COMMAND = "smoke"
FOR_DBT = Request(("show",), ("--quiet", "--inline", "select 1 as smoke"))
"""The same for dbt: the one text to evaluate that is not the project's, and the runner's own."""


def check(request: Request) -> None:
    """Raises ``TerminalError`` unless *request* is the command alone."""
    if len(request.words) > 1:
        raise TerminalError(
            f"`{COMMAND}` takes no words and no options, not {ascii(' '.join(request.words[1:]))[:120]}."
        )
