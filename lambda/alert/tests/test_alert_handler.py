"""Messages are sent once, everywhere, and a channel that is down loses none."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from alert import sent
from alert.errors import TerminalError, TransientError
from alert.handler import handle
from alert_aws import SUMMARY, Aws, Webhook


def context(request: str = "request-1") -> Any:
    return SimpleNamespace(aws_request_id=request)


def test_one_message_names_the_node_its_error_the_cost_and_a_page(aws: Aws, failed: dict[str, Any]) -> None:
    aws.summary(SUMMARY)
    assert handle(failed, context()) == {"message": "nightly-1", "channels": ["topic"]}
    (message,) = aws.published
    assert message["Subject"] == "acme dev: the run nightly-1 failed: 1 node"
    text = message["Message"]
    for part in (
        "model.acme.fct_orders (error)",
        "COLUMN_NOT_FOUND",
        "$0.0031 so far",
        "just run retry nightly-1 env=dev",
    ):
        assert part in text
    assert "https://artifacts.s3.example/alerts/pages/nightly-1.html?X-Amz-Expires=43200" in text
    assert (
        "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/"
        "arn:aws:states:eu-central-1:000000000000:execution:acme-dev-dbt-pipeline:nightly-1" in text
    )
    assert all(len(line) <= 72 or "https://" in line for line in text.splitlines())
    page = aws.objects["alerts/pages/nightly-1.html"].decode()
    assert "COLUMN_NOT_FOUND" in page and "&lt;b&gt;" in page and "<b>" not in page


def test_the_same_event_twice_is_one_message(aws: Aws, webhook: Webhook, failed: dict[str, Any]) -> None:
    aws.summary(SUMMARY)
    handle(failed, context())
    again = copy.deepcopy(failed) | {"id": "another"}
    assert handle(again, context("request-2")) == {"skipped": "nightly-1 was sent before"}
    assert (len(aws.published), len(webhook.got)) == (1, 1)


def test_a_webhook_that_is_down_gets_it_later_and_the_mail_is_not_sent_again(
    aws: Aws, webhook: Webhook, failed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    aws.summary(SUMMARY)
    webhook.statuses = [503, 429]
    for _ in range(2):
        with pytest.raises(
            TransientError, match=r"nightly-1 did not arrive everywhere\. webhook: The webhook answered"
        ):
            handle(failed, context())
    handle(failed, context())
    assert (len(aws.published), len(webhook.got)) == (1, 1)
    assert aws.record()["channels"]["webhook"]["tries"] == 3
    assert "model.acme.fct_orders" in json.dumps(webhook.got[0]["blocks"])
    assert webhook.got[0]["text"] == "acme dev: the run nightly-1 failed: 1 node"
    told = capsys.readouterr().out + json.dumps({key: body.decode() for key, body in aws.objects.items()})
    assert "SECRET" not in told


def test_a_topic_that_is_down_does_not_keep_the_webhook_from_it(
    aws: Aws, webhook: Webhook, failed: dict[str, Any]
) -> None:
    aws.summary(SUMMARY)
    aws.down = True
    with pytest.raises(TransientError, match="did not take the message"):
        handle(failed, context())
    assert len(webhook.got) == 1
    aws.down = False
    handle(failed, context())
    assert (len(aws.published), len(webhook.got)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "address", "said"),
    [
        (404, None, "answered 404"),
        (302, None, "answered 302"),
        (200, "ftp://example.org", "no address that begins with https"),
        (200, "http://example.org", "no address that begins with https"),
        (200, "", "no address that begins with https"),
    ],
)
def test_an_address_that_nobody_listens_at_is_told(
    aws: Aws, webhook: Webhook, failed: dict[str, Any], status: int, address: str | None, said: str
) -> None:
    webhook.statuses = [status]
    if address is not None:
        aws.parameters["/acme/dev/webhook"] = address
    with pytest.raises(TerminalError, match=said):
        handle(failed, context())
    assert len(aws.published) == 1


def test_a_parameter_that_is_not_there_is_named(aws: Aws, webhook: Webhook, failed: dict[str, Any]) -> None:
    aws.parameters.clear()
    with pytest.raises(TerminalError, match=r"parameter /acme/dev/webhook.*docs/EVENTS.md"):
        handle(failed, context())


def test_two_invocations_at_once_send_once(aws: Aws, failed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    aws.summary(SUMMARY)
    publish, other = aws.publish, []

    def meanwhile(**message: str) -> None:
        monkeypatch.setattr(aws, "publish", publish)
        with pytest.raises(TransientError, match="Another invocation"):
            handle(failed, context("request-2"))
        other.append(True)
        publish(**message)

    monkeypatch.setattr(aws, "publish", meanwhile)
    handle(failed, context())
    assert (other, len(aws.published)) == ([True], 1)


def test_what_a_killed_invocation_claimed_is_sent_by_the_next(
    aws: Aws, failed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(**_: str) -> None:
        raise Killed

    publish = aws.publish
    monkeypatch.setattr(aws, "publish", die)
    with pytest.raises(Killed):
        handle(failed, context())
    monkeypatch.setattr(aws, "publish", publish)
    with pytest.raises(TransientError, match="Another invocation is sending"):
        handle(failed, context("request-2"))
    monkeypatch.setattr(sent, "_CLAIM", timedelta(0))
    handle(failed, context("request-2"))
    assert len(aws.published) == 1


@pytest.mark.parametrize(
    ("error", "cause", "said"),
    [
        ("LeaseHeld", '{"errorMessage": "The run other has dev", "errorType": "LeaseHeld"}', "The run other has dev"),
        ("States.Timeout", "", "States.Timeout"),
        ("TerminalError", "not JSON", "not JSON"),
    ],
)
def test_a_run_that_never_began_has_the_words_of_the_execution(
    aws: Aws, failed: dict[str, Any], error: str, cause: str, said: str
) -> None:
    failed["detail"] |= {"error": error, "cause": cause, "status": "FAILED"}
    handle(failed, context())
    text = aws.published[0]["Message"]
    assert said in text and error in text and "nothing of it has run" in text


@pytest.mark.parametrize(("status", "said"), [("TIMED_OUT", "took longer than it may"), ("ABORTED", "was stopped")])
def test_every_bad_end_is_told(aws: Aws, failed: dict[str, Any], status: str, said: str) -> None:
    failed["detail"] |= {"status": status, "input": '{"run_id": "asked"}'}
    handle(failed, context())
    assert aws.published[0]["Subject"] == f"acme dev: the run asked {said}"


def test_a_success_is_told_where_an_export_asks_for_it(aws: Aws, failed: dict[str, Any]) -> None:
    failed["detail"] |= {"status": "SUCCEEDED", "error": None, "cause": None}
    export = {"name": "weekly", "uri": "s3://processed/exports/weekly/1/weekly.csv", "bytes": 7000, "notify": False}
    aws.summary({**SUMMARY, "failed": [], "exports": [export]})
    assert "skipped" in handle(failed, context())
    aws.summary({**SUMMARY, "failed": [], "exports": [{**export, "notify": True}]})
    handle(failed, context())
    (message,) = aws.published
    assert message["Subject"] == "acme dev: the run nightly-1 succeeded"
    assert "weekly: 7,000 bytes, s3://processed" in message["Message"]
    assert "https://processed.s3.example/exports/weekly/1/weekly.csv?X-Amz-Expires" in message["Message"]


def test_each_end_of_an_execution_that_is_redriven_is_told(aws: Aws, failed: dict[str, Any]) -> None:
    handle(failed, context())
    failed["detail"]["redriveCount"] = 1
    handle(failed, context())
    assert len(aws.published) == 2


def test_a_test_message(aws: Aws) -> None:
    handle({"test": "one"}, context())
    assert aws.published[0]["Subject"] == "acme dev: a test message"
    assert aws.record("test-one")["channels"]["topic"]["state"] == "sent"


@pytest.mark.parametrize(
    "event", [None, {}, [], {"detail-type": "other"}, {"test": ""}, {"test": 3}, {"detail": {"status": "FAILED"}}]
)
def test_another_event_is_refused(aws: Aws, event: Any) -> None:
    with pytest.raises(TerminalError, match="Expected EventBridge's"):
        handle(event, context())


def test_all_missing_settings_are_named_at_once(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROJECT")
    monkeypatch.setenv("ARTIFACTS_BUCKET", "")
    with pytest.raises(TerminalError, match="ARTIFACTS_BUCKET, PROJECT"):
        handle({"test": "one"}, context())
