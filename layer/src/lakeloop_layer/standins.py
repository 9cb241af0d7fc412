"""Stand-ins for the stub packages whose names dbt-athena imports at run time, but for one only to annotate with them.

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

# `persist_docs` asks it which members of a table may be sent back to Glue:
# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
TABLE_INPUT = (
    *(
        "Name",
        "Description",
        "Owner",
        "LastAccessTime",
        "LastAnalyzedTime",
        "Retention",
        "StorageDescriptor",
        "PartitionKeys",
    ),
    *(
        "ViewOriginalText",
        "ViewExpandedText",
        "TableType",
        "Parameters",
        "TargetTable",
        "FederatedTable",
        "ViewDefinition",
    ),
)
_TABLE_INPUT = f"""

class TableInputTypeDef(dict):
    __annotations__ = dict.fromkeys({TABLE_INPUT!r})
"""


def write(folder: Path) -> None:
    """Write the stand-ins into *folder*."""
    for package in PACKAGES:
        (folder / package).mkdir()
        for module in _MODULES:
            more = _TABLE_INPUT if (package, module) == ("mypy_boto3_glue", "type_defs") else ""
            (folder / package / f"{module}.py").write_text(_SOURCE + more, "utf-8")
