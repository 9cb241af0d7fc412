"""The message's texts, for mail and for Slack."""

from __future__ import annotations

import json

from alert.message import Link, Message, failed_nodes, fill

NODES = [{"unique_id": f"model.a.m{number}", "status": "error", "message": "x " * 2000} for number in range(40)]


def test_lines_keep_their_indentation_and_end_at_72_columns() -> None:
    filled = fill("Error\n    " + "word " * 30 + "\n\nend")
    lines = filled.splitlines()
    assert max(map(len, lines)) <= 72
    assert lines[1].startswith("    word") and lines[2].startswith("    word")
    assert lines[-2:] == ["", "end"]


def test_addresses_stay_whole() -> None:
    address = "https://example.org/" + "x" * 200
    assert f"Page  {address}\n" in Message("s", ("b",), (Link("Page", address),)).text()


def test_many_failures_are_counted() -> None:
    paragraphs = failed_nodes(NODES)
    assert len(paragraphs) == 11
    assert paragraphs[-1] == "and 30 more, which the page lists"


def test_slack_takes_it() -> None:
    """https://docs.slack.dev/reference/block-kit/blocks: 50 blocks, 3,000 characters of a section, 150 of a header."""
    message = Message("a & b <c> " * 40, failed_nodes(NODES), (Link("Page", "https://e.org/?a=1&b=2"),), ("do <this>",))
    slack = message.slack()
    assert len(slack["blocks"]) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in slack["blocks"])
    assert len(slack["blocks"][0]["text"]["text"]) <= 150
    assert "&lt;this&gt;" in json.dumps(slack) and "<https://e.org/?a=1&b=2|Page>" in json.dumps(slack)


def test_a_subject_is_a_short_line_of_ascii() -> None:
    subject = Message("größe\n" + "x" * 200, ()).email_subject
    assert len(subject) <= 99 and subject.isascii() and "\n" not in subject
