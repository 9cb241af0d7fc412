"""``just new`` on a checkout of the files that it knows, with git: what is left, and that nothing is half done."""

import subprocess

import pytest
from lakeloop.start import sample
from lakeloop.start.new import new
from lakeloop.workspace import Workspace
from lakeloop_project import UserError

SETTINGS = '# Yours.\nname = "lakeloop"\nregion = "eu-central-1"\n\n[raw]\nfolder = "data/raw"\n'
FILES = {
    ".gitignore": ".lakeloop/\ndata/\n",
    ".github/workflows/ci.yml": "ci",
    ".github/workflows/product.yml": "product",
    "cli/code.py": "code",
    "dbt/.sqlfluff": "[sqlfluff]\n",
    "dbt/dbt_project.yml": "name: lakeloop\n",
    "dbt/models/one.sql": "select 1",
    "lakeloop.toml": SETTINGS,
    "sample/justfile": "data:\n",
    "terraform/envs/dev.tfvars": "",
}
BUILT = {
    ".lakeloop/build/function.zip": True,
    ".lakeloop/build/layer-arm64.zip": False,
    ".lakeloop/lakeloop.duckdb": True,
    ".lakeloop/target/manifest.json": True,
    ".lakeloop/emulator/log": False,
    "data/raw/.feed.json": True,
    "data/raw/orders/dt=2024-01-01/part-0.csv": True,
}


def git(root, *words):
    subprocess.run(["git", "-c", "user.name=P", "-c", "user.email=p@example.com", *words], cwd=root, check=True)


def tree(root):
    return {
        str(file.relative_to(root)): file.read_text()
        for file in root.rglob("*")
        if file.is_file() and ".git" not in file.relative_to(root).parts
    }


@pytest.fixture
def clone(tmp_path):
    """A committed checkout, with what `just demo` has left in it."""
    for name, text in {**FILES, **dict.fromkeys(BUILT, "built")}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "cloned")
    return Workspace(tmp_path)


def test_what_is_left_is_the_product_and_an_empty_project(clone, capsys):
    assert new(clone, ["name=acme-shop", "region=us-east-2"]) == 0
    left = tree(clone.root)
    assert {name for name in left if name.startswith("dbt/")} == {
        "dbt/.sqlfluff",
        "dbt/dbt_project.yml",
        *(f"dbt/{part}/.gitkeep" for part in ("macros", "models", "seeds", "snapshots", "tests")),
    }
    assert "name: acme_shop\n" in left["dbt/dbt_project.yml"]
    assert left["dbt/.sqlfluff"] == FILES["dbt/.sqlfluff"]
    assert left["lakeloop.toml"] == SETTINGS.replace("lakeloop", "acme-shop").replace("eu-central-1", "us-east-2")
    asked = ["git", "diff", "--name-only", "--", ":!dbt", ":!sample", ":!lakeloop.toml"]
    changed = subprocess.run(asked, cwd=clone.root, capture_output=True, text=True, check=True).stdout.split()
    assert changed == [".github/workflows/product.yml"]
    assert not [name for name in left if name.startswith("sample/")]
    assert {name: name not in left for name in BUILT} == BUILT
    printed = capsys.readouterr().out
    assert "acme-shop is yours" in printed and "just check && just verify" in printed


def test_raw_files_become_sources_and_models(clone, tmp_path_factory, capsys):
    raw = tmp_path_factory.mktemp("raw")
    (raw / "loans").mkdir()
    (raw / "loans" / "a.csv").write_text("id,note\n1,x\n")
    assert new(clone, ["name=acme", f"raw={raw}"]) == 0
    left = tree(clone.root)
    assert {name for name in left if name.startswith(("dbt/models/staging", "data/raw"))} == {
        "data/raw/loans/a.csv",
        "dbt/models/staging/acme/_acme__sources.yml",
        "dbt/models/staging/acme/stg_acme__loans.sql",
    }
    assert "cast(nullif(trim(id), '') as bigint) as id" in left["dbt/models/staging/acme/stg_acme__loans.sql"]
    assert Workspace(clone.root).settings.raw_folder == "data/raw"
    assert "staging models of 1 table" in capsys.readouterr().out


def test_bad_raw_files_change_nothing(clone, tmp_path_factory):
    raw, before = tmp_path_factory.mktemp("raw"), tree(clone.root)
    with pytest.raises(UserError, match="is empty: no table"):
        new(clone, ["name=acme", f"raw={raw}"])
    assert tree(clone.root) == before


def test_raw_files_of_a_persons_own_stay(clone):
    (clone.raw / ".feed.json").unlink()
    new(clone, ["name=acme"])
    assert (clone.raw / "orders" / "dt=2024-01-01" / "part-0.csv").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Usage: just new name=acme"),
        (["acme"], "Usage: just new name=acme"),
        (["name=acme", "what"], "Usage: just new name=acme"),
        (["name=Acme"], "name = 'Acme': 3 to 20"),
        (["name=xn--acme"], "name = 'xn--acme'"),
        (["name=acme", "region=europe"], "region = 'europe' is no code"),
    ],
)
def test_words_that_are_no_good_are_one_message(clone, words, message):
    before = tree(clone.root)
    with pytest.raises(UserError, match=message):
        new(clone, words)
    assert tree(clone.root) == before


def test_a_checkout_with_changes_is_refused(clone):
    (clone.root / "cli" / "more.py").touch()
    before = tree(clone.root)
    with pytest.raises(UserError, match=r"has changes: cli/more\.py\. Commit them"):
        new(clone, ["name=acme"])
    assert tree(clone.root) == before


def test_twice_is_refused(clone):
    new(clone, ["name=acme"])
    git(clone.root, "add", "--all")
    git(clone.root, "commit", "--quiet", "--message", "begin")
    before = tree(clone.root)
    with pytest.raises(UserError, match="a project of its own already, 'acme'"):
        new(Workspace(clone.root), ["name=other"])
    assert tree(clone.root) == before


def test_what_is_no_repository_is_refused(clone, monkeypatch):
    (clone.root / ".git").rename(clone.root / "no-git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(clone.root.parent))
    with pytest.raises(UserError, match="is no git repository"):
        new(clone, ["name=acme"])


def test_nothing_is_half_done(clone, monkeypatch):
    """The last step fails: the project, the settings and the sample are as they were."""

    def fails(workspace):
        raise UserError("The disk is full.")

    before = tree(clone.root)
    monkeypatch.setattr(sample, "take_out", fails)
    with pytest.raises(UserError, match="The disk is full"):
        new(clone, ["name=acme"])
    left = tree(clone.root)
    assert {name: text for name, text in left.items() if not name.startswith(".lakeloop/")} == {
        name: text for name, text in before.items() if not name.startswith(".lakeloop/")
    }
