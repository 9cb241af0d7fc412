"""A copy of the checkout as git would clone it: tests run recipes in it as a user would."""

import shutil
import subprocess
from pathlib import Path

from tests.offline_home import REPO


def clone(folder: Path) -> Path:
    """Copy what git tracks, or would, to *folder*, which shares the checkout's zips: a layer takes a minute to build."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO.root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        if name and (REPO.root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO.root / name, folder / name)
    zips = REPO.state / "build"
    zips.mkdir(parents=True, exist_ok=True)
    (folder / ".lakeloop").mkdir()
    (folder / ".lakeloop" / "build").symlink_to(zips)
    return folder
