"""The emulator in Docker, through docker-compose.yml at the root of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

from lakeloop_emulator import loopback, owner
from lakeloop_emulator.settings import GUARD, MEMORY, ORIGINS, PROJECT, QUOTAS, TOKEN, EmulatorError, Settings

FILE = PROJECT.parent / "docker-compose.yml"


class _ComposeError(EmulatorError):
    """Compose itself has failed, and has said why."""


def up(settings: Settings) -> str:
    """Build the image if need be and start it; returns when it is healthy. Raises ``EmulatorError``."""
    began = time.monotonic()
    try:
        _compose(settings, "up", "--build", "--detach", "--wait")
    except _ComposeError as error:
        raise EmulatorError(
            f"{error}. If an image could not be fetched: `just up` (emulator=host) needs none."
        ) from error
    said = owner.about_guard(settings.guard, settings.origins)
    return f"The emulator is up in Docker: {settings.url} ({time.monotonic() - began:.1f} s){said}"


def down(settings: Settings) -> str:
    """Stop and remove the container and its volume."""
    _compose(settings, "down", "--volumes")
    return "The emulator in Docker is down."


def status(settings: Settings) -> tuple[bool, str]:
    """Whether the container runs, and what compose says of it."""
    shown = _compose(settings, "ps", capture=True)
    if "(healthy)" in shown:  # and not "(unhealthy)"
        return True, shown.rstrip()
    return False, f"The emulator in Docker is not up. `just up emulator=docker` starts it.\n{shown.rstrip()}"


def logs(settings: Settings, follow: bool) -> None:
    """The container's log so far."""
    _compose(settings, "logs", *(["--follow"] if follow else []))


def _compose(settings: Settings, *arguments: str, capture: bool = False) -> str:
    docker = shutil.which("docker")
    if docker is None:
        raise EmulatorError(
            "emulator=docker needs the docker command, which is not on the PATH; emulator=host does not."
        )
    if subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        raise EmulatorError("emulator=docker needs Docker's compose plug-in: `docker compose version` finds none.")
    if subprocess.run([docker, "info"], capture_output=True).returncode:
        raise EmulatorError("No Docker engine answers (`docker info` says why). Start it, or use emulator=host.")
    environment = {
        **os.environ,
        # Docker's own settings may give a container proxies of which nothing is known here.
        **(loopback.direct(os.environ) or dict.fromkeys(loopback.SPARED, ",".join(loopback.NAMES))),
        "LAKELOOP_PORT": str(settings.port),
        TOKEN: owner.token(settings.state),
        GUARD: "on" if settings.guard else "off",
        ORIGINS: ",".join(settings.origins),
        MEMORY: settings.memory,
        QUOTAS: "on" if settings.quotas else "off",
    }
    command = [docker, "compose", "--file", str(FILE), *arguments]
    finished = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE if capture else None)
    if finished.returncode:
        raise _ComposeError(f"`docker {' '.join(command[1:])}` failed with exit code {finished.returncode}: see above")
    return finished.stdout or ""
