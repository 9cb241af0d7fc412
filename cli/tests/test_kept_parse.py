"""A parse and a check of raw files that are kept for the next command, and all that makes them ones of the past."""

import json
import pickle

import pytest
from dbt.contracts.graph.manifest import Manifest
from lakeloop.child import parsing, ready, words
from lakeloop.errors import UserError
from lakeloop.raw import check_raw
from lakeloop.raw_memory import read

from tests.declared_sources import tables_of
from tests.projects import SHOP
from tests.projects import raw as shop


@pytest.fixture
def parses(tmp_path, monkeypatch):
    """A project, and the options of each parse of it."""
    project = tmp_path / "dbt"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: shop\n")
    (project / "models" / "a.sql").write_text("select 1")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "profiles.yml").write_text("shop: {}")
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project))
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path / "profiles"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("TEAM", "growth")
    found = []

    def parse(options, *, quiet=False):
        found.append(list(options))
        return parsing.Parsed(Manifest(), {"TEAM": "growth", "UNSET": None}, ["a warning"])

    monkeypatch.setattr(parsing, "parse", parse)
    return found


def go(typed="build"):
    asked = words.read(typed.split())
    return ready.manifest(asked, asked.for_parse())


def test_it_is_kept_and_its_warnings_are_said_again(parses, capsys):
    go()
    assert isinstance(go("build -s a --threads 2"), Manifest)
    assert parses == [[]] and capsys.readouterr().err == "a warning\n"
    go("--quiet run")
    assert parses == [[]] and capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda root, env: (root / "dbt" / "models" / "a.sql").write_text("select 2"),
        lambda root, env: (root / "dbt" / "models" / "b.sql").write_text("select 2"),
        lambda root, env: (root / "dbt" / "models" / "a.sql").unlink(),
        lambda root, env: (root / "dbt" / "models" / "a.sql").rename(root / "dbt" / "models" / "c.sql"),
        lambda root, env: (root / "profiles" / "profiles.yml").write_text("shop: {target: x}"),
        lambda root, env: env.setenv("TEAM", "other"),
        lambda root, env: env.setenv("UNSET", "set"),
        lambda root, env: env.setenv("DBT_TARGET", "dev"),
        lambda root, env: env.setenv("LAKELOOP_DATABASE", "/elsewhere"),
        lambda root, env: next((root / "target" / "ready").glob("*.pickle")).write_bytes(b"\x80"),
        lambda root, env: env.setattr(ready.made, "versions", lambda: {"dbt-core": "9"}),
    ],
)
def test_what_has_changed_is_parsed(tmp_path, monkeypatch, parses, change):
    go()
    change(tmp_path, monkeypatch)
    go()
    assert len(parses) == 2


@pytest.mark.parametrize("typed", ["build --vars {}", "build --no-partial-parse", "build --warn-error"])
def test_options_that_a_parse_depends_on_parse(parses, typed):
    go()
    go(typed)
    go(typed)
    assert len(parses) == 3


def test_going_to_and_fro_between_two_targets_parses_each_once(parses, monkeypatch):
    for target in ("local", "dev", "local", "dev"):
        monkeypatch.setenv("DBT_TARGET", target)
        go()
    go("build --target dev")
    go("build -t local")
    assert len(parses) == 2


def test_the_manifest_is_written_again_after_another_parse_or_another_dbt(parses, tmp_path):
    file, asked = tmp_path / "target" / "manifest.json", words.read(["build"])
    go()
    assert not ready.written(asked)
    file.write_text(json.dumps({}))
    ready.note_written(asked)
    go()
    assert ready.written(asked) and not ready.written(words.read(["compile"]))
    file.unlink()
    assert not ready.written(asked)
    file.write_text(json.dumps({"of": "another dbt"}))
    assert not ready.written(asked)
    ready.note_written(asked)
    (tmp_path / "dbt" / "models" / "a.sql").write_text("select 3")
    go()
    assert not ready.written(asked)


def test_an_option_that_parses_leaves_no_parse_of_before_to_go_by(parses, tmp_path):
    go()
    go("build --vars {}")
    assert ready._of_now is None


TABLES = tables_of((SHOP / "models" / "staging" / "_shop__sources.yml").read_text("utf-8"))


def test_raw_files_that_have_not_changed_are_not_read_again(tmp_path, monkeypatch):
    raw, kept = shop.write(tmp_path / "raw"), tmp_path / "raw.pickle"
    first = check_raw(raw, TABLES, remembered=kept)
    with monkeypatch.context() as blind:
        blind.setattr("lakeloop.raw_memory.check_table", lambda *_, **__: pytest.fail("read again"))
        assert check_raw(raw, TABLES, remembered=kept) == first
    broken = min(file for file in (raw / "orders").rglob("*") if file.is_file())
    broken.write_bytes(broken.read_bytes()[:-9])
    for _ in range(2):  # what is not in order is not kept
        with pytest.raises(UserError, match=broken.name):
            check_raw(raw, TABLES, remembered=kept)
    kept.write_bytes(pickle.dumps((0, {})))
    assert read(kept).tables == {} and read(tmp_path / "none").tables == {}
