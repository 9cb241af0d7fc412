"""Sources of the page: the case tables of the tests, and source text for data that is in no table."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

from sqlglot import exp
from tests.dialect import cases
from tests.dialect.all_shapes import SHAPES
from tests.dialect.cases.case import Case, Refused

from local_athena import dialect

REPO = Path(__file__).resolve().parents[3]


def case_modules() -> list[ModuleType]:
    """The tables of expressions, one module a family."""
    names = sorted(m.name for m in pkgutil.iter_modules(cases.__path__) if m.name != "case")
    return [importlib.import_module(f"{cases.__name__}.{name}") for name in names]


@cache
def expressions() -> tuple[Case, ...]:
    return tuple(case for module in case_modules() for case in module.CASES)


@cache
def refused_expressions() -> tuple[Refused, ...]:
    return tuple(case for module in case_modules() for case in getattr(module, "REFUSED", ()))


@cache
def expression_trees() -> tuple[exp.Expression, ...]:
    return tuple(dialect.parse(f"SELECT {case.sql}") for case in expressions())


@cache
def query_trees() -> tuple[exp.Expression, ...]:
    return tuple(dialect.parse(shape.sql) for shape in SHAPES)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def tests(path: str) -> list[str]:
    """Names of the test functions and methods in a file, given from the repository's root."""
    return [
        node.name
        for node in ast.walk(tree(REPO / path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]


def proof(path: str, test: str) -> str:
    """A link to the file of *test*, which must be there: a claim whose test is gone must not stand."""
    if test not in tests(path):
        raise LookupError(
            f"docs/ATHENA.md refers to {test} of {path}, which is not there; mend local-athena/tests/docs"
        )
    return f"[`{test}`](../{path})"


def assigned(path: str, name: str) -> object:
    """The literal that a module, which need not be importable here, assigns to *name*."""
    for node in tree(REPO / path).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return ast.literal_eval(node.value)
    raise LookupError(f"{path} assigns nothing to {name}")


def version(lock: str, package: str) -> str:
    """The version of *package* in a lock file."""
    locked = tomllib.loads((REPO / lock).read_text(encoding="utf-8"))["package"]
    return str(next(entry["version"] for entry in locked if entry["name"] == package))
