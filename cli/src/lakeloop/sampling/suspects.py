"""Columns that look as if they held people: by their names, and by their values, which Athena looks at and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lakeloop_project.sources import Type
from lakeloop_raw.sql import identifier, literal

EMAIL, PHONE, NAME, OTHER = "an e-mail address", "a telephone number", "a name", "personal data"
_NAMED = (
    (EMAIL, r"(^|_)e_?mails?(_|$)"),
    (PHONE, r"(^|_)(phones?|mobile|fax|msisdn|telephone|tel|cellphone)(_|$)"),
    (
        NAME,
        r"(^|_)((first|last|full|given|family|middle|maiden|birth|user|nick|customer|person|contact|employee|guest|member|"
        r"patient|recipient|owner|buyer|sender)_?names?|surname|forename)(_|$)|^name$",
    ),
    (
        OTHER,
        r"(^|_)(street|address|address_line_?\d|birth_?(day|date)|date_of_birth|dob|ssn|iban|bic|passport|tax_id|"
        r"ip_address|card_number)(_|$)",
    ),
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Trino's regular expressions are Joni's or RE2J's: https://trino.io/docs/current/functions/regexp.html
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
_PHONE = r"^\s*(\+[0-9]|\(?0[0-9]{1,4}[ )./-]+[0-9])[0-9 ()./-]{5,16}$"
_JSON = r"""(?i)"[a-z_]*(e_?mail|phone|first_?name|last_?name|full_?name)[a-z_]*"\s*:"""
_SHARE = 0.05
"""Of the texts that are not empty: numbers of articles look like telephone numbers now and then."""


def by_name(column: str) -> str | None:
    """The kind that a column's *name* promises; None for nothing of a person's."""
    name = _WORDS.sub("_", column).lower()
    return next((kind for kind, pattern in _NAMED if re.search(pattern, name)), None)


def in_names(column: str, of: Type) -> str | None:
    """As ``by_name``; in a row also by the names of its fields."""
    found = by_name(column)
    if found or not of.nested:
        return found
    fields = zip(of.names or [""] * len(of.of), of.of, strict=True)
    return next((kind for name, inner in fields if (kind := in_names(name, inner))), None)


def looked_into(of: Type) -> bool:
    """Whether values of that type can hold what is looked for."""
    return of.is_text or of.nested


def counts(column: str, of: Type) -> list[str]:
    """Four aggregates over *column*: texts that are not empty; with an address; that are a number; with keys of a person's."""
    name = identifier(column)
    text = f"cast({name} as varchar)" if of.is_text else f"json_format(cast({name} as json))"
    found = [f"count_if(regexp_like({text}, {literal(pattern)}))" for pattern in (_EMAIL, _PHONE, _JSON)]
    return [f"count_if(length({text}) > 0)", *found]


def told(names: Iterator[str], row: Mapping[str, int]) -> str | None:
    """The kind that four counts of *row* tell, whose names *names* gives next; None for nothing of a person's."""
    filled, addresses, numbers, keys = (row[next(names)] for _ in range(4))
    if addresses:
        return EMAIL
    if keys:
        return "JSON with keys of a person's"
    return PHONE if filled and numbers / filled >= _SHARE else None
