"""The imports of the package, as they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import local_athena

ROOT = Path(local_athena.__file__).parent


def _modules(root: Path) -> dict[str, Path]:
    files = {".".join(path.relative_to(root.parent).with_suffix("").parts): path for path in root.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in files.items()}


def _imported(node: ast.AST) -> Iterator[str]:
    """The dotted names that an import may mean: ``from a import b`` is ``a.b``, or ``a`` where that is no module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level and node.module, "a relative import"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _loaded(importer: str, name: str, modules: dict[str, Path]) -> Iterator[str]:
    """The modules that importing *name* loads: itself, and the packages around it that *importer* is not inside of."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        found = ".".join(parts[:length])
        if found in modules and not f"{importer}.".startswith(f"{found}."):
            yield found


def _graph(root: Path) -> dict[str, set[str]]:
    """Imports of each module: at its top, in functions and for types alike."""
    modules = _modules(root)
    return {
        importer: {
            found
            for node in ast.walk(ast.parse(path.read_text()))
            for name in _imported(node)
            for found in _loaded(importer, name, modules)
        }
        for importer, path in modules.items()
    }


def _circle(root: Path) -> list[str] | None:
    try:
        TopologicalSorter(_graph(root)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def test_no_module_imports_one_that_imports_it() -> None:
    assert _circle(ROOT) is None


def test_a_circle_is_found_wherever_its_imports_stand(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner" / "__init__.py").write_text("from package import above\n")
    (package / "inner" / "leaf.py").write_text("")
    (package / "above.py").write_text("def f():\n    from package.inner import leaf\n")
    circle = _circle(package)
    assert circle is not None and set(circle) == {"package.above", "package.inner"}


def test_no_function_of_the_dialect_imports_anything() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {name}"
        for path in (ROOT / "dialect").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        for name in _imported(node)
    ]
    assert not inside
