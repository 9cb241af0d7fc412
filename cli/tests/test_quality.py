"""``just check``: everything is run, everything found is shown, and what cannot be run says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lakeloop import quality
from lakeloop.quality import Tool
from lakeloop.workspace import Workspace

from tests.projects import lay

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


def test_a_project_is_asked_for_its_own_rules_alone(check, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules = tool("rules", "import os; print(os.getcwd()); raise SystemExit(1)", folder="their", where=("their/.rules",))
    assert check(rules)[0] == 0
    (tmp_path / "their").mkdir()
    (tmp_path / "their" / ".rules").touch()
    code, said = check(rules)
    assert code == 1
    assert str(tmp_path / "their") in said


def test_a_tool_of_files_is_given_those_and_is_not_run_without(check, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    sql = tool("sql", "import sys; print(sys.argv[1:]); raise SystemExit(1)", files=("*.sql", ":!macros"), folder="dbt")
    lay(tmp_path)
    for file in (tmp_path / "dbt").rglob("*.sql"):
        file.unlink()
    for name in ("dbt/macros/a.sql", "b.sql"):
        (tmp_path / name).touch()
    assert check(sql)[0] == 0
    (tmp_path / "dbt" / "c.sql").touch()
    assert "['c.sql']" in check(sql)[1]


def test_linters_of_all_files_leave_a_teams_alone() -> None:
    of_all = [tool for tool in quality.TOOLS if {"*", "*.yml"} & set(tool.files) and tool.folder == "."]
    assert {tool.name for tool in of_all} == {"first lines", "yamllint", "detect-secrets"}
    assert all(set(quality.YOURS) <= set(tool.files) for tool in of_all)


def test_what_has_passed_is_not_looked_at_again(check, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    code = "import sys; print(sys.argv[1:]); raise SystemExit(any('bad' in open(name).read() for name in sys.argv[1:]))"
    each = tool("each", code, files=("*.txt",), each=("rules.toml",))
    for name in ("a.txt", "b.txt", "rules.toml"):
        (tmp_path / name).write_text("good", "utf-8")

    assert check(each)[0] == 0
    (tmp_path / "b.txt").write_text("bad", "utf-8")
    for _ in range(2):  # what has failed fails again
        failed, said = check(each)
        assert failed == 1 and "['b.txt']" in said
    (tmp_path / "b.txt").write_text("good", "utf-8")
    assert "each" in check(each)[1]
    (tmp_path / "a.txt").write_text("bad", "utf-8")
    assert "['a.txt']" in check(each)[1]
    (tmp_path / "rules.toml").write_text("stricter", "utf-8")
    assert "['a.txt', 'b.txt']" in check(each)[1]


def test_what_has_passed_as_a_whole_is_asked_again_when_any_of_it_changes(check, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    code = (
        "import pathlib; open('asked', 'a').write('x'); raise SystemExit('bad' in pathlib.Path('in/a.txt').read_text())"
    )
    (tmp_path / ".gitignore").write_text("asked", "utf-8")
    (tmp_path / "in" / "not").mkdir(parents=True)
    for name in ("in/a.txt", "in/b.txt", "in/not/c.txt", "out.txt"):
        (tmp_path / name).write_text("good", "utf-8")

    def asked(expected: int = 0, more: str = "", **other: object) -> int:
        (tmp_path / "asked").unlink(missing_ok=True)
        assert check(tool("whole", code + more, **{"whole": ("in", ":!in/not"), **other}))[0] == expected
        return len((tmp_path / "asked").read_text("utf-8")) if (tmp_path / "asked").exists() else 0

    assert (asked(), asked()) == (1, 0)
    for name in ("in/not/c.txt", "out.txt"):
        (tmp_path / name).write_text("another", "utf-8")
    assert asked() == 0
    (tmp_path / "in" / "b.txt").rename(tmp_path / "in" / "d.txt")
    assert (asked(), asked()) == (1, 0)
    (tmp_path / "in" / "a.txt").write_text("bad", "utf-8")
    assert (asked(1), asked(1)) == (1, 1), "what has failed fails again"
    (tmp_path / "in" / "a.txt").write_text("good", "utf-8")
    assert asked() == 0
    assert asked(more="; 1") == 1, "another command"
    assert asked(more="; 1", before=(PYTHON, "-c", "pass")) == 1


def test_a_program_that_was_replaced_is_asked_again(check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    program = tmp_path / "bin" / "linter"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setitem(quality.HOW_TO_GET, "linter", "https://example.org")
    program.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    program.chmod(0o755)
    linter = Tool("linter", ("linter",), needs="linter", whole=("*.txt",))
    assert check(linter)[0] == 0
    program.write_text("#!/bin/sh\necho newer; exit 1\n", "utf-8")
    code, said = check(linter)
    assert code == 1 and "newer" in said
