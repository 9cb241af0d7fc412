"""Pages of AWS's console about a run. The emulator has no console, so a run there has the commands that show the same."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from lakeloop.aws.place import AWS, Place
from lakeloop.aws.terraform.outputs import Outputs


class Link(NamedTuple):
    """A page, or without ``url`` a command to type."""

    label: str
    url: str
    command: str = ""


def links(place: Place, lake: Outputs, run_id: str) -> list[Link]:
    """Pages of a run's log, files, queries and execution."""
    if place.slug != AWS:
        return [
            Link("log", "", f"just logs env={place.environment}"),
            Link("page again", "", f"just report env={place.environment} run={run_id}"),
        ]
    region = place.region
    console = f"https://{region}.console.aws.amazon.com"
    group = quote(quote(lake.log_group, safe=""), safe="").replace("%25", "$25")
    return [
        Link("log", f"{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"),
        Link("artifacts", f"{console}/s3/buckets/{lake.artifacts_bucket}?region={region}&prefix=runs/{quote(run_id)}/"),
        Link("queries", f"{console}/athena/home?region={region}#/query-editor/history"),
        Link("state machine", f"{console}/states/home?region={region}#/statemachines/view/{lake.state_machine_arn}"),
    ]
