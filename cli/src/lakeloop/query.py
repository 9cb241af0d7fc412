"""``just query "select ..."`` on the last good offline database."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lakeloop import database
from lakeloop.arguments import take
from lakeloop.aws.athena.command import query as query_athena
from lakeloop.errors import UserError
from lakeloop.rows import print_rows, style
from lakeloop.workspace import Workspace

USAGE = 'Usage: just query "select ..." [env=dev] [format=table|tsv|json]'


def query(workspace: Workspace, words: Sequence[str]) -> int:
    """Print a query's rows: a table on a terminal, tab-separated when piped, ``format=json`` for JSON lines.

    With ``env=`` the query goes to that environment's Athena, without it to the last good offline database.

    Raises:
        UserError: no query, no database, or SQL that the engine refuses.
    """
    arguments, rest = take(words, {"env", "on", "format"})
    chosen = style(arguments.get("format"))
    if len(rest) != 1:
        raise UserError(USAGE)
    if "env" in arguments:
        return query_athena(workspace, rest[0], chosen, arguments["env"], arguments.get("on"))
    if "on" in arguments:
        raise UserError(f"on={arguments['on']} needs an environment: env=dev. {USAGE}")
    with database.open_last(workspace) as connection:
        try:
            result = connection.execute(rest[0])
            names = [column[0] for column in result.description or []]
            rows = iter(result.fetchone, None)
            print_rows(chosen, names, rows)
        except duckdb.Error as error:
            raise UserError(f"DuckDB refuses the query: {error}") from error
    return 0
