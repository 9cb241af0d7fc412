"""Every program declares what it imports, and does not rely on what its dependencies happen to bring."""

import ast

import pytest

from tests.environments.programs import OF_THE_RUNTIME, PROGRAMS, Program, distribution

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.folder)


def imported(program: Program) -> dict[str, str]:
    """The distributions that the source imports anything of, each with a place that does."""
    found = {}
    for file in program.files():
        for node in ast.walk(ast.parse((program.sources / file).read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if name.split(".")[0] not in program.packages() and (needed := distribution(name)):
                    found.setdefault(needed, f"{program.folder}/{file}:{node.lineno}")
    return found


@each_program
def test_what_is_imported_is_declared(program):
    needed = imported(program)
    assert needed, "no import was found: does the source lie elsewhere?"
    lacking = {name: place for name, place in needed.items() if name not in program.declared() | OF_THE_RUNTIME}
    assert lacking == {}, f"{program.folder}/pyproject.toml does not declare them"
