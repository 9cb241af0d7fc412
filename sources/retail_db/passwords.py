"""Passwords of the database's roles: made at random, in a file of libpq's format that its owner alone can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from retail_db.settings import HOST, Away

ROLES = ("postgres", "shop_owner", "shop_app", "shop_capture")


def make(file: Path) -> dict[str, str]:
    """New passwords, by role, in *file* in place of what is in it."""
    made = {role: secrets.token_hex(24) for role in ROLES}
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.writelines(f"{HOST}:*:*:{role}:{password}\n" for role, password in made.items())
    return made


def read(file: Path) -> dict[str, str]:
    """Passwords by role. Raises ``Away`` if there are none."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError as error:
        raise Away(f"The shop's database was never up: there is no {file}. `just sources-up` starts it.") from error
    found = dict(line.split(":")[3:5] for line in lines if line.count(":") == 4)
    if missing := [role for role in ROLES if role not in found]:
        raise Away(
            f"{file} has no password of {', '.join(missing)}: `just sources-down`, `just sources-forget`, then up."
        )
    return found
