"""Suites: files ``expectations/SOURCE.TABLE.yml``, written by hand or made as a start.

```yaml
table: shop.orders
on_failure: stop          # warn: it is told, and nothing stops
expectations:
  - {type: expect_column_values_to_not_be_null, column: order_id}
```

Each expectation is one of Great Expectations' by its type, with its arguments:
https://greatexpectations.io/expectations/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeloop.arguments import meant
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

FOLDERS = ("expectations", "sample/expectations")
WORDS = ("new", "tests")
"""Words of `just expectations` that are no tables."""
"""A team's, and the sample's, which goes with the sample."""
ON_FAILURE = ("stop", "warn")


@dataclass(frozen=True)
class Suite:
    """A suite of the source ``table`` (``shop.orders``); ``file`` is its path from the checkout.

    ``expectations`` are Great Expectations' types with their arguments.
    """

    table: str
    stops: bool
    expectations: tuple[tuple[str, Mapping[str, Any]], ...]
    file: str


def read(workspace: Workspace, names: Iterable[str] = ()) -> list[Suite]:
    """The suites of the checkout by table; those of *names* alone, if there are any.

    Raises:
        UserError: a file is no good, or there is no suite of one of *names*.
    """
    files = [file for folder in FOLDERS for file in sorted((workspace.root / folder).glob("*.yml"))]
    found: dict[str, Suite] = {}
    for file in files:
        suite = _read(file, file.relative_to(workspace.root).as_posix())
        if (other := found.get(suite.table)) is not None:
            raise UserError(f"{suite.file} and {other.file} are both of {suite.table}: one table has one suite.")
        found[suite.table] = suite
    if unknown := [name for name in names if name not in found]:
        near = meant(unknown[0], [*found, *WORDS])
        known = ", ".join(sorted(found)) or "none yet; `just expectations new` makes some"
        raise UserError(f"There is no suite of {', '.join(unknown)} in {FOLDERS[0]}/.{near} Suites: {known}.")
    wanted = set(names) or found.keys()
    return [found[table] for table in sorted(wanted)]


def written(table: str, expectations: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """The text of a file with these expectations, an expectation a line."""
    lines = [
        f"# A start, made of what the project declares of {table}. Yours from now on: edit it.",
        f"table: {table}",
        "on_failure: stop # warn: it is told, and nothing stops",
        "expectations:",
    ]
    for kind, arguments in expectations:
        flow = yaml.safe_dump({"type": kind, **arguments}, default_flow_style=True, sort_keys=False, width=10_000)
        lines.append(f"  - {flow.strip()}")
    return "\n".join(lines) + "\n"


def _read(file: Path, name: str) -> Suite:
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UserError(f"{name} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict) or not {"table", "expectations"} <= content.keys():
        raise UserError(f"{name} must have `table` and `expectations`, and may have `on_failure`.")
    if unknown := sorted(map(str, content.keys() - {"table", "on_failure", "expectations"})):
        raise UserError(f"{name} has {', '.join(unknown)}, which means nothing here: table, on_failure, expectations.")
    on_failure = content.get("on_failure", "stop")
    if on_failure not in ON_FAILURE:
        raise UserError(f"{name}: on_failure is {on_failure!r}, and must be one of {', '.join(ON_FAILURE)}.")
    if not isinstance(content["expectations"], list) or not content["expectations"]:
        raise UserError(
            f"{name}: expectations must be a list, a line each: - {{type: expect_column_to_exist, column: id}}"
        )
    return Suite(str(content["table"]), on_failure == "stop", tuple(_each(content["expectations"], name)), name)


def _each(listed: list[Any], name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for number, one in enumerate(listed, 1):
        if not isinstance(one, dict) or not isinstance(one.get("type"), str):
            raise UserError(f"{name}: expectation {number} has no type such as expect_column_values_to_not_be_null.")
        yield one["type"], {str(argument): value for argument, value in one.items() if argument != "type"}
