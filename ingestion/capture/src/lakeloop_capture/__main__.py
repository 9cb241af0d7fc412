"""``lakeloop-capture``: capture until a signal ends it. Settings are environment variables: ``settings``."""

from __future__ import annotations

import os

from lakeloop_capture import process


def main() -> None:
    """Run, and end the process with the exit code: 0 by a signal, 1 to be tried again, 2 for somebody to act."""
    process.leave(process.run(os.environ))


if __name__ == "__main__":
    main()
