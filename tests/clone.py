"""A copy of the checkout as a team would clone it: tests run recipes in it as a user would."""

import shutil
import subprocess
from pathlib import Path

from tests import zips
from tests.offline_home import REPO
from tests.projects import YOURS, lay


def clone(folder: Path, *, sample: bool = False) -> Path:
    """Copy what git tracks, or would, to *folder*, which shares tests' zips: a layer takes half a minute to build.

    The dbt project, settings and environments in it are the tests' own; with *sample* they are the checkout's, and its sample
    is there.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO.root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        yours = any(name == part or name.startswith(f"{part}/") for part in YOURS)
        if name and (sample or not yours) and (REPO.root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO.root / name, folder / name)
    (folder / ".lakeloop").mkdir()
    (folder / ".lakeloop" / "build").symlink_to(REPO.state / "build" if sample else zips.folder())
    return folder if sample else lay(folder)
