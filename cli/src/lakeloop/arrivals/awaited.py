"""An environment that awaits files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def awaiting(workspace: Workspace, env: str | None, on: str | None) -> tuple[Place, Outputs]:
    """The place of the environment *env* (dev without one), and its names.

    Raises:
        UserError: it is not applied, or nobody looks at files there.
    """
    name = environment(workspace.root, env or "dev")
    place = enter(workspace, name, on)
    lake = outputs(workspace, place)
    if not lake.arrivals_queue_url:
        raise UserError(
            f"{name} awaits no files: nothing would happen to one. In terraform/envs/{name}.tfvars, then applied: arrivals = {{}}"
        )
    return place, lake


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Raises ``UserError`` for whatever AWS refuses within the block."""
    try:
        yield
    except ClientError as error:
        said = error.response["Error"]
        raise UserError(f"{place}: {error.operation_name}: {said.get('Message') or said.get('Code')}") from error
