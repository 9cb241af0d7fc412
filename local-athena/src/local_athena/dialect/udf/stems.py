"""The stem of a word, of an English one by Porter's second algorithm: https://snowballstem.org/algorithms/english/stemmer.html."""

from __future__ import annotations

import re

from local_athena.dialect.udf import stems_french_german, stems_romance
from local_athena.dialect.udf.failures import Failure, invalid

_KEPT = {
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl", "gently": "gentl",
    "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe",
    "atlas": "atlas", "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}  # fmt: skip
_DONE = {"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"}
_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "abli": "able", "entli": "ent", "izer": "ize",
    "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al", "aliti": "al", "alli": "al", "fulness": "ful",
    "ousli": "ous", "ousness": "ous", "iveness": "ive", "iviti": "ive", "biliti": "ble", "bli": "ble", "ogi": "og",
    "fulli": "ful", "lessli": "less", "li": "",
}  # fmt: skip
_STEP_3 = {
    "ational": "ate", "tional": "tion", "alize": "al", "icate": "ic", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
    "ative": "",
}  # fmt: skip
_STEP_4 = ("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate", "iti", "ous", "ive",
           "ize", "ion")  # fmt: skip
_OTHERS = ("ca", "da", "eu", "fi", "hu", "hy", "ir", "lt", "nl", "no", "ro", "ru", "sv", "tr")
_LANGUAGES = {
    "en": lambda word: _stem(word), "fr": stems_french_german.french, "de": stems_french_german.german, "es": stems_romance.spanish,
    "it": stems_romance.italian, "pt": stems_romance.portuguese,
}  # fmt: skip
_VOWELS = "aeiouy"
_REGION = re.compile(f"[{_VOWELS}][^{_VOWELS}]")


def word_stem(word: str, language: str) -> str:
    if language in _OTHERS:
        raise Failure(f"NOT_SUPPORTED: Stems of words in the language {language} are not supported by local Athena")
    if language not in _LANGUAGES:
        raise invalid(f"Unknown stemmer language: {language}")
    return _LANGUAGES[language](word)


def _stem(word: str) -> str:
    if len(word) < 3:
        return word
    if word in _KEPT:
        return _KEPT[word]
    word = word.removeprefix("'")
    word = re.sub(rf"(^|[{_VOWELS}])y", r"\1Y", word)
    first = _region_1(word)
    found = _REGION.search(word, first)
    second = found.end() if found else len(word)
    word = _step_1a(re.sub(r"('s'|'s|')$", "", word))
    if word not in _DONE:
        word = _step_1b(word, first)
        word = re.sub(rf"(?<=.)([^{_VOWELS}])[yY]$", r"\1i", word)
        word = _step_2(word, first)
        word = _step_3(word, first, second)
        word = _step_4(word, second)
        word = _step_5(word, first, second)
    return word.replace("Y", "y")


def _region_1(word: str) -> int:
    if found := re.match("gener|commun|arsen", word):
        return found.end()
    found = _REGION.search(word)
    return found.end() if found else len(word)


def _step_1a(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return word
    return word[:-1] if re.search(f"[{_VOWELS}]", word[:-2]) else word


def _step_1b(word: str, first: int) -> str:
    if found := re.search("(eedly|eed)$", word):
        return word[: found.start()] + "ee" if found.start() >= first else word
    found = re.search("(ingly|edly|ing|ed)$", word)
    if not found or not re.search(f"[{_VOWELS}]", word[: found.start()]):
        return word
    word = word[: found.start()]
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if re.search(r"(bb|dd|ff|gg|mm|nn|pp|rr|tt)$", word):
        return word[:-1]
    return word + "e" if first >= len(word) and _short(word) else word


def _short(word: str) -> bool:
    """Whether a word ends in a short syllable."""
    return bool(re.search(f"([^{_VOWELS}][{_VOWELS}][^{_VOWELS}wxY]|^[{_VOWELS}][^{_VOWELS}])$", word))


def _longest(word: str, endings: object) -> str:
    return max((e for e in endings if word.endswith(e)), key=len, default="")  # type: ignore[attr-defined]


def _step_2(word: str, first: int) -> str:
    ending = _longest(word, _STEP_2)
    stem = word[: len(word) - len(ending)]
    if not ending or len(stem) < first:
        return word
    if (ending == "ogi" and not stem.endswith("l")) or (ending == "li" and not re.search("[cdeghkmnrt]$", stem)):
        return word
    return stem + _STEP_2[ending]


def _step_3(word: str, first: int, second: int) -> str:
    ending = _longest(word, _STEP_3)
    stem = word[: len(word) - len(ending)]
    if not ending or len(stem) < (second if ending == "ative" else first):
        return word
    return stem + _STEP_3[ending]


def _step_4(word: str, second: int) -> str:
    ending = _longest(word, _STEP_4)
    stem = word[: len(word) - len(ending)]
    if not ending or len(stem) < second or (ending == "ion" and not stem.endswith(("s", "t"))):
        return word
    return stem


def _step_5(word: str, first: int, second: int) -> str:
    end = len(word) - 1
    if word.endswith("e") and (end >= second or (end >= first and not _short(word[:-1]))):
        return word[:-1]
    return word[:-1] if word.endswith("ll") and end >= second else word


FUNCTIONS = (("word_stem", word_stem, "VARCHAR VARCHAR", "VARCHAR"),)
