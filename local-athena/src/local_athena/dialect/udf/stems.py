"""Stems of words by Snowball's algorithms, as Trino has them: https://trino.io/docs/current/functions/string.html#word_stem.

Snowball's third version stems some words otherwise: Lucene's of Trino's age is of the second.
"""

from __future__ import annotations

import snowballstemmer

from local_athena.dialect.udf.failures import invalid

_ALGORITHMS = {
    "ca": "catalan", "da": "danish", "de": "german", "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "hy": "armenian", "ir": "irish", "it": "italian", "lt": "lithuanian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def word_stem(word: str, language: str) -> str:
    if language not in _ALGORITHMS:
        raise invalid(f"Unknown stemmer language: {language}")
    # One each time: it holds the word that it is at, and threads call this side by side.
    stem: str = snowballstemmer.stemmer(_ALGORITHMS[language]).stemWord(word)
    return stem


FUNCTIONS = (("word_stem", word_stem, "VARCHAR VARCHAR", "VARCHAR"),)
