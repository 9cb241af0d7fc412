"""Markdown pages as GitHub reads them: headings and their anchors, links, pictures, commands."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.offline_home import REPO

ROOT = REPO.root
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_TAG = re.compile(r'<(?:img|source)\b[^>]*?\b(?:src|srcset)="(?P<target>[^"]+)"')


@dataclass(frozen=True)
class Page:
    """A Markdown file; ``text`` is without code blocks and comments."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def source(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def text(self) -> str:
        return _COMMENT.sub("", _FENCE.sub("", self.source))

    @cached_property
    def prose(self) -> str:
        """``text`` without code in the line, where nothing is a link."""
        return re.sub(r"`[^`\n]*`", "", self.text)

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors that GitHub gives to the headings: https://docs.github.com/en/get-started/writing-on-github"""
        found: dict[str, int] = {}
        anchors = set()
        for heading in re.findall(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", self.text, re.MULTILINE):
            shown = _LINK.sub(lambda link: link["text"], heading)
            slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
            anchors.add(f"{slug}-{found[slug]}" if slug in found else slug)
            found[slug] = found.get(slug, 0) + 1
        return anchors

    @cached_property
    def links(self) -> list[str]:
        """Targets of all links and pictures that lie in the repository."""
        targets = [*(link["target"] for link in _LINK.finditer(self.prose)), *_TAG.findall(self.prose)]
        # A picture may stand in a link's text.
        targets += [inner["target"] for link in _LINK.finditer(self.prose) for inner in _LINK.finditer(link["text"])]
        return [target for target in targets if not re.match(r"[a-z]+:", target)]

    @cached_property
    def pictures(self) -> list[tuple[str, str]]:
        """Text and target of all pictures, in Markdown's spelling or HTML's."""
        tags = [dict(re.findall(r'\b(alt|src)="([^"]*)"', tag)) for tag in re.findall(r"<img\b[^>]*>", self.prose)]
        in_markdown = [(link["text"], link["target"]) for link in _LINK.finditer(self.prose) if link["picture"]]
        return [*in_markdown, *((tag.get("alt", ""), tag.get("src", "")) for tag in tags)]

    @cached_property
    def typed(self) -> list[str]:
        """Commands of console blocks, without the prompt and the comment at the end."""
        blocks = [block["body"] for block in _FENCE.finditer(self.source) if block["language"] == "console"]
        lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
        # Without a language, what begins with the name of a program of ours is typed, too.
        plain = [block["body"] for block in _FENCE.finditer(self.source) if not block["language"]]
        lines += [line for block in plain for line in block.splitlines() if re.match(r"(just|make) ", line)]
        return [re.sub(r"\s+#.*", "", line).strip() for line in lines]

    @cached_property
    def code(self) -> list[tuple[str, str]]:
        """Language and text of each code block that names one."""
        blocks = [(block["language"], block["body"]) for block in _FENCE.finditer(self.source)]
        return [(language, body) for language, body in blocks if language]

    @cached_property
    def commands(self) -> list[str]:
        """``typed``, and what stands in the line as code and begins with `just` or `make`."""
        inline = re.findall(r"`((?:[A-Z_]+=\S+ )?(?:just|make) [^`]+)`", self.text)
        return [*self.typed, *(command.replace(r"\|", "|") for command in inline)]


def pages() -> list[Page]:
    """Every page of the product. What a team owns (``dbt/``) and the sample may be gone, and no page may need them."""
    own = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), *ROOT.glob("*/README.md")]
    return [Page(path) for path in sorted(own) if path.relative_to(ROOT).parts[0] not in ("dbt", "sample", "data")]
