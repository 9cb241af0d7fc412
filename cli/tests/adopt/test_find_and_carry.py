"""A dbt project found below a path and copied, wherever its folders lie."""

import pytest
from lakeloop.adopt import carry
from lakeloop.adopt.find import find
from lakeloop.errors import UserError
from lakeloop_project import DbtProject

PROJECT = "name: shop\nversion: '1.0'\n"


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def names(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def carried(tmp_path, files):
    told = carry.carry(DbtProject.read(write(tmp_path / "theirs", files)), tmp_path / "dbt")
    return names(tmp_path / "dbt"), told


@pytest.mark.parametrize("place", ["", "transform/dbt", "a/b/c"])
@pytest.mark.parametrize("given", ["theirs", "theirs/{place}/dbt_project.yml"])
def test_the_project_is_found_below_the_path(tmp_path, place, given):
    write(tmp_path / "theirs" / place, {"dbt_project.yml": PROJECT, "integration_tests/dbt_project.yml": "name: x"})
    write(
        tmp_path / "theirs", {"venv/pyvenv.cfg": "", "venv/lib/dbt_project.yml": "name: y", ".git/dbt_project.yml": ""}
    )
    write(tmp_path / "theirs", {"other/dbt_packages/utils/dbt_project.yml": "name: z", "target/dbt_project.yml": ""})
    found = find(str(tmp_path / given.format(place=place)), tmp_path / "checkout")
    assert (found.name, found.folder) == ("shop", (tmp_path / "theirs" / place))


def test_several_projects_are_listed(tmp_path):
    write(tmp_path, {"a/dbt_project.yml": PROJECT, "b/dbt_project.yml": PROJECT})
    with pytest.raises(
        UserError, match=rf"2 dbt projects below (?s:.)*just adopt {tmp_path}/a\n  just adopt {tmp_path}/b"
    ):
        find(str(tmp_path), tmp_path / "checkout")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nowhere", "does not exist"),
        ("empty", "No dbt project: looked for dbt_project.yml"),
        ("bad", "is not YAML"),
        ("nameless", "has no `name`"),
        ("checkout/dbt", "is in this checkout"),
    ],
)
def test_what_is_no_project_of_theirs_is_one_message(tmp_path, given, message):
    write(tmp_path, {"empty/x.txt": "", "bad/dbt_project.yml": "name: [", "nameless/dbt_project.yml": "models: {}"})
    write(tmp_path, {"checkout/dbt/dbt_project.yml": PROJECT})
    with pytest.raises(UserError, match=message):
        find(str(tmp_path / given), tmp_path / "checkout")


def test_what_dbt_reads_is_carried_and_the_rest_is_named(tmp_path):
    found, told = carried(
        tmp_path,
        {
            "dbt_project.yml": PROJECT
            + "model-paths: [sql, more/sql]\nseed-paths: [data]\nanalysis-paths: [analysis]\n",
            "sql/a.sql": "",
            "sql/_s.yml": "",
            "more/sql/b.sql": "",
            "data/c.csv": "",
            "analysis/d.sql": "",
            "models/not.sql": "",
            "macros/m.sql": "",
            "snapshots/s.sql": "",
            "tests/generic/t.sql": "",
            "packages.yml": "packages: []",
            "package-lock.yml": "",
            "dependencies.yml": "",
            "selectors.yml": "",
            "catalogs.yml": "",
            "vars.yml": "",
            ".dbtignore": "",
            "target/manifest.json": "",
            "logs/dbt.log": "",
            ".git/HEAD": "",
            "dags/x.py": "",
            "README.md": "",
            "profiles.yml": "",
            "env/pyvenv.cfg": "",
            "sql/__pycache__/x.pyc": "",
        },
    )
    assert found == {
        *(
            "dbt_project.yml",
            "sql/a.sql",
            "sql/_s.yml",
            "more/sql/b.sql",
            "data/c.csv",
            "analysis/d.sql",
            "macros/m.sql",
        ),
        *("snapshots/s.sql", "tests/generic/t.sql", "packages.yml", "package-lock.yml", "dependencies.yml"),
        *("selectors.yml", "catalogs.yml", "vars.yml", ".dbtignore"),
    }
    assert told == ["Not carried, as dbt does not read it: README.md, dags/, models/."]


