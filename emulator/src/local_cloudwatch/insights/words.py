"""Words of a query of Logs Insights."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_cloudwatch.errors import QueryError

_WORD = re.compile(
    r"""\s*(?:
      (?P<comment>\#[^\n]*)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | `(?P<quoted>[^`]+)`
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<unit>[a-z]+)?
    | (?P<name>[A-Za-z_@][\w@.]*)
    | (?P<sign>=~|!=|<=|>=|[-=<>+*/%^(),\[\]|])
    )""",
    re.VERBOSE,
)
_REGEX = re.compile(r"\s*/((?:[^/\\]|\\.)+)/(i?)")


@dataclass(frozen=True)
class Word:
    """A word: *kind* is string, regex, number, name, sign, or nothing at the end."""

    kind: str
    text: str
    unit: str = ""

    def is_(self, *texts: str) -> bool:
        return self.kind in ("name", "sign") and self.text.lower() in texts


END = Word("", "")


class Words:
    """The words of a query, read one by one: what a slash is depends on what stands before it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._ahead: Word | None = None

    def peek(self) -> Word:
        if self._ahead is None:
            self._ahead = self._read()
        return self._ahead

    def take(self) -> Word:
        word, self._ahead = self.peek(), None
        return word

    def accept(self, *texts: str) -> bool:
        """Take the next word if it is one of these."""
        if self.peek().is_(*texts):
            self.take()
            return True
        return False

    def expect(self, *texts: str) -> Word:
        word = self.take()
        if not word.is_(*texts):
            raise QueryError(
                f"unexpected symbol found {word.text or 'end of the query'!r}: {' or '.join(texts)} is expected"
            )
        return word

    def name(self) -> str:
        word = self.take()
        if word.kind != "name":
            raise QueryError(f"unexpected symbol found {word.text or 'end of the query'!r}: a field is expected")
        return word.text

    def regex(self) -> str | None:
        """The regular expression between slashes that comes next, if one does."""
        if self._ahead is not None or not (found := _REGEX.match(self.text, self.at)):
            return None
        self.at = found.end()
        # Java's named groups, which Python spells otherwise.
        pattern = re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", found[1].replace(r"\/", "/"))
        return f"(?i){pattern}" if found[2] else pattern

    def _read(self) -> Word:
        while self.text[self.at :].strip():
            found = _WORD.match(self.text, self.at)
            if found is None:
                raise QueryError(f"unexpected symbol found {self.text[self.at :].strip()[:20]!r}")
            self.at = found.end()
            match found.lastgroup:
                case "comment":
                    continue
                case "string":
                    return Word("string", re.sub(r"\\(.)", r"\1", found["string"][1:-1]))
                case "quoted":
                    return Word("name", found["quoted"])
                case "number" | "unit":
                    return Word("number", found["number"], found["unit"] or "")
                case kind:
                    return Word(str(kind), found[str(kind)])
        return END


def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression. Raises ``QueryError``."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise QueryError(f"invalid regular expression /{pattern}/: {error}") from None
