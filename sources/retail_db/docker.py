"""The server in a container, by compose. What is in it goes with it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from retail_db import passwords
from retail_db.settings import Place, SourceError

_FILE = Path(__file__).parents[1] / "docker-compose.yml"


def start(place: Place) -> None:
    """Start the container, and wait until the server answers. Raises ``SourceError``."""
    known = passwords.read(place.passwords) if place.note.exists() else passwords.make(place.passwords)
    place.note.write_text(f"{place.port}\n")
    try:
        _compose(place, known["postgres"], "up", "--detach", "--wait", "postgres")
    except SourceError:
        place.note.unlink()
        raise


def stop(place: Place) -> None:
    """Remove the container and its data. Raises ``SourceError``."""
    _compose(place, "none", "rm", "--stop", "--force", "--volumes", "postgres")
    place.note.unlink(missing_ok=True)
    place.passwords.unlink(missing_ok=True)


def port(place: Place) -> int | None:
    """The port of the container that was started, None if there is none."""
    try:
        return int(place.note.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _compose(place: Place, password: str, *words: str) -> None:
    own = {"LAKELOOP_POSTGRES_PORT": str(place.port), "LAKELOOP_POSTGRES_PASSWORD": password}
    # By the port, so that two checkouts have a container each.
    command = ["docker", "compose", "--file", str(_FILE), "--project-name", f"lakeloop-sources-{place.port}", *words]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"docker compose {words[0]} failed: {' '.join((done.stderr or done.stdout).split())[-400:]}")
