"""Templates that were compiled in one command are taken from there in the next, whatever becomes of the file."""

import pytest
from dbt_common.clients import jinja
from dbt_common.exceptions import CompilationError
from lakeloop.child import templates

TEXTS = ["{% macro m(x) %}{{ x }}-{{ y }}{% endmacro %}", "select {{ y }}", "{{ '7' | as_number }}"]


def rendered(folder, native=False, context=None):
    """All texts, by dbt's own functions."""
    with templates.kept(folder):
        return [jinja.get_template(text, {}, native=native).render(context or {"y": 3}) for text in TEXTS[1:]]


@pytest.fixture
def none_compiled(monkeypatch):
    """From now on, a text that is compiled fails the test."""

    def forbid():
        def fail(self, source, *more, **options):
            raise AssertionError(f"compiled: {source}")

        monkeypatch.setattr(templates, "_COMPILE", fail)

    return forbid


def test_a_second_command_compiles_nothing_and_renders_the_same(tmp_path, none_compiled):
    first, native = rendered(tmp_path), rendered(tmp_path, native=True)
    assert (first, native) == (["select 3", "7"], ["select 3", 7])
    none_compiled()
    assert (rendered(tmp_path), rendered(tmp_path, native=True)) == (first, native)
    assert rendered(tmp_path, context={"y": 4})[0] == "select 4", "a context is no part of what is kept"


def test_a_text_that_has_changed_is_compiled(tmp_path, monkeypatch):
    rendered(tmp_path)
    monkeypatch.setitem(globals(), "TEXTS", ["", "select {{ y }} + 1"])
    assert rendered(tmp_path) == ["select 3 + 1"]


def test_macros_are_called_as_ever(tmp_path):
    for _ in range(2):
        with templates.kept(tmp_path):
            module = jinja.get_template(TEXTS[0], {}).make_module(vars={"y": 5})
            assert getattr(module, jinja.get_dbt_macro_name("m"))(1) == "1-5"


@pytest.mark.parametrize("content", [b"", b"half of", b"\xe9\x01\x00\x00\x00"])
def test_a_file_that_is_none_is_made_anew(tmp_path, content):
    rendered(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert rendered(tmp_path) == ["select 3", "7"]
    assert templates.read(file)


def test_what_cannot_be_compiled_says_so_as_ever(tmp_path):
    for _ in range(2):
        with templates.kept(tmp_path), pytest.raises(CompilationError, match="unexpected"):
            jinja.get_template("{{ ) }}", {})


def test_a_folder_that_may_not_be_written_is_nothing_to_a_command(tmp_path):
    (tmp_path / "file").touch()
    assert rendered(tmp_path / "file") == ["select 3", "7"]
