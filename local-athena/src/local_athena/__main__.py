"""``local-athena``: serve Athena on loopback, or check SQL."""

from __future__ import annotations

import sys

from local_athena import config


def main() -> int:
    """Do what the command line says. Returns the exit code."""
    settings = config.parse(sys.argv[1:])
    if isinstance(settings, config.Serve):
        from local_athena.serve import serve

        return serve(settings)
    from local_athena.check.command import check

    return check(settings.paths, as_json=settings.json)


if __name__ == "__main__":
    sys.exit(main())
