"""The page, put together."""

from __future__ import annotations

import re

from tests.dialect.all_shapes import SHAPES
from tests.docs import clients, differences, functions, statements, tables
from tests.docs.markdown import paragraph
from tests.docs.sources import REPO, expressions, refused_expressions
from tests.engine import test_errors

PATH = REPO / "docs" / "ATHENA.md"
COMMAND = "cd local-athena && uv run --locked python -m tests.docs"

INTRO = (
    "Local Athena answers Athena's API on a laptop: DuckDB executes, sqlglot's parser reads Trino's SQL and Hive's DDL, PyIceberg "
    "commits, Glue is the only catalog and S3 the only storage, both of whatever emulator runs beside it. It gives Trino's "
    "answers with Trino's types, or it fails with Athena's error codes; what it does not do it refuses by name, never with "
    "success, and the differences that are known stand below. It is made for developing and testing what will run on AWS, and for nothing that needs permissions, more than "
    "one machine, or Spark."
)


def text() -> str:
    """The whole page, as it should stand in ``PATH``."""
    numbers = (
        f"Behind it stand {statements.count()} with their effect, {len(test_errors.CASES)} that fail in Athena's words, "
        f"{len(expressions()):,} expressions with value and type, {len(refused_expressions())} with the error that Trino gives, "
        f"{len(SHAPES)} queries with their rows, and the 121 queries of TPC-H and TPC-DS."
    )
    sections = [
        statements.section(),
        functions.section(),
        functions.types_section(),
        tables.section(),
        clients.api_section(),
        clients.section(),
        differences.section(),
        differences.limits(),
    ]
    titles = re.findall(r"^## (.+)$", "\n".join(sections), re.MULTILINE)
    contents = " · ".join(f"[{title}](#{title.lower().replace(' ', '-')})" for title in titles)
    parts = [
        "# Local Athena: what runs, what is refused, what differs",
        f"<!-- Written by local-athena/tests/docs from the tests and the source: {COMMAND} -->",
        paragraph(INTRO),
        paragraph(numbers),
        paragraph(contents),
        *sections,
    ]
    return "\n\n".join(parts) + "\n"
