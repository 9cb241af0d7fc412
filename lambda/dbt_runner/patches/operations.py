"""Macros that an event may run: those of the project's own folder.

dbt's and those of packages take text to evaluate or to send (``run_hooks``, ``run_query``, ``statement``), which would be the
caller's. A macro of the project's may call them with what its author means.

``RunOperationTask`` asks ``_get_macro_parts`` for the macro before it runs it.
"""

from __future__ import annotations

from typing import Any

from dbt.task.run_operation import RunOperationTask
from dbt_common.exceptions import DbtRuntimeError

DBT_PARTS: Any = RunOperationTask._get_macro_parts


def install() -> None:
    """Have ``run-operation`` refuse all other macros, from now on."""
    task: Any = RunOperationTask
    task._get_macro_parts = _parts


def _parts(self: Any) -> tuple[str | None, str]:
    """The package that is named, if one is, and the macro."""
    package, name = DBT_PARTS(self)
    project = self.config.project_name
    found = self.manifest.find_macro_by_name(name, project, package)
    if found is not None and found.package_name != project:
        raise DbtRuntimeError(
            f"The macro {name} is of the package {found.package_name}, and an event runs those of the project {project} alone. "
            "Write one in its macros/ that calls it."
        )
    return package, name
