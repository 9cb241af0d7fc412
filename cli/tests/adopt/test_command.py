"""``just adopt`` up to the trial: what is put in place, and that nothing is when something is wrong."""

import subprocess

import pytest
from lakeloop.adopt import carry, command
from lakeloop.adopt.command import adopt
from lakeloop.adopt.trial import Trial, external_buckets, external_locations
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

SETTINGS = '# Yours.\nname = "lakeloop"\nregion = "eu-central-1"\n\n[raw]\nfolder = "data/raw"\n'
CHECKOUT = {
    ".gitignore": ".lakeloop/\n",
    "dbt/dbt_project.yml": "name: lakeloop\n",
    "dbt/models/old.sql": "select 1",
    "lakeloop.toml": SETTINGS,
    "sample/justfile": "",
    "terraform/envs/dev.tfvars": "",
}
SOURCES = "version: 2\nsources: [{name: crm, schema: crm, tables: [{name: people}]}]\n"
THEIRS = {
    "dbt_project.yml": "name: my_shop\nversion: '1.0'\nseed-paths: [data]\n",
    "models/sources.yml": SOURCES,
    "models/people.sql": "select * from {{ source('crm', 'people') }} where country = '{{ env_var(\"COUNTRY\") }}'",
    "macros/generate_schema_name.sql": "{% macro generate_schema_name(custom, node) %}finance{% endmacro %}",
    "profiles.yml": "my_shop: {target: dev, outputs: {dev: {type: athena, region_name: eu-west-3, num_retries: 9}}}",
    "data/a.csv": "a\n1\n",
}


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def git(root, *words):
    words = ["git", "-c", "user.name=P", "-c", "user.email=p@example.com", *words]
    return subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A committed checkout, a project to adopt beside it, and no trial."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(command, "_try", lambda workspace, manifest, *_: Trial(workspace, print, manifest, "raw"))
    write(tmp_path / "checkout", CHECKOUT)
    write(tmp_path / "theirs", THEIRS)
    git(tmp_path / "checkout", "init", "--quiet")
    commit(tmp_path / "checkout")
    return Workspace(tmp_path / "checkout")


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "x")


def refused(clone, message, *words):
    """The words are refused, and nothing is another than it was."""
    with pytest.raises(UserError, match=message) as caught:
        adopt(clone, words)
    assert git(clone.root, "status", "--porcelain") == ""
    assert not (clone.state / "adopt" / "staged").exists()
    return str(caught.value)


@pytest.mark.slow
def test_a_project_is_put_in_place_and_again(clone, tmp_path, capsys):
    theirs = tmp_path / "theirs"
    assert adopt(clone, [str(theirs), "env.COUNTRY=de"]) == 0
    settings = Workspace(clone.root).settings
    assert (settings.name, settings.region) == ("my-shop", "eu-west-3")
    assert settings.dbt.env == {"COUNTRY": "de", "DBT_PROFILE": "my_shop"}
    assert settings.dbt.databases == ("finance",)
    dbt = {file.relative_to(clone.dbt_project).as_posix() for file in clone.dbt_project.rglob("*") if file.is_file()}
    assert dbt == {*THEIRS, carry.RECORD}
    assert "num_retries: 9" in (clone.dbt_project / "profiles.yml").read_text()
    assert "region_name" not in (clone.dbt_project / "profiles.yml").read_text()
    assert not (clone.root / "sample").exists()
    assert git(theirs.parent, "-C", str(clone.root), "status", "--porcelain", "--", "terraform") == ""
    printed = capsys.readouterr().out
    assert "dbt/ is my_shop now: 1 model, 1 seed, 1 source." in printed
    assert "Databases without the environment's name: finance." in printed
    commit(clone.root)

    # The same again changes nothing; what has changed there is shown and taken; what was changed here is not undone.
    (clone.dbt_project / "profiles.yml").write_text("my_shop: {outputs: {dev: {type: athena, threads: 3}}}\n")
    commit(clone.root)
    clone = Workspace(clone.root)
    assert adopt(clone, [str(theirs)]) == 0
    assert "Nothing has changed there since" in capsys.readouterr().out
    assert git(clone.root, "status", "--porcelain") == ""
    (theirs / "models" / "more.sql").write_text("select 1 as one")
    refused(clone, "add confirm=yes", str(theirs))
    assert adopt(clone, [str(theirs), "confirm=yes"]) == 0
    assert "  A models/more.sql" in capsys.readouterr().out
    assert git(clone.root, "status", "--porcelain").split() == ["M", "dbt/adopted.lock", "??", "dbt/models/more.sql"]
    commit(clone.root)
    (clone.dbt_project / "models" / "more.sql").write_text("select 2 as two")
    commit(clone.root)
    refused(clone, r"changed here since:\n  M models/more.sql", str(theirs), "confirm=yes")


