"""The raw tables in Glue, which the function makes over the raw bucket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lakeloop_project.sources import shape

from lakeloop.aws.place import Place
from lakeloop.aws.runs import runner
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError
from lakeloop.raw import RawTable

COMMAND = "create-raw-tables"
_ORDER = ("created", "changed", "as they were")


def create(place: Place, lake: Outputs, tables: Sequence[RawTable]) -> None:
    """Have the raw *tables* made, and say what was done.

    Raises:
        UserError: one could not be made, or the deployed function does not know it yet.
    """
    inferred = {one.table.full_name: shape(one.table) for one in tables if one.table is not one.declared}
    answer = runner.invoke(place, lake, [COMMAND], more={"raw_tables": inferred} if inferred else {})
    if answer["status"] != "success":
        raise UserError(f"Not all raw tables could be made.\n{runner.failures(answer)}")
    made = answer["raw_tables"]
    counts = Counter(str(table["did"]) for table in made)
    told = ", ".join(f"{counts[did]} {did}" for did in _ORDER if counts[did])
    print(f"The raw tables are made: {told or 'none'} ({answer.get('seconds', 0):.1f} s).")
    unknown = sorted({one.table.full_name for one in tables} - {table["source"] for table in made})
    if unknown:
        raise UserError(
            f"The deployed function does not know {', '.join(unknown)} yet: it was built before the project had "
            f"{'it' if len(unknown) == 1 else 'them'}. The files are loaded; `just tf-apply env={place.environment}` (in the "
            f"emulator) or `just deploy env={place.environment}` brings the project there, then load again."
        )
