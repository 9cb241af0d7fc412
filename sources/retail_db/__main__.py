"""``lakeloop-sources up|down|forget|changes|address [key=value ...]``: what the recipes of the sources call."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from threading import Event

from retail_db import lifecycle, workload
from retail_db.settings import DATABASE, HOST, Place, SourceError, number, place, take


def main(arguments: Sequence[str] | None = None, default: Place | None = None) -> int:
    """Run a command. Gives 0; 2 after a message on standard error when it cannot be carried out; 130 when interrupted."""
    name, *words = (sys.argv[1:] if arguments is None else arguments) or [""]
    try:
        print(_answer(name, words, default or Place()))
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.strerror or error}: {error.filename or 'no file is named'}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _answer(name: str, words: Sequence[str], default: Place) -> str:
    if name == "up":
        return lifecycle.up(place(words, default))
    if name in ("down", "forget"):
        take(words, ())
        return lifecycle.down(default) if name == "down" else lifecycle.forget(default)
    if name == "changes":
        values = take(words, ("rate", "seconds", "seed"))
        rate = number("rate", values.get("rate", "20"), 1, workload.MOST_RATE)
        seconds = number("seconds", values.get("seconds", "60"), 1, workload.MOST_SECONDS)
        seed = number("seed", values.get("seed", "42"), 0, 2**63 - 1)
        done = workload.run(lifecycle.require(default), seed, rate, seconds, Event())
        return "\n".join(f"{count:8,}  {change}" for change, count in sorted(done.items()))
    if name == "address":
        # For a program that reads the database: one JSON object, without a secret.
        take(words, ())
        there = lifecycle.require(default)
        told = {"host": HOST, "port": there.port, "database": DATABASE, "passfile": str(there.passwords)}
        return json.dumps(told)
    raise SourceError(f"{name!r} is no command: up, down, forget, changes or address.")


if __name__ == "__main__":
    sys.exit(main())
