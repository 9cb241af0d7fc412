"""The words of the command: ``upkeep [plan] [--table NAME]...``."""

from __future__ import annotations

from dataclasses import dataclass

from dbt_runner.errors import TerminalError
from dbt_runner.event import Request
from dbt_runner.upkeep import COMMAND
from dbt_runner.upkeep.metadata import Table

_USAGE = (
    f"`{COMMAND}` or `{COMMAND} plan`, and as its options `--table NAME` or `--table DATABASE.NAME`, as often as wanted"
)


@dataclass(frozen=True)
class Asked:
    """``plan``: only tell what would be done. ``tables``: names of tables; all of the environment if there is none."""

    plan: bool
    tables: tuple[str, ...]

    def chosen(self, found: list[Table]) -> list[Table]:
        """Those of the *found* tables that are asked for.

        Raises:
            TerminalError: a name that no Iceberg table of the environment has.
        """
        names = {name for table in found for name in (table.name, table.full_name)}
        unknown = [name for name in self.tables if name not in names]
        if unknown:
            known = ", ".join(table.full_name for table in found)
            raise TerminalError(
                f"No Iceberg table {', '.join(map(ascii, unknown))} in the environment's databases. There are: {known or 'none'}."
            )
        return [table for table in found if not self.tables or {table.name, table.full_name}.intersection(self.tables)]


def read(request: Request) -> Asked:
    """Raises ``TerminalError`` if the words are others."""
    words, tables = list(request.words[1:]), []
    plan = words[:1] == ["plan"]
    rest = words[1:] if plan else words
    while rest:
        option, *rest = rest
        if option != "--table" or not rest or rest[0].startswith("-"):
            raise TerminalError(
                f"`{COMMAND}` does not know {ascii(' '.join([option, *rest]))[:120]}. It takes: {_USAGE}."
            )
        tables.append(rest.pop(0).lower())
    return Asked(plan, tuple(tables))
