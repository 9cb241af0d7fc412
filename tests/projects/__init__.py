"""A team's files as the product's tests have them: a small dbt project, settings, environments.

No test of the product reads ``dbt/``, ``sample/``, ``lakeloop.toml`` or ``terraform/envs/`` of the checkout, which are a team's.
"""

import shutil
from pathlib import Path

HERE = Path(__file__).parent
SHOP = HERE / "shop"
SETTINGS = 'name = "lakeloop"\nregion = "eu-central-1"\n\n[raw]\nfolder = "data/raw"\n'
# Of the checkout, what is a team's, and what belongs to the sample alone.
YOURS = ("dbt", "ingest", "lakeloop.toml", "sample", "terraform/envs")


def lay(root: Path, project: Path = SHOP) -> Path:
    """Lay *project* with settings and environments in *root*, which has none of them yet; *root*."""
    shutil.copytree(project, root / "dbt", ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(HERE / "envs", root / "terraform" / "envs")
    (root / "lakeloop.toml").write_text(SETTINGS, "utf-8")
    return root
