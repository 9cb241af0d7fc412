"""Settings that a command takes: one that it would leave unread is refused, and so is a port that is not its emulator's."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop_emulator import host
from lakeloop_emulator.settings import EmulatorError, Settings

# `just up` takes them all.
TAKEN = {
    "down": ("emulator", "port", "persist"),
    "forget": ("emulator",),
    "status": ("emulator", "port"),
    "env": ("emulator", "port"),
    "logs": ("emulator", "port"),
}


def named(words: Sequence[str]) -> list[str]:
    """Names of the settings in *words*; a word alone is an emulator's."""
    return [word.partition("=")[0].lower() if "=" in word else "emulator" for word in words]


def refuse_unread(command: str, words: Sequence[str]) -> None:
    """Refuse *words* with a setting that *command* does not read. Raises ``EmulatorError``."""
    taken = TAKEN.get(command)
    unread = [name for name in named(words) if taken and name not in taken]
    if taken and unread:
        raise EmulatorError(
            f"{unread[0]}= means nothing to `just {command}`, which takes {', '.join(f'{name}=' for name in taken)}. "
            "`just up` takes it."
        )


def of_the_emulator(words: Sequence[str], settings: Settings) -> Settings:
    """*settings* with the port of the emulator that runs, where no port is among *words*."""
    return settings if "port" in named(words) or settings.emulator != "host" else host.current(settings)


def refuse_other_port(command: str, words: Sequence[str], settings: Settings) -> None:
    """Refuse a port that *words* name while this checkout's emulator runs on another one. Raises ``EmulatorError``."""
    if command not in TAKEN or "port" not in named(words) or settings.emulator != "host" or host.pid(settings) is None:
        return
    running = host.current(settings)
    if running.port != settings.port:
        raise EmulatorError(
            f"This checkout's emulator runs on port {running.port}, not on {settings.port}: nothing was done. "
            f"`just {command}` without port= is about it."
        )
