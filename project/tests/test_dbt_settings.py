"""``[dbt]`` and ``[skip]`` of ``lakeloop.toml``, and dbt's packages."""

import jinja2
import pytest
import yaml
from lakeloop_project import DbtProject, UserError, packages, profiles, read_settings
from lakeloop_project.dbt_settings import looks_secret


def say(root, text):
    (root / "lakeloop.toml").write_text(f'name = "acme"\nregion = "eu-west-1"\nraw.folder = "data/raw"\n{text}')


def test_variables_targets_and_skips_are_read(root):
    say(root, '[dbt.env]\nHEAD_REF = "main"\n[dbt.targets]\nprod = "production"\n[skip]\nlocal = ["geo+"]\n')
    settings = read_settings(root)
    assert settings.dbt.env == {"HEAD_REF": "main"}
    assert (settings.dbt.target("prod"), settings.dbt.target("dev")) == ("production", "dev")
    assert (settings.skip.local, settings.skip.emulator) == (("geo+",), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dbt.env]\nA = 1\n", "dbt.env.A is no text: write A ="),
        ('[dbt.env]\nAWS_REGION = "x"\n', "dbt.env.AWS_REGION is set by recipes"),
        ('[dbt.env]\nDBT_TARGET = "x"\n', "dbt.env.DBT_TARGET is set by recipes"),
        ('[dbt.env]\nAPI_TOKEN = "x"\n', "sounds like a secret"),
        ('[dbt.env]\n"a b" = "x"\n', "no name of a variable"),
        ('[dbt]\ndatabases = ["A-b"]\n', "dbt.databases is no list of names"),
        ('[dbt]\nvars = "x"\n', "unknown setting dbt.vars"),
        ('[dbt]\nenv = "x"\n', r"write \[dbt.env\]"),
        ('[dbt.targets]\nprod = "local"\n', "`local` is the target on DuckDB"),
        ('[skip]\nlocal = "x"\n', "skip.local is no list"),
        ('[skip]\naws = ["x"]\n', "unknown setting skip.aws"),
    ],
)
def test_a_bad_setting_of_dbt_is_one_message(root, text, message):
    say(root, text)
    with pytest.raises(UserError, match=message):
        read_settings(root)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DBT_ENV_SECRET_GIT", True),
        ("DB_PASSWORD", True),
        ("api_key", True),
        ("GITHUB_TOKEN", True),
        ("KEYSPACE", False),
        ("HEAD_REF", False),
        ("MONKEY_NAME", False),
    ],
)
def test_a_secret_is_known_by_its_name(name, secret):
    assert looks_secret(name) == secret


def test_a_target_of_another_name_is_that_of_the_profile(root):
    say(root, '[dbt.targets]\nprod = "production"\n')
    (root / "dbt" / "profiles.yml").write_text(
        "acme: {outputs: {production: {type: athena, num_retries: 7, endpoint_url: http://x, assume_role_arn: y}}}"
    )
    outputs = yaml.safe_load(profiles.write(root, root / "out").read_text())["acme"]["outputs"]
    assert list(outputs) == ["local", "dev", "production"]
    assert outputs["production"]["num_retries"] == 7
    assert not {"endpoint_url", "assume_role_arn"} & outputs["production"].keys()
    say(root, '[dbt.targets]\nprod = "dev"\n')
    with pytest.raises(UserError, match="the same target"):
        profiles.profile(root)
    say(root, '[dbt.targets]\nqa = "x"\n')
    with pytest.raises(UserError, match="qa is no environment"):
        profiles.profile(root)


def test_paths_of_before_1_0_are_those_that_dbt_reads(root):
    (root / "dbt" / "dbt_project.yml").write_text("name: shop\nsource-paths: [sql]\ndata-paths: [data]\n")
    for name in ("sql/m.sql", "data/a.csv", "models/not.sql", "seeds/not.csv", "vars.yml", ".dbtignore"):
        (root / "dbt" / name).parent.mkdir(exist_ok=True)
        (root / "dbt" / name).write_text("x")
    found = {str(file.relative_to(root / "dbt")) for file in DbtProject.read(root / "dbt").files()}
    assert found == {"dbt_project.yml", "sql/m.sql", "data/a.csv", "vars.yml", ".dbtignore"}


def test_a_package_behind_a_link_is_among_the_files(root):
    for folder in ("shared", "dbt/dbt_packages", "dbt/models/circle"):
        (root / folder).mkdir(parents=True)
    (root / "shared" / "dbt_project.yml").write_text("name: shared")
    (root / "dbt" / "dbt_packages" / "shared").symlink_to(root / "shared")
    (root / "dbt" / "models" / "circle" / "again").symlink_to(root / "dbt" / "models")
    project = DbtProject.read(root / "dbt")
    assert root / "dbt" / "dbt_packages" / "shared" / "dbt_project.yml" in project.files()
    assert project.own_files() == [root / "dbt" / "dbt_project.yml"]


LOCK = """
packages:
  - {name: dbt_utils, package: dbt-labs/dbt_utils, version: 1.3.0}
  - {name: shared, local: ../shared}
sha1_hash: x
"""


def test_what_is_not_installed_is_named(root):
    project = DbtProject.read(root / "dbt")
    packages.require_installed(project)
    (root / "dbt" / "packages.yml").write_text(
        "packages: [{package: dbt-labs/dbt_utils, version: ['>=1.0.0', '<2.0.0']}, {git: 'https://x/y.git', revision: v1}]"
    )
    with pytest.raises(UserError, match=r"dbt_utils >=1.0.0<2.0.0, https://x/y.git v1. `just deps`"):
        packages.require_installed(project)
    (root / "dbt" / "package-lock.yml").write_text(LOCK)
    (root / "dbt" / "dbt_packages" / "shared").mkdir(parents=True)
    with pytest.raises(UserError, match=r"names 2 packages, dbt_packages/ holds 1. Missing: dbt-labs/dbt_utils 1.3.0."):
        packages.require_installed(project)
    (root / "dbt" / "dbt_packages" / "dbt_utils").mkdir()
    packages.require_installed(project)
    (root / "dbt" / "dbt_packages" / "old").mkdir()
    with pytest.raises(UserError, match=r"holds 3. Some are no longer asked for"):
        packages.require_installed(project)


@pytest.mark.parametrize("text", ["packages: x", "- a", "packages: ["])
def test_a_bad_file_of_packages_is_one_message(root, text):
    (root / "dbt" / "packages.yml").write_text(text)
    with pytest.raises(UserError, match=r"packages\.yml"):
        packages.read(DbtProject.read(root / "dbt"))


def test_a_dbt_that_no_recipe_starts_finds_the_database_from_any_folder(root):
    database = root / "it's" / "lakeloop.duckdb"
    path = yaml.safe_load(profiles.write(root, root / "out", database).read_text())["acme"]["outputs"]["local"]["path"]
    rendered = jinja2.Template(path).render(env_var=lambda name, default: default)
    assert rendered == str(database)
    assert str(root) not in profiles.write(root, root / "zip").read_text(), (
        "nor does the function's zip know the machine"
    )
