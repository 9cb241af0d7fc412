"""Schemas that are kept are dbt's own, and of the packages that are installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.contracts.project import Project
from dbt_common.dataclass_schema import dbtClassMixin
from lakeloop.child import schemas

DBTS = {cls: cls.json_schema() for cls in (Project, DuckDBCredentials)}


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """The classes whose schemas dbt itself has built since."""
    found: list[type] = []

    def build(cls: type) -> dict[str, object]:
        found.append(cls)
        return DBTS[cls]

    monkeypatch.setattr(schemas, "_BUILD", build)
    return found


def asked(folder: Path) -> dict[type, dict[str, object]]:
    with schemas.kept(folder):
        return {cls: cls.json_schema() for cls in DBTS}


def test_what_was_built_is_not_built_again_and_is_the_same(tmp_path: Path, built: list[type]) -> None:
    before = vars(dbtClassMixin)["json_schema"]
    assert asked(tmp_path) == DBTS
    assert asked(tmp_path) == DBTS
    assert built == list(DBTS)
    assert vars(dbtClassMixin)["json_schema"] is before


def test_other_packages_have_schemas_of_their_own(
    tmp_path: Path, built: list[type], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(tmp_path)
    monkeypatch.setattr(schemas.sys, "version", "4.0")
    asked(tmp_path)
    assert built == [*DBTS, *DBTS]


@pytest.mark.parametrize("content", ["", "[]", "{", "\0"])
def test_a_file_that_is_none_is_written_anew(tmp_path: Path, built: list[type], content: str) -> None:
    asked(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text(content, "utf-8")
    assert asked(tmp_path) == asked(tmp_path) == DBTS
    assert built == [*DBTS, *DBTS]


def test_where_nothing_can_be_kept_dbt_works(tmp_path: Path, built: list[type]) -> None:
    (tmp_path / "file").touch()
    assert asked(tmp_path / "file") == DBTS
