"""Stand-ins for the stub packages whose names dbt-athena imports at run time, only to annotate with them.

https://github.com/dbt-labs/dbt-adapters/tree/main/dbt-athena: ``from mypy_boto3_glue.type_defs import TableTypeDef`` and
others stand outside ``TYPE_CHECKING``. The real packages are 3 MB and take half a second to import.
"""

from __future__ import annotations

from pathlib import Path

PACKAGES = ("mypy_boto3_athena", "mypy_boto3_glue", "mypy_boto3_lakeformation")
_MODULES = ("__init__", "client", "type_defs")
_SOURCE = '''"""Any name is there, as a dict: what a TypedDict is at run time."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return dict
'''


def write(folder: Path) -> None:
    """Write the stand-ins into *folder*."""
    for package in PACKAGES:
        (folder / package).mkdir()
        for module in _MODULES:
            (folder / package / f"{module}.py").write_text(_SOURCE, "utf-8")
