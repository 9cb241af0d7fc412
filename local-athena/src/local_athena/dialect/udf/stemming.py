"""Parts of Snowball's algorithms that its languages share: regions of a word, and endings that go if they lie in one.

https://snowballstem.org/texts/r1r2.html
"""

from __future__ import annotations

import re


class Word:
    """A word on its way to its stem. The regions R1, R2 and RV are what stands behind three places of the word as it was."""

    def __init__(self, text: str, vowels: str) -> None:
        self.text, self.vowels = text, vowels
        self.r1 = self._after_consonant(0)
        self.r2 = self._after_consonant(self.r1)
        self.rv = len(text)

    def _after_consonant(self, start: int) -> int:
        """Behind the first consonant that follows a vowel."""
        found = re.compile(f"[{self.vowels}][^{self.vowels}]").search(self.text, start)
        return found.end() if found else len(self.text)

    def romance_rv(self) -> None:
        """RV of Spanish, Portuguese and Italian."""
        vowels, text = self.vowels, self.text
        if re.match(f".[^{vowels}]", text):
            found = re.compile(f"[{vowels}]").search(text, 2)
            self.rv = found.end() if found else len(text)
        elif re.match(f"[{vowels}]{{2}}", text):
            found = re.compile(f"[^{vowels}]").search(text, 2)
            self.rv = found.end() if found else len(text)
        else:
            self.rv = min(3, len(text))

    def ending(self, endings: str, start: int = 0) -> str:
        """The longest of the *endings*, parted by spaces, that lies behind *start*."""
        behind = self.text[start:]
        return max((e for e in endings.split() if behind.endswith(e)), key=len, default="")

    def cut(self, ending: str, start: int, by: str = "") -> bool:
        """Whether *ending* is one and lies behind *start*; then *by* stands in its place."""
        if not ending or not self.text.endswith(ending) or len(self.text) - len(ending) < start:
            return False
        self.text = self.text[: len(self.text) - len(ending)] + by
        return True

    def cut_any(self, endings: str, start: int, by: str = "") -> bool:
        """The same for the longest of the *endings* that the word has at all."""
        return self.cut(self.ending(endings), start, by)

    def preceded(self, ending: str, by: str) -> bool:
        """Whether one of the characters *by* stands before *ending*."""
        return bool(re.search(f"[{by}]{re.escape(ending)}$", self.text))
