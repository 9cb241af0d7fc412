"""Whether a version of the function works where it is: one cheap invocation that changes nothing."""

from __future__ import annotations

from dataclasses import replace

from lakeloop.aws.place import Place
from lakeloop.aws.runs import runner
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

# lambda/dbt_runner/smoke.py says what it does.
COMMAND = ("smoke",)


def smoke(place: Place, lake: Outputs, version: str) -> None:
    """Invoke *version* by its number. Raises ``UserError`` with what went wrong."""
    answer = runner.invoke(place, replace(lake, function_alias=version), COMMAND)
    if answer["status"] != "success":
        raise UserError(f"the smoke test ended as {answer['status']}: {runner.failures(answer)}")
