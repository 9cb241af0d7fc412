"""``python -m lakeloop.child.manifest FILE``: parse the project and write what is read of its manifest to FILE, as JSON.

With it, the environment variables that the parse read and their values, so that it is known when the file is no longer true.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from lakeloop import files
from lakeloop.child import schemas
from lakeloop.child.parsing import parse, reduced
from lakeloop.errors import UserError
from lakeloop.plain import printable


@schemas.kept()
def main(arguments: Sequence[str]) -> int:
    """0, or 2 with a message if dbt cannot parse the project."""
    file = Path(arguments[0])
    try:
        parsed = parse([])
        files.write(
            file, json.dumps({"variables": parsed.variables, "manifest": reduced(parsed.manifest)}, default=str)
        )
    except UserError as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
