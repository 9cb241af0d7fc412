"""Statement text to dataclasses."""

from local_athena.sql.parse import parse_statement

__all__ = ["parse_statement"]
