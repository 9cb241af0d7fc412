"""Environments: the files in ``terraform/envs/``, one each."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from lakeloop_project.errors import UserError

FOLDER = Path("terraform") / "envs"
# Without hyphens, so that NAME-ENVIRONMENT can be told apart; within what roles and buckets leave (settings.py).
_NAME = re.compile(r"[a-z][a-z0-9]{1,11}")
# `local` is dbt's offline target, `raw` ends the name of a database, `aws` is a place.
_TAKEN = ("aws", "local", "raw")


def environments(root: Path) -> tuple[str, ...]:
    """The names of all environments of the checkout at *root*, dev first.

    Raises:
        UserError: there is none, or a file whose name cannot be an environment's.
    """
    files = sorted((root / FOLDER).glob("*.tfvars"))
    for file in files:
        if not _NAME.fullmatch(file.stem) or file.stem in _TAKEN:
            raise UserError(
                f"{FOLDER / file.name}: an environment's name has 2 to 12 lower-case letters and digits, a letter first, and is "
                f"none of {', '.join(_TAKEN)}. Rename the file."
            )
    if not files:
        raise UserError(f"No environment: looked for {FOLDER}/*.tfvars. `dev.tfvars` makes the environment dev.")
    return tuple(sorted((file.stem for file in files), key=lambda name: (name != "dev", name)))


def environment(root: Path, word: str) -> str:
    """The environment that *word* names, as ``dev`` or as ``env=dev``.

    Raises:
        UserError: it names none; the message lists those that exist.
    """
    name, known = word.removeprefix("env="), environments(root)
    if name not in known:
        near = get_close_matches(name, known, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UserError(
            f"{name!r} is not an environment.{meant} Known: {', '.join(known)} (as in `env={known[0]}`). A file "
            f"more in {FOLDER} is an environment more."
        )
    return name
