"""A checkout of a team's own files."""

import pytest

SETTINGS = 'name = "acme"\nregion = "eu-west-1"\n[raw]\nfolder = "data/raw"\n'


@pytest.fixture
def root(tmp_path):
    """A checkout of a team's own files alone, with two environments."""
    (tmp_path / "lakeloop.toml").write_text(SETTINGS)
    (tmp_path / "terraform" / "envs").mkdir(parents=True)
    for name in ("prod", "dev"):
        (tmp_path / "terraform" / "envs" / f"{name}.tfvars").write_text("")
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").write_text("name: shop\nprofile: acme\nseed-paths: [data]\n")
    return tmp_path
