"""A team's own files, read in one place: ``lakeloop.toml``, ``terraform/envs/``, ``dbt/``, and the dbt profile made of them."""

from lakeloop_project.dbt_project import DbtProject
from lakeloop_project.environments import environments
from lakeloop_project.errors import UserError
from lakeloop_project.settings import Settings, read_settings

__all__ = ["DbtProject", "Settings", "UserError", "environments", "read_settings"]
