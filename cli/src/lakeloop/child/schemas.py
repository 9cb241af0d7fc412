"""Keeps the JSON schemas of dbt's classes from one command to the next: to build them takes a fifth of a small project's parse.

They follow from the installed packages alone, and lie in the environment with them. dbt asks for them by
``dbtClassMixin.json_schema``: https://github.com/dbt-labs/dbt-common/blob/main/dbt_common/dataclass_schema.py
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dbt_common import dataclass_schema
from dbt_common.dataclass_schema import dbtClassMixin

from lakeloop import files
from lakeloop.errors import UserError

type Schemas = dict[str, dict[str, Any]]
"""By the classes' full names."""

_BUILD: Any = vars(dbtClassMixin)["json_schema"].__func__
"""dbt's own, which keeps them as long as the process."""


@contextmanager
def kept(folder: Path = Path(sys.prefix)) -> Iterator[None]:
    """Have dbt validate by schemas that were built before; those that are new are kept in *folder* when the block ends."""
    file = folder / f".dbt-schemas-{installed()}.json"
    known, new = read(file), set[str]()

    def json_schema(cls: Any) -> dict[str, Any]:
        name = f"{cls.__module__}.{cls.__qualname__}"
        if name not in known:
            known[name] = _BUILD(cls)
            new.add(name)
        return known[name]

    try:
        with patch.object(dbtClassMixin, "json_schema", classmethod(json_schema)):
            yield
    finally:
        # A class of a function has no name by which it is known again.
        lasting = {name: schema for name, schema in known.items() if "<locals>" not in name}
        if new & lasting.keys():
            with suppress(
                UserError, TypeError, ValueError
            ):  # no room, not allowed; no JSON: it is built again next time
                write(file, lasting)


def read(file: Path) -> Schemas:
    """The schemas in *file*; none if there is no such file, or it is no such thing."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


def write(file: Path, schemas: Schemas) -> None:
    """Keep those of *schemas* that JSON gives back as they are.

    Raises:
        UserError: *file* cannot be written.
        TypeError, ValueError: JSON has no word for something in one of them.
    """
    files.write(file, json.dumps({name: one for name, one in schemas.items() if json.loads(json.dumps(one)) == one}))


def installed() -> str:
    """A mark of Python's version and those of all that is installed beside dbt."""
    packages = Path(dataclass_schema.__file__).parents[1].glob("*.dist-info")
    return hashlib.sha256("\n".join([sys.version, *sorted(one.name for one in packages)]).encode()).hexdigest()[:16]
