"""The jobs are right for Glue 5.0: its Python, its modules, its Spark's API."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "jobs").glob("*.py"))
THERE = {"awsglue", "pyspark", "boto3", "retail_orders"} | set(sys.stdlib_module_names)
"""Modules of Glue 5.0 that jobs may take: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-libraries.html"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_job_is_python_3_11_and_imports_what_glue_has(file: Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=(3, 11))
    assert {module.partition(".")[0] for module, _ in imported(tree)} <= THERE


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_name_of_sparks_is_in_spark_3_5(file: Path) -> None:
    assert pyspark.__version__.startswith("3.5.")
    tree = ast.parse(file.read_text())
    modules = {}
    for module, names in imported(tree):
        if module.startswith("pyspark"):
            for name, alias in names:
                modules[alias] = getattr(importlib.import_module(module), name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            assert hasattr(modules[node.value.id], node.attr), f"{file.name}:{node.lineno} {node.value.id}.{node.attr}"


def imported(tree: ast.AST) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Modules, and the names that are taken from them with those that they get."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module), [(one.name, one.asname or one.name) for one in node.names]
        elif isinstance(node, ast.Import):
            yield from ((one.name, []) for one in node.names)
