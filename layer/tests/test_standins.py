"""Stand-ins for stub packages: what dbt-athena asks of a name at run time is there, and it asks nothing else."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lakeloop_layer import standins


def asked_of_names(source: str) -> set[str]:
    """Attributes of names that *source* imports from a stub package."""
    tree = ast.parse(source)
    names = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in standins.PACKAGES
        for name in node.names
    }
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {
        f"{node.value.id}.{node.attr}"
        for node in attributes
        if isinstance(node.value, ast.Name) and node.value.id in names
    }


def test_dbt_athena_asks_one_thing_of_one_name():
    (place,) = find_spec("dbt.adapters.athena").submodule_search_locations
    asked = [asked_of_names(file.read_text("utf-8")) for file in Path(place).rglob("*.py")]
    assert set.union(*asked) == {"TableInputTypeDef.__annotations__"}


def test_its_answer_is_the_stub_s_own(tmp_path):
    from mypy_boto3_glue.type_defs import TableInputTypeDef

    assert set(standins.TABLE_INPUT) == set(TableInputTypeDef.__annotations__)
    standins.write(tmp_path)
    said = (
        "from mypy_boto3_glue.type_defs import TableInputTypeDef, TableTypeDef;"
        "print(*TableInputTypeDef.__annotations__, TableTypeDef.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {said}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [*standins.TABLE_INPUT, "dict"]
