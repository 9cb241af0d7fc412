"""A copy of the checkout as a team would clone it: tests run recipes in it as a user would."""

import re
import shutil
import subprocess
from pathlib import Path

from tests import zips
from tests.offline_home import REPO
from tests.projects import YOURS, lay

# Types of the product are checked once: a clone's are the same, and mypy compares what files hold.
SHELL = {"MYPY_CACHE_DIR": str(REPO.root / ".mypy_cache")}


def clone(folder: Path) -> Path:
    """Copy the product to *folder*, with a project, settings and environments of the tests' own, and zips made of them."""
    lay(copy_product(folder))
    zips.lend(folder)
    if (passed := REPO.state / "passed").is_dir():  # what `just check` has passed here has passed there
        shutil.copytree(passed, folder / ".lakeloop" / "passed")
    # The program that evaluates policies: npm installs it once for as long as its lock file is the same.
    evaluating = REPO.state / "iam"
    evaluating.mkdir(parents=True, exist_ok=True)
    (folder / ".lakeloop" / "iam").symlink_to(evaluating)
    return folder


def copy_product(folder: Path) -> Path:
    """Copy what git tracks, or would, of the product to *folder*; *folder*."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO.root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        yours = any(name == part or name.startswith(f"{part}/") for part in YOURS)
        if name and not yours and (REPO.root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPO.root / name, folder / name)
    return folder


def steps(printed: str) -> dict[str, str]:
    """The table that `just verify` ends with: seconds, or that a step was left out, by its name."""
    return dict(re.findall(r"│ (\S.*?) +│ +([\d.]+|left out) │", printed.partition("verify\n")[2]))
