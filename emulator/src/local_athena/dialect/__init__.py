from local_athena.dialect import errors, types
from local_athena.dialect.connection import connect
from local_athena.dialect.parser import parse
__all__ = ["connect", "errors", "parse", "types"]
