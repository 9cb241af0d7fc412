"""``just report``: what a run took and cost, as one page that opens without a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lakeloop_project.environments import environment

from lakeloop import files
from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.report import page
from lakeloop.report.links import links
from lakeloop.report.samples import samples
from lakeloop.report.store import Runs
from lakeloop.workspace import Workspace

_EARLIER = 11
_SQL_NODES, _SQL = 20, 20_000


def report(workspace: Workspace, words: Sequence[str]) -> int:
    """``just report [run=ID] [env=dev]``: the last run unless told otherwise. Prints the page's path.

    Raises:
        UserError: there is no such run, or none at all.
    """
    arguments, rest = take(words, {"env", "on", "run"})
    if rest:
        raise UserError(f"Usage: just report [run=ID] [env=dev]; {' '.join(rest)!r} means nothing here.")
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    runs = Runs(place.client("s3", max_pool_connections=16), lake.artifacts_bucket)
    index = runs.index()
    if "run" not in arguments and not index:
        raise UserError(f"No run of {place} has ended yet: `just run env={place.environment}` makes one.")
    run = runs.summary(arguments.get("run") or index[0]["run_id"])
    manifest = runs.manifest(run["run_id"])
    text = page.render(
        run,
        manifest,
        runs.summaries(_earlier(run, index)),
        samples(
            run, manifest, runs, place.client("athena"), workgroup=lake.athena_workgroup, database=lake.glue_database
        ),
        place=str(place),
        project=workspace.settings.name,
        pages=links(place, lake, run["run_id"]),
        compiled=_compiled(run, runs),
    )
    file = workspace.state / "reports" / place.slug / f"{run['run_id']}.html"
    files.write(file, text)
    print(f"The report: {file}")
    return 0


def _compiled(run: dict[str, Any], runs: Runs) -> dict[str, str]:
    """The SQL of the first nodes that failed, as far as it was kept; of a long one its beginning."""
    found: dict[str, str] = {}
    for node in run["failed"][:_SQL_NODES]:
        text = runs.text(node["compiled_path"]) if node.get("compiled_path") else None
        if text:
            found[node["unique_id"]] = text.strip() if len(text) <= _SQL else f"{text[:_SQL]}\n..."
    return found


def _earlier(run: dict[str, Any], index: list[dict[str, Any]]) -> list[str]:
    """The ids of the last runs of the same command before *run*, the newest first."""
    before = [one for one in index if one["begun_at"] < run["begun_at"] and one["command"] == run["command"]]
    return [one["run_id"] for one in before[:_EARLIER]]
