"""`just up` installs what the project depends on, without what only its tests need."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SOURCES = PROJECT / "src"


def imported() -> set[str]:
    """The top-level names of other people's packages that the sources import."""
    names: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module).split(".")[0])
    return names - sys.stdlib_module_names - {folder.name for folder in SOURCES.iterdir()}


def test_the_sources_import_nothing_that_only_the_tests_install() -> None:
    exported = subprocess.run(
        [
            "uv",
            "export",
            "--project",
            str(PROJECT),
            "--frozen",
            "--no-dev",
            "--no-hashes",
            "--no-emit-project",
            "--quiet",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installed = {_normal(line.split("==")[0]) for line in exported.splitlines() if re.match(r"\w", line)}
    distributions = packages_distributions()
    lacking = {name for name in imported() if not installed & {_normal(found) for found in distributions.get(name, ())}}
    # A function's own Python has awslambdaric: see local_lambda/requirements.txt.
    assert lacking - {"awslambdaric"} == set()


def _normal(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
