"""Run the statements of a JSON list on a DuckDB file, one after the other: what a build would cost without dbt."""

import json
import sys
from pathlib import Path

import duckdb

statements, database = sys.argv[1:]
with duckdb.connect(database) as connection:
    for statement in json.loads(Path(statements).read_text("utf-8")):
        connection.execute(statement)
