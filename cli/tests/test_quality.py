"""``just check``: everything is run, everything found is shown, and what cannot be run says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lakeloop import quality
from lakeloop.quality import Tool
from lakeloop.workspace import Workspace

PYTHON = Path(sys.executable).name


def tool(name: str, code: str, **more: object) -> Tool:
    return Tool(name, (PYTHON, "-c", code), **more)  # type: ignore[arg-type]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def run(*tools: Tool) -> tuple[int, str]:
        monkeypatch.setattr(quality, "TOOLS", tools)
        return quality.check(Workspace(tmp_path)), capsys.readouterr().out

    return run


def test_all_findings_come_before_the_exit(check) -> None:  # type: ignore[no-untyped-def]
    code, said = check(
        tool("first", "print('found one'); raise SystemExit(1)"),
        tool("second", "pass"),
        tool("third", "print('found another'); raise SystemExit(3)"),
    )

    assert code == 1
    assert "found one" in said and "found another" in said and "ok      second" in said
    assert "FAILED  first, third" in said


def test_a_tool_whose_program_is_missing_is_skipped_with_the_reason(check, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setitem(quality.HOW_TO_GET, "no-such-program", "https://example.org")

    code, said = check(tool("needy", "raise SystemExit(1)", needs="no-such-program"))

    assert code == 0
    assert "skipped needy: no-such-program is not on the PATH; get it from https://example.org" in said


def test_what_has_to_succeed_first_is_what_is_reported(check) -> None:  # type: ignore[no-untyped-def]
    code, said = check(
        tool("validate", "print('validated')", before=(PYTHON, "-c", "print('no provider'); raise SystemExit(1)"))
    )

    assert code == 1
    assert "no provider" in said and "validated" not in said


def test_every_program_that_may_be_missing_can_be_had_somewhere() -> None:
    assert {tool.needs for tool in quality.TOOLS} - {""} <= set(quality.HOW_TO_GET)
