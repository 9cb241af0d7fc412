"""``lakeloop-quality GIVEN RESULT``: what ``just expectations`` starts in the environment of Great Expectations."""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path


def main() -> int:
    """Run what the file GIVEN says, and write the rows to the file RESULT as JSON.

    Returns:
        0, whatever the expectations came to; 2 after a message on standard error if they could not run.
    """
    given, result = map(Path, sys.argv[1:])
    # No message to its makers: https://docs.greatexpectations.io/docs/reference/learn/usage_statistics/
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    warnings.simplefilter("ignore")
    from sqlalchemy.exc import SQLAlchemyError

    from lakeloop_quality.run import BadSuite, run  # takes seconds to load, and reads the variable then

    try:
        rows = run(json.loads(given.read_text("utf-8")))
    except (BadSuite, SQLAlchemyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    result.write_text(json.dumps(rows), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
