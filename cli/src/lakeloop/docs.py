"""``just docs``: dbt's documentation as one file that opens without a server."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop_project.environments import environment

from lakeloop import database, files
from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.runs import runner
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.dbt_command import run_dbt
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def docs(workspace: Workspace, words: Sequence[str]) -> int:
    """``just docs``: write the docs page of the last good build; ``just docs env=dev``: of the environment. Print its path."""
    arguments, rest = take(words, {"env", "on"})
    if rest:
        raise UserError(f"`just docs` takes env= and on= alone, not {' '.join(rest)}.")
    if "env" in arguments:
        return _of_environment(workspace, environment(workspace.root, arguments["env"]), arguments.get("on"))
    return _of_last_build(workspace)


def _of_environment(workspace: Workspace, name: str, on: str | None) -> int:
    """The function writes the page, with what Athena's catalog says of each table, and keeps it in the artifacts bucket."""
    place = enter(workspace, name, on)
    lake = outputs(workspace, place)
    answer = runner.invoke(place, lake, ["docs", "generate"], ["--static"])
    if answer["status"] != "success":
        raise UserError(
            f"The docs could not be written.\n{runner.failures(answer)}\nAll of it: {answer['artifacts']}dbt.log"
        )
    file = workspace.docs_of(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    place.client("s3").download_file(lake.artifacts_bucket, "docs/index.html", str(file))
    print(f"The docs page of {place}: {file}\nIn the bucket: s3://{lake.artifacts_bucket}/docs/index.html")
    return 0


def _of_last_build(workspace: Workspace) -> int:
    with database.exclusive(workspace):
        database.open_last(workspace).close()
        environment = {"LAKELOOP_DATABASE": str(workspace.database)}
        code = run_dbt(workspace, ["docs", "generate", "--static", "--target", "local", "--quiet"], environment)
    if code:
        raise UserError(f"dbt could not write the docs; its log: {workspace.state / 'logs' / 'dbt.log'}")
    files.write(workspace.docs, (workspace.target / "static_index.html").read_bytes())
    print(f"The docs page: {workspace.docs}")
    return 0
