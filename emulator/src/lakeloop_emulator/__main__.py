"""``up``, ``down``, ``forget``, ``status``, ``env`` and ``logs``: what the justfile's recipes of the same names call."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable

from lakeloop_emulator import broker, docker, host, owner, plain, taken
from lakeloop_emulator.settings import EmulatorError, Settings, client_environment, parse

USAGE = (
    "usage: lakeloop_emulator up|down|forget|status|env|logs [emulator=host|docker] [port=NUMBER] [persist=1] [origins=URL] "
    "[guard=off] [memory=4GB] [quotas=on] [layer=host] [-f]"
)
_FOLLOW = ("-f", "--follow")
_FOLLOW_SECONDS = 0.2


def up(settings: Settings) -> int:
    """Start, and say where it listens."""
    print((docker if settings.emulator == "docker" else host).up(settings))
    # Of a process the port is known to `just env`, of a container it is not.
    where = f" emulator=docker port={settings.port}" if settings.emulator == "docker" else ""
    print(f'Point any AWS tool at it: eval "$(just env{where})"')
    return 0


def down(settings: Settings) -> int:
    """Stop."""
    print((docker if settings.emulator == "docker" else host).down(settings))
    if said := broker.down(settings.state):
        print(said)
    return 0


def forget(settings: Settings) -> int:
    """Remove the state that was saved."""
    print(host.forget(settings))
    return 0


def status(settings: Settings) -> int:
    """Say what runs; the exit code is 0 if it is up."""
    is_up, text = (docker if settings.emulator == "docker" else host).status(settings)
    print(text)
    return 0 if is_up else 1


def env(settings: Settings) -> int:
    """Print exports for a shell, and beside them, where no shell reads it, that nobody listens there yet."""
    host.refuse_foreign(settings)
    if host.pid(settings) is None and settings.emulator == "host":
        print("The emulator is down: `just up` starts it.", file=sys.stderr)
    for name, value in client_environment(host.current(settings)).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def logs(settings: Settings, follow: bool = False) -> int:
    """Print the log, and with *follow* whatever is added to it."""
    if settings.emulator == "docker":
        docker.logs(settings, follow)
        return 0
    try:
        with host.log(settings).open(errors="replace", newline="\n") as file:
            while True:
                sys.stdout.write(file.read())
                sys.stdout.flush()
                if not follow:
                    return 0
                time.sleep(_FOLLOW_SECONDS)
    except FileNotFoundError as error:
        raise EmulatorError(f"There is no log at {host.log(settings)}: the emulator was never up.") from error


COMMANDS: dict[str, Callable[[Settings], int]] = {
    "up": up,
    "down": down,
    "forget": forget,
    "status": status,
    "env": env,
    "logs": logs,
}


def whose(url: str) -> int:
    """Say whose the emulator at *url* is if it is not this checkout's; the exit code is 0 otherwise. For other programs."""
    if (found := owner.of_another(url)) is None:
        return 0
    print(found, file=sys.stderr)
    return 1


def topic(port: str, name: str, partitions: str) -> int:
    """Have a broker on *port* with a topic; for `just cdc-up`."""
    try:
        print(broker.up(Settings().state, int(port), name, int(partitions)))
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code: 0 good, 1 not up or failed, 2 not understood."""
    with plain.printing():
        return _main(arguments)


def _main(arguments: list[str]) -> int:
    if arguments[:1] == ["whose"] and len(arguments) == 2:
        return whose(arguments[1])
    if arguments[:1] == ["topic"] and len(arguments) == 4:
        return topic(*arguments[1:])
    follow = any(word in _FOLLOW for word in arguments)
    words = [word for word in arguments if word not in _FOLLOW]
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        print(USAGE, file=sys.stderr)
        return 2
    settings = Settings()
    try:
        settings = taken.of_the_emulator(words[1:], parse(words[1:]))
        taken.refuse_unread(words[0], words[1:])
        taken.refuse_other_port(words[0], words[1:], settings)
        code = logs(settings, follow) if command is logs else command(settings)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has enough (`| head`); Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder of somebody else's
        print(f"{error.strerror or error}: {error.filename or settings.state}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if words[0] == "up":
            print(
                "\nInterrupted: if it was starting, it goes on starting. `just up` again waits for it, `just down` ends it.",
                file=sys.stderr,
            )
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
