"""``just redrive changes``: changes that were set apart are tried again, by the function that writes the changelog."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import batched

from lakeloop_project.environments import environment

from lakeloop.arrivals.awaited import explained
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_FOLDER = "quarantine/changes/"
# Each is a commit; an invocation has five minutes.
_AT_ONCE = 50
_PATIENT = 310


def redrive(workspace: Workspace, env: str | None, on: str | None) -> int:
    """Have each tried again. What its table takes now, or has, leaves the quarantine; the rest stays, and is printed.

    Returns:
        1 if something stays.

    Raises:
        UserError: the environment is not applied or captures no changes, or the function fails.
    """
    name = environment(workspace.root, env or "dev")
    place = enter(workspace, name, on)
    lake = outputs(workspace, place)
    if not lake.changes_function:
        raise UserError(
            f"{name} captures no changes, so none was set apart. In terraform/envs/{name}.tfvars, then applied: changes = {{}}"
        )
    done: Counter[str] = Counter()
    stay: dict[str, str] = {}
    with explained(place):
        pages = place.client("s3").get_paginator("list_objects_v2").paginate(Bucket=lake.raw_bucket, Prefix=_FOLDER)
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        function = place.client("lambda", read_timeout=_PATIENT, retries={"total_max_attempts": 1})
        for some in batched(keys, _AT_ONCE):
            answer = function.invoke(FunctionName=lake.changes_function, Payload=json.dumps({"redrive": some}))
            told = json.loads(answer["Payload"].read())
            if "FunctionError" in answer:
                raise UserError(f"{lake.changes_function} fails: {told.get('errorMessage', told)}")
            done.update(written=told["written"], there=told["there"])
            stay |= told["stay"]
    had = f", and {done['there']:,} were in their tables" if done["there"] else ""
    print(f"{done['written']:,} changes are written now{had}; {len(stay):,} stay.")
    for key, reason in stay.items():
        print(f"{key}: {reason}", file=sys.stderr)
    return 1 if stay else 0