def test_paths_of_before_1_0_are_carried_and_told(tmp_path):
    found, told = carried(
        tmp_path,
        {"dbt_project.yml": PROJECT + "source-paths: [src]\ndata-paths: [data]\n", "src/a.sql": "", "data/b.csv": ""},
    )
    assert found == {"dbt_project.yml", "src/a.sql", "data/b.csv"}
    assert told == [
        "source-paths is of before dbt 1.0; dbt 1.12 still reads it as model-paths.",
        "data-paths is of before dbt 1.0; dbt 1.12 still reads it as seed-paths.",
    ]


@pytest.mark.parametrize("key", ["model-paths: [../shared]", "packages-install-path: ../x", "model-paths: shared"])
def test_folders_that_cannot_be_carried_are_refused(tmp_path, key):
    with pytest.raises(UserError, match=r"dbt_project\.yml: (model-paths|packages-install-path)"):
        carried(tmp_path, {"dbt_project.yml": f"{PROJECT}{key}\n"})


def test_a_packages_folder_of_another_name_is_kept_out_of_git(tmp_path):
    found, _ = carried(tmp_path, {"dbt_project.yml": PROJECT + "packages-install-path: vendor\n", "vendor/x/a.sql": ""})
    assert found == {"dbt_project.yml", ".gitignore"}
    assert (tmp_path / "dbt" / ".gitignore").read_text() == "vendor/\n"


@pytest.mark.parametrize("spelt", ["local: ../shared", "local: '../shared'", 'local: "../shared"'])
@pytest.mark.parametrize("file", ["packages.yml", "dependencies.yml"])
def test_a_local_package_from_outside_gets_a_place(tmp_path, spelt, file):
    write(tmp_path, {"shared/dbt_project.yml": "name: shared", "shared/macros/m.sql": "", "shared/target/x": ""})
    found, told = carried(
        tmp_path,
        {
            "dbt_project.yml": PROJECT,
            file: f"packages:\n  - {spelt}\n  - {{local: inner/pack}}\n",
            "package-lock.yml": "packages: [{local: ../shared}]",
            "inner/pack/dbt_project.yml": "name: inner",
        },
    )
    assert found == {
        *("dbt_project.yml", file, "local_packages/shared/dbt_project.yml", "local_packages/shared/macros/m.sql"),
        "inner/pack/dbt_project.yml",
    }
    assert told == ["The package ../shared lies outside the project: copied to dbt/local_packages/shared."]
    text = (tmp_path / "dbt" / file).read_text()
    assert "local: local_packages/shared\n" in text
    assert "inner/pack" in text


def test_a_local_package_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"local: ../gone, but .*gone/dbt_project.yml does not exist"):
        carried(tmp_path, {"dbt_project.yml": PROJECT, "packages.yml": "packages: [{local: ../gone}]"})


def test_a_record_tells_what_was_changed_since(tmp_path):
    carried(tmp_path, {"dbt_project.yml": PROJECT, "models/a.sql": "1", "models/b.sql": "1", "data/x.txt": ""})
    dbt = tmp_path / "dbt"
    assert carry.read_record(dbt) is None
    carry.write_record(dbt)
    before = carry.read_record(dbt)
    assert before == carry.record(dbt)
    assert not carry.compare(before, carry.record(dbt))
    (dbt / "models" / "a.sql").write_text("2")
    (dbt / "models" / "b.sql").unlink()
    (dbt / "models" / "c d.sql").write_text("3")
    changes = carry.compare(before, carry.record(dbt))
    assert changes.lines() == ["  A models/c d.sql", "  M models/a.sql", "  D models/b.sql"]
    assert changes.lines(1) == ["  A models/c d.sql", "  ... and 2 more"]
