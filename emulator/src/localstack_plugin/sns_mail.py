"""Mails of SNS with the subject of their message, which LocalStack leaves out.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ``Subject``
"""

from __future__ import annotations

from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.sns.publisher import EmailTopicPublisher, PublishDispatcher

_SENDER = "no-reply@sns.amazonaws.com"
_SUBJECT = "AWS Notification Message"
"""The subject of a message that has none."""


class MailPublisher(EmailTopicPublisher):  # type: ignore[misc]
    """Sends the message as it is, to the emulator's mail (``GET /_aws/ses``)."""

    def _publish(self, context: Any, subscriber: Any) -> None:
        # The subscription's owner: its address is no ARN.
        parts = subscriber["TopicArn"].split(":")
        ses = connect_to(aws_access_key_id=parts[4], region_name=parts[3]).ses
        for address in (_SENDER, subscriber["Endpoint"]):
            ses.verify_email_address(EmailAddress=address)
        text = self.prepare_message(context.message, subscriber, topic_attributes=context.topic_attributes)
        ses.send_email(
            Source=_SENDER,
            Message={"Subject": {"Data": context.message.subject or _SUBJECT}, "Body": {"Text": {"Data": text}}},
            Destination={"ToAddresses": [subscriber["Endpoint"]]},
        )


def register() -> None:
    """Put it in the place of LocalStack's."""
    PublishDispatcher.topic_notifiers["email"] = MailPublisher()
