"""``just dashboard``: the deployed dashboard's metrics and alarms, read from CloudWatch onto a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import environment

from lakeloop import files
from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.dashboard import page
from lakeloop.dashboard.figures import read
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_DAYS = 7
# CloudWatch keeps values of five minutes for 63 days, and answers with 1,440 of them and more in pages.
_MOST_DAYS = 63


def dashboard(workspace: Workspace, words: Sequence[str]) -> int:
    """``just dashboard [env=dev] [on=aws] [days=7]``: print what is wrong, and the page's path.

    Raises:
        UserError: an unknown word, an environment that is not applied or has no dashboard, or CloudWatch that refuses.
    """
    arguments, rest = take(words, {"env", "on", "days"})
    days = arguments.get("days", str(_DAYS))
    if rest or not days.isdecimal() or not 1 <= int(days) <= _MOST_DAYS:
        raise UserError(f"Usage: just dashboard [env=dev] [on=aws] [days={_DAYS}], of 1 to {_MOST_DAYS} days")
    name = environment(workspace.root, arguments.get("env", "dev"))
    place = enter(workspace, name, arguments.get("on"))
    board = outputs(workspace, place).dashboard
    if not board:
        raise UserError(f"{place} has no dashboard: `monitoring = true` in terraform/envs/{name}.tfvars, then applied.")
    now = datetime.now(UTC)
    try:
        found = read(place.client("cloudwatch"), board, now - timedelta(days=int(days)), now)
    except ClientError as error:
        raise UserError(
            f"CloudWatch of {place} does not show {board}: {error.response['Error'].get('Message')}"
        ) from error
    except BotoCoreError as error:
        raise UserError(f"CloudWatch of {place} cannot be reached: {error}") from error
    file = workspace.state / "dashboards" / place.slug / f"{name}.html"
    files.write(file, page.render(found, str(place), int(days)))
    for line in page.wrong(found):
        print(line)
    print(f"The dashboard: {file}")
    return 0
