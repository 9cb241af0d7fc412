"""A team's own files as ``lakeloop_project`` reads them, good and bad."""

import pytest
import yaml
from lakeloop_project import DbtProject, UserError, environments, profiles, read_settings
from lakeloop_project.environments import environment

SETTINGS = 'name = "acme"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n'


def test_settings_are_read(root):
    settings = read_settings(root)
    assert (settings.name, settings.region, settings.raw_folder) == ("acme", "eu-west-1", "data/raw")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SETTINGS.replace("acme", "Acme"), "name = 'Acme'"),
        (SETTINGS.replace("acme", "a" * 21), "3 to 20"),
        (SETTINGS.replace("acme", "sthree-x"), "S3 keeps names"),
        (SETTINGS.replace("eu-west-1", "europe"), "no code of an AWS region"),
        (SETTINGS.replace("name", "nmae"), "unknown setting nmae"),
        (SETTINGS.replace("folder", "path"), "unknown setting raw.path"),
        ("name = ", "is not TOML"),
    ],
)
def test_a_bad_setting_is_one_message(root, text, message):
    (root / "lakeloop.toml").write_text(text)
    with pytest.raises(UserError, match=message):
        read_settings(root)


def test_an_environment_is_a_file(root):
    assert environments(root) == ("dev", "prod")
    (root / "terraform" / "envs" / "staging.tfvars").write_text("")
    assert environment(root, "env=staging") == "staging"
    with pytest.raises(UserError, match="Known: dev, prod, staging"):
        environment(root, "qa")
    (root / "terraform" / "envs" / "a-b.tfvars").write_text("")
    with pytest.raises(UserError, match=r"a-b\.tfvars: an environment's name"):
        environments(root)


def test_the_profile_has_a_target_for_each_environment(root):
    (root / "dbt" / "profiles.yml").write_text(
        "acme: {target: dev, outputs: {prod: {type: athena, threads: 3, schema: theirs, s3_data_naming: unique}}}"
    )
    outputs = yaml.safe_load(profiles.write(root, root / "out").read_text())["acme"]["outputs"]
    assert list(outputs) == ["local", "dev", "prod"]
    assert (outputs["prod"]["threads"], outputs["prod"]["s3_data_naming"]) == (3, "unique")
    assert outputs["prod"]["schema"] == outputs["dev"]["schema"] == "{{ env_var('GLUE_DATABASE_NAME', 'unset') }}"


def test_the_files_of_a_project_follow_its_paths(root):
    for name in ("data/a.csv", "models/m.sql", "seeds/not.csv", "package-lock.yml", "target/manifest.json"):
        (root / "dbt" / name).parent.mkdir(exist_ok=True)
        (root / "dbt" / name).write_text("x")
    found = {str(file.relative_to(root / "dbt")) for file in DbtProject.read(root / "dbt").files()}
    assert found == {"dbt_project.yml", "data/a.csv", "models/m.sql", "package-lock.yml"}


@pytest.mark.parametrize("text", ["[", "a: b", "- x"])
def test_what_is_no_project_is_one_message(root, text):
    (root / "dbt" / "dbt_project.yml").write_text(text)
    with pytest.raises(UserError, match=r"dbt_project\.yml"):
        DbtProject.read(root / "dbt")
