"""Whether a version of the function works where it is: one cheap invocation that changes nothing."""

from __future__ import annotations

from dataclasses import replace

from lakeloop.aws import runner
from lakeloop.aws.outputs import Outputs
from lakeloop.aws.place import Place
from lakeloop.errors import UserError

# It loads the layer and the project, reads the Glue databases (the adapter's cache), runs a query in the workgroup, reads its
# result from S3 and writes the run's artifacts. It takes no lease: a build that is at work goes on.
COMMAND = ("show",)
OPTIONS = ("--quiet", "--inline", "select 1 as smoke")


def smoke(place: Place, lake: Outputs, version: str) -> None:
    """Invoke *version* by its number. Raises ``UserError`` with what went wrong."""
    answer = runner.invoke(place, replace(lake, function_alias=version), COMMAND, OPTIONS)
    if answer["status"] != "success":
        raise UserError(f"`dbt {' '.join(COMMAND)}` ended as {answer['status']}: {runner.failures(answer)}")
