"""Small dbt projects of the tests' own, which stand for a team's: no test of the product reads ``dbt/``."""

import shutil
from pathlib import Path

SHOP = Path(__file__).parent / "shop"
REPO = Path(__file__).parents[2]
SETTINGS = 'name = "lakeloop"\nregion = "eu-central-1"\n\n[raw]\nfolder = "data/raw"\n'


def lay(root: Path, project: Path = SHOP) -> Path:
    """Make *project* the dbt project of the checkout at *root*, whose own goes, with settings that tests know; *root*."""
    folder = root / "dbt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("target", "logs", "dbt_packages"))
    (root / "lakeloop.toml").write_text(SETTINGS, "utf-8")
    _lay_raw_tables(folder)
    return root


def _lay_raw_tables(folder: Path) -> None:
    """Raw tables are made by macros of the project itself, as long as the product has none of its own."""
    macros = REPO / "dbt" / "macros" / "raw"
    if macros.is_dir():
        shutil.copytree(macros, folder / "macros" / "raw")
        with (folder / "dbt_project.yml").open("a", encoding="utf-8") as file:
            file.write('\non-run-start: ["{{ attach_raw_files() }}"]\n')
