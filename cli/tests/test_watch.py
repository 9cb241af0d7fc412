"""Files that change under ``just watch``, and the models that are built for them."""

import itertools
from pathlib import Path

import pytest
from lakeloop.watch.changes import Changed, changes, seen
from lakeloop.watch.selection import selection

A, B = Path("/p/models/a.sql"), Path("/p/models/b.sql")


def test_a_file_that_is_being_written_is_waited_for():
    looks = iter([{A: (1, 1, 1)}, {A: (0, 2, 1)}, {A: (5, 3, 1)}, {A: (9, 4, 1)}, {A: (9, 4, 1)}])
    waited = []
    found = list(itertools.islice(changes(lambda _: next(looks), waited.append), 1))
    assert found == [Changed((A,), ())] and len(waited) == 4


def test_a_renamed_file_is_one_change_and_a_file_saved_as_it_was_is_none():
    looks = iter([{A: (1, 1, 1)}, {A: (1, 1, 1)}, {B: (1, 1, 1)}, {B: (1, 1, 1)}])
    assert list(itertools.islice(changes(lambda _: next(looks), lambda _: None), 1)) == [Changed((B,), (A,))]


def test_a_file_that_comes_and_goes_is_nothing():
    looks = iter([{A: (1, 1, 1)}, {A: (1, 1, 1), B: (1, 1, 1)}, {A: (1, 1, 1)}, {A: (1, 1, 1)}, {}, {}])
    assert next(changes(lambda _: next(looks), lambda _: None)) == Changed((), (A,))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "macros").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    return tmp_path


def test_what_editors_write_aside_is_not_looked_at(project):
    for name in ("a.sql", ".a.sql.swp", "a.sql~", "#a.sql#"):
        (project / "models" / name).write_text("select 1")
    assert [file.name for file in seen(project)] == ["dbt_project.yml", "a.sql"]


def test_files_are_there_while_the_project_s_own_file_is_half_written(project):
    (project / "models" / "a.sql").write_text("select 1")
    before = seen(project)
    (project / "dbt_project.yml").write_text("name: [")
    (project / "models" / "b.sql").write_text("select 2")
    looks = iter([before, *[seen(project, before)] * 2])
    assert next(changes(lambda _: next(looks), lambda _: None)) == Changed((project / "dbt_project.yml",), ())


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        (["models/a.sql", "models/new/b.py"], ["path:models/a.sql", "path:models/new/b.py"]),
        (["models/_m.yml"], ["a", "b"]),
        (["models/broken.yml"], ["last"]),
        (["macros/m.sql"], ["last"]),
        (["macros/m.sql", "models/a.sql"], ["path:models/a.sql"]),
        ([], []),
    ],
)
def test_what_is_built(project, written, chosen):
    (project / "models" / "_m.yml").write_text("models: [{name: a}]\nunit_tests: [{name: t, model: b}]\n")
    (project / "models" / "broken.yml").write_text("models: [")
    changed = Changed(tuple(project / name for name in written), ())
    assert selection(project, changed, [project / "models"], ["last"]) == chosen
