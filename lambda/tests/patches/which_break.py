"""``just patches-next``: the newest dbt and dbt-athena in an environment of their own, and the patches that they break.

The environment is ``.lakeloop/next``; the checkout's own and its lock stay as they are. Exit code 1 if a patch breaks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import reduce
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TESTS = Path("lambda/tests/patches")
PLACE = ROOT / ".lakeloop" / "next"
# Not on PyPI for every platform, and 145 MB for an option of dbt's that nobody here uses (ADR 6).
OVERRIDES = "dbt-core-experimental-parser ; sys_platform == 'never'\n"


def prepare() -> int:
    """Make the environment and ask it. Returns the exit code."""
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(PLACE)}
    environment.pop("VIRTUAL_ENV", None)
    subprocess.run(["uv", "sync", "--quiet", "--locked", "--group", "dev"], cwd=ROOT, env=environment, check=True)
    overrides = PLACE / "overrides.txt"
    overrides.write_text(OVERRIDES, "utf-8")
    python = str(PLACE / "bin" / "python")
    newest = ["dbt-core", "dbt-athena", "dbt-adapters", "dbt-common", "mashumaro"]
    upgrade = [
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--override",
        str(overrides),
        "--upgrade",
        *newest,
    ]
    subprocess.run(upgrade, cwd=ROOT, env=environment, check=True)
    return subprocess.run([python, __file__, "--inside"], cwd=ROOT, env=environment).returncode


def ask() -> int:
    """Each patch with its versions, and whether its targets are there and its test passes."""
    from dbt_runner.patches import CHECKED, PATCHES

    for name, checked in CHECKED.items():
        found = version(name)
        print(f"{name} {found}" + ("" if found == checked else f" (checked against {checked})"))
    broken: dict[str, bool] = {}
    for test in dict.fromkeys(patch.test for patch in PATCHES):
        words = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", str(TESTS / test)]
        broken[test] = subprocess.run(words, cwd=ROOT).returncode != 0
    found_broken = False
    for patch in PATCHES:
        missing = [target for target in patch.targets if not _there(target)]
        state = (
            f"breaks: {', '.join(missing)} is gone"
            if missing
            else f"breaks: {patch.test} fails"
            if broken[patch.test]
            else "fits"
        )
        found_broken = found_broken or state != "fits"
        print(f"{patch.name}: {state}")
    return int(found_broken)


def _there(target: str) -> bool:
    module, _, place = target.partition(":")
    try:
        reduce(getattr, place.split("."), import_module(module))
    except (ImportError, AttributeError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(ask() if sys.argv[1:] == ["--inside"] else prepare())
