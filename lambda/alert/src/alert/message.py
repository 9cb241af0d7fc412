"""The message: plain text that reads well at 72 columns, and the same for Slack."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_COLUMNS = 72
_NODES = 10
_CHARACTERS = 600
"""Of one node's error. The page has all of it."""
# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_SUBJECT = 99
# https://docs.slack.dev/reference/block-kit/blocks/section-block and .../header-block
_SECTION, _HEADER = 2900, 149


@dataclass(frozen=True)
class Link:
    """An address with its label of one word, such as ``Page``."""

    label: str
    url: str


@dataclass(frozen=True)
class Message:
    """One message to people. ``body``: paragraphs; ``todo``: one step each."""

    subject: str
    body: tuple[str, ...]
    links: tuple[Link, ...] = ()
    todo: tuple[str, ...] = ()

    @property
    def email_subject(self) -> str:
        """The subject as SNS takes it: a line of ASCII."""
        line = " ".join(self.subject.encode("ascii", "replace").decode().split())
        return line if len(line) <= _SUBJECT else f"{line[: _SUBJECT - 3]}..."

    def text(self) -> str:
        """The message as text: lines of at most 72 columns, but for addresses, which stay whole."""
        parts = [fill(self.subject), *(fill(paragraph) for paragraph in self.body)]
        if self.links:
            width = max(len(link.label) for link in self.links)
            parts.append("\n".join(f"{link.label.ljust(width)}  {link.url}" for link in self.links))
        if self.todo:
            steps = "\n".join(fill(step, "- ", "  ") for step in self.todo)
            parts.append(f"To do\n{steps}")
        return "\n\n".join(parts) + "\n"

    def slack(self) -> dict[str, Any]:
        """The message as an incoming webhook takes it: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
        sections = [escape(paragraph) for paragraph in self.body]
        if self.todo:
            sections.append("\n".join(f"• {escape(step)}" for step in self.todo))
        if self.links:
            sections.append(" · ".join(f"<{link.url}|{escape(link.label)}>" for link in self.links))
        blocks: list[dict[str, Any]] = [
            {"type": "header", "text": {"type": "plain_text", "text": _cut(self.subject, _HEADER)}}
        ]
        blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _SECTION)}} for text in sections]
        return {"text": escape(self.subject), "blocks": blocks}


def fill(text: str, first: str = "", rest: str = "") -> str:
    """*text* in lines of at most 72 columns; its own lines and their indentation stay."""
    lines: list[str] = []
    for number, line in enumerate(text.splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        begin = (first if number == 0 else rest) + indent
        lines += textwrap.wrap(
            line.strip(),
            _COLUMNS,
            initial_indent=begin,
            subsequent_indent=rest + indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def failed_nodes(failed: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """A paragraph for each node of ``failed`` in a run's summary, as many as a person reads."""
    nodes = list(failed)
    paragraphs = []
    for node in nodes[:_NODES]:
        error = "\n".join(f"  {line}" for line in _cut(str(node.get("message") or ""), _CHARACTERS).splitlines())
        paragraphs.append(f"{node['unique_id']} ({node['status']})\n{error}".rstrip())
    if len(nodes) > _NODES:
        paragraphs.append(f"and {len(nodes) - _NODES} more, which the page lists")
    return tuple(paragraphs)


def escape(text: str) -> str:
    """*text* without Slack's own signs: https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
