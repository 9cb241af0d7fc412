"""Packages of dbt, installed and missed; and what is left out of a build."""

import pytest
from lakeloop.dbt_command import run_dbt, variables
from lakeloop.deps import deps
from lakeloop.errors import UserError
from lakeloop.skip import leave_out
from lakeloop.workspace import Workspace


@pytest.fixture
def home(tmp_path):
    """A checkout of a team's own files, whose project has a package in a folder of its own."""
    files = {
        "lakeloop.toml": 'name = "acme"\nregion = "eu-west-1"\nraw.folder = "data/raw"\n[dbt.env]\nTEAM = "x"\n',
        "terraform/envs/dev.tfvars": "",
        "dbt/dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
        "dbt/packages.yml": "packages: [{local: packs/shared}]\n",
        "dbt/packs/shared/dbt_project.yml": "name: shared\nversion: '1.0'\n",
        "dbt/packs/shared/macros/one.sql": "{% macro one() %}1{% endmacro %}",
        "dbt/models/m.sql": "select {{ shared.one() }} as a, '{{ env_var(\"TEAM\") }}' as b",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Workspace(tmp_path)


def test_a_local_package_is_installed_by_a_link_that_may_move(home, capfd):
    with pytest.raises(UserError, match=r"packages.yml names 1 packages, dbt_packages/ holds 0. Missing: packs/shared"):
        run_dbt(home, ["parse"], {})
    assert deps(home, []) == 0
    assert "dbt/dbt_packages: packs/shared" in capfd.readouterr().out
    link = home.dbt_project / "dbt_packages" / "shared"
    assert str(link.readlink()) == "../packs/shared"
    assert (home.dbt_project / "package-lock.yml").exists()
    assert run_dbt(home, ["--quiet", "parse", "--target", "dev"], {}) == 0


def test_what_cannot_be_had_is_named_in_one_line(home):
    (home.dbt_project / "packages.yml").write_text("packages: [{local: packs/gone}]\n")
    with pytest.raises(UserError, match=r"^Not installed: packs/gone\. dbt deps says: .*gone") as caught:
        deps(home, [])
    assert "\n" not in str(caught.value)


def test_the_file_of_settings_beats_the_shell_and_places_beat_both(home, monkeypatch):
    monkeypatch.setenv("TEAM", "of the shell")
    monkeypatch.setenv("DBT_TARGET_PATH", "elsewhere")
    found = variables(home)
    assert (found["TEAM"], found["ENVIRONMENT"]) == ("x", "local")
    assert found["DBT_TARGET_PATH"] == str(home.target)
    assert found["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "False"


SKIPPED = ("geo+", "ml+")
OUT = ["--exclude", "geo+", "ml+"]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["build"], ["build", *OUT]),
        (["run", "-s", "a+"], ["run", "-s", "a+", *OUT]),
        (["build", "--exclude", "x"], ["build", "--exclude", "x", *OUT]),
        (["build", "--selector", "nightly"], ["build", "--select", "selector:nightly", *OUT]),
        (["test", "--selector=nightly"], ["test", "--select", "selector:nightly", *OUT]),
        (["run-operation", "x"], ["run-operation", "x"]),
        (["parse"], ["parse"]),
        ([], ["build", *OUT]),
        (["-s", "a"], ["build", "-s", "a", *OUT]),
    ],
)
def test_what_does_not_run_here_is_left_out(home, words, chosen):
    assert leave_out(home, words, SKIPPED) == chosen


def test_nothing_is_left_out_unless_it_is_named(home):
    assert leave_out(home, ["build", "--selector", "x"], ()) == ["build", "--selector", "x"]


def test_a_default_selector_still_counts(home):
    file = home.dbt_project / "selectors.yml"
    file.write_text("selectors: [{name: all, definition: 'a'}, {name: mine, default: true, definition: 'b'}]")
    assert leave_out(home, ["build"], SKIPPED) == ["build", "--select", "selector:mine", *OUT]
    assert leave_out(home, ["build", "-s", "x"], SKIPPED) == ["build", "-s", "x", *OUT]
    file.write_text("selectors: x")
    with pytest.raises(UserError, match=r"selectors\.yml is no file of dbt selectors"):
        leave_out(home, ["build"], SKIPPED)
