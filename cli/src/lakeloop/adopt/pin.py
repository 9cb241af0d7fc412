"""The version of dbt that a project asks for, against the one that is here."""

from __future__ import annotations

from lakeloop_project import DbtProject

VARIABLE = "DBT_VERSION_CHECK"


def differs(project: DbtProject, ours: str) -> str | None:
    """One line where ``require-dbt-version`` leaves *ours* out; None where it does not.

    What dbt cannot read as versions is for dbt to refuse.
    """
    asked = project.document.get("require-dbt-version")
    if not asked:
        return None
    specs = asked if isinstance(asked, list) else str(asked).split(",")
    try:
        from dbt_common.exceptions import SemverError
        from dbt_common.semver import VersionSpecifier, versions_compatible

        fits = versions_compatible(
            VersionSpecifier.from_version_string(ours),
            *(VersionSpecifier.from_version_string(str(spec).strip()) for spec in specs),
        )
    except SemverError:
        return None
    if fits:
        return None
    return (
        f"The project asks for dbt {', '.join(str(spec).strip() for spec in specs)}; here is {ours}, from lakeloop's lock. "
        f"{VARIABLE}=false in lakeloop.toml lets it run; its deprecations are counted below."
    )
