"""The commands of docs/YOUR-PROJECT.md that merge a newer version of the product, typed in two small repositories."""

import subprocess
from pathlib import Path

from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "YOUR-PROJECT.md")
THEIRS = ("dbt/dbt_project.yml", "dbt/models/cloned.sql", "terraform/envs/dev.tfvars", "lakeloop.toml")
TAKEN_OUT = ("sample/README.md", "dbt/models/cloned.sql", ".github/workflows/product.yml")


def test_an_upgrade_takes_the_product_and_leaves_a_team_its_own(tmp_path):
    product, team = tmp_path / "product", tmp_path / "team"
    product.mkdir()
    git(product, "init", "--quiet", "--initial-branch=main")
    write(product, dict.fromkeys((*THEIRS, *TAKEN_OUT, "cli/kept.py", "cli/gone.py"), "one"))
    git(tmp_path, "clone", "--quiet", str(product), str(team))
    git(team, "rm", "--quiet", *TAKEN_OUT)
    mine = {"dbt/dbt_project.yml": "mine", "dbt/models/mine.sql": "mine", "lakeloop.toml": "mine", "NOTES.md": "mine"}
    write(team, mine)

    newer = dict.fromkeys(
        (*THEIRS, *TAKEN_OUT, "cli/kept.py", "cli/new.py", "dbt/models/more.sql", "sample/more.py"), "two"
    )
    (product / "cli/gone.py").unlink()
    write(product, newer)
    commands = [line[2:] for line in PAGE.source.partition("\n## Upgrade\n")[2].splitlines() if line.startswith("$ ")]
    assert commands[0].startswith("git remote add lakeloop URL")
    for command in (line.partition(" #")[0] for line in commands):
        # The merge ends with 1: it names conflicts in what is the team's or was taken out.
        git(team, *command.replace("URL", str(product)).split()[1:], may_fail=" merge " in command)

    assert git(team, "status", "--porcelain") == ""
    assert git(team, "log", "--merges", "--oneline")
    files = {name: (team / name).read_text("utf-8") for name in git(team, "ls-files").split()}
    assert files == {**mine, "terraform/envs/dev.tfvars": "one", "cli/kept.py": "two", "cli/new.py": "two"}


def write(repository: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text, "utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "a version")


def git(folder: Path, *words: str, may_fail: bool = False) -> str:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert may_fail or done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout
