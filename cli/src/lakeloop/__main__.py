"""``lakeloop COMMAND ...``: what the justfile calls.

Standard library only, until it is known whether the process that has dbt imported runs the command (``warm``).
"""

from __future__ import annotations

import os
import sys

from lakeloop import loopback, root
from lakeloop.interrupted import EXIT_CODE
from lakeloop.warm import client

# Those that run dbt and are typed all day. What asks a question or changes something in an account has a process of its own.
_WARM = {"dbt", "dbt-local", "parse", "query", "watch"}


def main() -> int:
    """Run the command that the first word names."""
    # For this process and all that it starts.
    os.environ.update(loopback.direct(os.environ))
    os.environ["CHECKPOINT_DISABLE"] = "1"  # or each terraform asks HashiCorp for newer versions
    words = sys.argv[1:]
    place = root.find() if words and words[0] in _WARM else None
    try:
        code = client.run(place / root.STATE, place, words) if place else None
        return here() if code is None else code
    except KeyboardInterrupt:  # while that process starts, or commands are imported: nothing has begun
        return EXIT_CODE


def here() -> int:
    """The same in this process."""
    from lakeloop import commands

    return commands.main()


if __name__ == "__main__":
    sys.exit(main())
