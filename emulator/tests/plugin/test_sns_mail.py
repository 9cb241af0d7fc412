"""Mails of SNS have the subject of their message; the emulator keeps them."""

from __future__ import annotations

import uuid

import pytest
from tests.asking import client

from lakeloop_emulator import owner
from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator


def test_a_mail_has_the_subject_of_its_message(emulator: Settings) -> None:
    client("ses", emulator.url).list_identities()  # which is loaded now: its page is there before the first mail
    sns = client("sns", emulator.url)
    topic = sns.create_topic(Name=f"t{uuid.uuid4().hex[:8]}")["TopicArn"]
    address = f"{uuid.uuid4().hex[:8]}@acme.example"
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    sns.publish(TopicArn=topic, Subject="A run failed", Message="two lines\nof it")
    sns.publish(TopicArn=topic, Message="no subject")
    found: dict[str, str] = {}
    while len(found) < 2:
        kept = owner.fetch(emulator, "/_aws/ses")["messages"]
        to = [mail for mail in kept if mail["Destination"]["ToAddresses"] == [address]]
        found = {mail["Body"]["text_part"]: mail["Subject"] for mail in to}
    assert found == {"two lines\nof it": "A run failed", "no subject": "AWS Notification Message"}