@pytest.mark.slow
def test_models_that_were_left_out_are_tried_again(clone, tmp_path, monkeypatch):
    skip = '\n[skip]\nlocal = ["people+"]\nemulator = ["other+"]\n'
    (clone.root / "lakeloop.toml").write_text(SETTINGS + skip)
    commit(clone.root)
    seen = []

    def interrupted(workspace, *_):
        seen.append(workspace.settings.skip)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(command, "_try", interrupted)
        adopt(clone, [str(tmp_path / "theirs"), "env.COUNTRY=de"])
    assert (seen[0].local, seen[0].emulator) == ((), ())
    kept = Workspace(clone.root).settings.skip
    assert (kept.local, kept.emulator) == (("people+",), ("other+",)), "a trial that did not end knows nothing"

    commit(clone.root)
    assert adopt(Workspace(clone.root), [str(tmp_path / "theirs")]) == 0
    kept = Workspace(clone.root).settings.skip
    assert (kept.local, kept.emulator) == (("people+",), ("other+",)), "no engine was tried"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"models/again.yml": SOURCES}, r"does not parse for dev; nothing was changed.\n(?s:.)*crm"),
        ({"models/bad.sql": "select * from {{ ref('nowhere') }}"}, "does not parse for dev(?s:.)*nowhere"),
        ({"models/bad.yml": "models: ["}, "does not parse for dev(?s:.)*bad.yml"),
        ({"packages.yml": "packages: [{local: ../gone}]"}, "local: ../gone, but"),
    ],
)
def test_a_project_that_does_not_parse_changes_nothing(clone, tmp_path, files, message):
    write(tmp_path / "theirs", files)
    refused(clone, message, str(tmp_path / "theirs"), "env.COUNTRY=de")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["env.COUNTRY=de", "name=Acme"], "name = 'Acme': 3 to 20"),
        (["env.COUNTRY=de", "region=europe"], "region = 'europe' is no code"),
        (["env.API_TOKEN=x"], "API_TOKEN: by its name a secret"),
        ([], r"COUNTRY \(models/people.sql:1\)"),
    ],
)
def test_values_that_cannot_be_change_nothing(clone, tmp_path, words, message):
    refused(clone, message, str(tmp_path / "theirs"), *words)


def test_a_checkout_with_changes_is_refused(clone, tmp_path):
    (clone.root / "dbt" / "models" / "new.sql").write_text("select 1")
    with pytest.raises(UserError, match=r"The checkout has changes: dbt/models/new.sql. Commit them"):
        adopt(clone, [str(tmp_path / "theirs"), "env.COUNTRY=de"])


def test_a_checkout_without_git_is_refused(clone, tmp_path, monkeypatch):
    (clone.root / ".git").rename(tmp_path / "elsewhere")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(UserError, match="is no git repository"):
        adopt(clone, [str(tmp_path / "theirs")])


def test_places_that_a_project_names_itself():
    nodes = {
        "model.a": {"config": {"external_location": "s3://theirs/a/"}},
        "model.b": {"config": {"s3_data_dir": "s3://other/b", "external_location": None}},
        "model.c": {"config": {"external_location": "relative"}},
    }
    sources = {"source.a": {"external": {"location": "s3://files/x"}}, "source.b": {"external": None}, "source.c": {}}
    assert external_buckets({"nodes": nodes}) == ["other", "theirs"]
    assert external_locations({"sources": sources}) == {"s3://files/x/"}


HUB = "packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]"


@pytest.mark.parametrize("there", [True, False])
def test_without_the_hub_the_packages_that_are_installed_there_will_do(clone, tmp_path, monkeypatch, there):
    def unreachable(*_):
        raise UserError("the hub cannot be reached")

    monkeypatch.setattr(command.deps, "install", unreachable)
    write(tmp_path / "theirs", {"packages.yml": HUB})
    if there:
        write(tmp_path / "theirs", {"dbt_packages/dbt_utils/dbt_project.yml": "name: dbt_utils"})
    project = command.DbtProject.read(tmp_path / "theirs")
    aside = Workspace(tmp_path / "aside")
    told = carry.carry(project, aside.dbt_project)
    if there:
        command._install(aside, project, told)
        assert (aside.dbt_project / "dbt_packages" / "dbt_utils" / "dbt_project.yml").exists()
        assert told[-1].startswith("Packages: dbt-labs/dbt_utils 1.3.0, as they are installed there")
    else:
        with pytest.raises(UserError, match="the hub cannot be reached"):
            command._install(aside, project, told)
