"""``just alerts``: the messages that were sent lately, a test message, the webhook's address, what could not be delivered."""

from __future__ import annotations

import getpass
import json
import secrets
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import meant, take
from lakeloop.aws.alerts import dead_letters
from lakeloop.aws.place import Place, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.rows import print_rows, style
from lakeloop.workspace import Workspace

_USAGE = "Usage: just alerts [test|resend|webhook] [env=dev] [format=table|tsv|json]"
_WORDS = ("test", "resend", "webhook")
_PREFIX = "alerts/sent/"
_SHOWN = 20


def alerts(workspace: Workspace, words: Sequence[str]) -> int:
    """``just alerts [test|resend|webhook] [env=dev]``.

    Raises:
        UserError: an unknown word, an environment in which nobody is told of failures, a message that did not arrive.
    """
    arguments, rest = take(words, {"env", "on", "format"})
    if len(rest) > 1 or (rest and rest[0] not in _WORDS):
        raise UserError(f"{' '.join(rest)!r} means nothing here.{meant(rest[0], _WORDS)} {_USAGE}")
    shown = style(arguments.get("format"))
    name = environment(workspace.root, arguments.get("env", "dev"))
    place = enter(workspace, name, arguments.get("on"))
    lake = outputs(workspace, place)
    if not lake.alerts_function:
        raise UserError(
            f"Nobody is told of failures of {name}. In terraform/envs/{name}.tfvars, then applied: "
            'alerts = { emails = ["you@example.org"] }'
        )
    try:
        match rest:
            case ["test"]:
                return _test(place, lake)
            case ["resend"]:
                return dead_letters.resend(place, lake)
            case ["webhook"]:
                return _keep_webhook(place, lake)
        _show(place, lake, shown)
    except ClientError as error:
        raise UserError(f"{place}: {error.response['Error'].get('Message')}") from error
    return 0


def _show(place: Place, lake: Outputs, shown: str) -> None:
    rows = [_row(record) for record in _records(place.client("s3"), lake.artifacts_bucket)]
    print_rows(shown, ("at", "message", "topic", "webhook"), rows)
    letters = dead_letters.peek(place, lake)
    for letter in letters:
        print(f"not delivered: {letter}", file=sys.stderr)
    if letters:
        print("`just alerts resend` tries again when the cause is mended.", file=sys.stderr)


def _records(s3: Any, bucket: str) -> list[dict[str, Any]]:
    """The records of the last messages (``lambda/alert/src/alert/sent.py``), the newest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_PREFIX)
    found = sorted((one for page in pages for one in page.get("Contents", ())), key=lambda one: one["LastModified"])
    return [
        json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()) for one in found[: -_SHOWN - 1 : -1]
    ]


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    def state(channel: str) -> str:
        told = record["channels"].get(channel)
        if told is None:
            return ""
        return told["state"] if told["state"] != "failed" else f"failed {told['tries']}x: {told.get('error', '')}"

    return (record["at"][:19].replace("T", " "), record["subject"], state("topic"), state("webhook"))


def _test(place: Place, lake: Outputs) -> int:
    told = dead_letters.tell(place, lake, {"test": secrets.token_hex(4)})
    print(f"Sent: {', '.join(told['channels'])}.")
    listed = place.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=lake.alerts_topic_arn)
    for one in (one for page in listed for one in page["Subscriptions"]):
        waiting = ", which has not confirmed yet" if not one["SubscriptionArn"].startswith("arn:") else ""
        print(f"The topic tells {one['Protocol']} {one['Endpoint']}{waiting}.")
    return 0


def _keep_webhook(place: Place, lake: Outputs) -> int:
    if not lake.webhook_parameter:
        raise UserError(
            f"{place.environment} has no webhook: alerts = {{ webhook = true }} in terraform/envs/{place.environment}.tfvars, then "
            "applied."
        )
    address = getpass.getpass("The webhook's address: ") if sys.stdin.isatty() else sys.stdin.readline()
    address = address.strip()
    parts = urlsplit(address)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1")
    ):
        raise UserError("That is no address which begins with https://. Nothing was kept.")
    place.client("ssm").put_parameter(Name=lake.webhook_parameter, Value=address, Type="SecureString", Overwrite=True)
    print(
        f"Kept in the parameter {lake.webhook_parameter}, encrypted. `just alerts test env={place.environment}` tries it."
    )
    return 0
