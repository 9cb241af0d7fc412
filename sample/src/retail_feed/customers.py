"""Customers: a change feed of versions, and who was a customer when."""

import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail_feed import dirt
from retail_feed.clock import at_day, iso_text, utc_offsets
from retail_feed.columns import Columns, concatenated, selected, words
from retail_feed.dirt import NULL, Ints, Vocabulary
from retail_feed.options import DAY_MS
from retail_feed.places import COUNTRIES

COUNTRY: Final = Vocabulary(tuple(country.code for country in COUNTRIES), blanks=True)
OPT_IN: Final = Vocabulary(("true", "false"))
DOMAINS: Final = ("example.org", "example.com", "mail.example.net", "post.example.eu")
CITIES: Final = [city for country in COUNTRIES for city in country.cities]
FIRST_NAMES: Final = [name for country in COUNTRIES for name in country.first_names]
LAST_NAMES: Final = [name for country in COUNTRIES for name in country.last_names]
LAST_NAME_SUFFIXES: Final = ["", ", Dr.", ', "Jr."', " (née Öz)"]
DIAL_STYLES: Final = [
    text for country in COUNTRIES for text in (f"+{country.dial} 170 ", f"00{country.dial}-170-", "0170/", "(0)170 ")
]
PHONE_DIGITS: Final = 7
SIGN_UPS_BEFORE: Final = 0.7
SIGN_UP_YEARS: Final = 3
ORDER_SKEW: Final = 1.3
"""Sigma of the log-normal weight with which a customer orders: a few order often, most once or never."""


@dataclass(frozen=True)
class Customers:
    """All customers. Customer numbers are positions from 1 on, in the order of signing up."""

    signed_up_ms: Ints
    weight_bounds: dirt.Column
    versions: Columns
    arrival: Ints
    """Epoch day on which each row of `versions` arrives; ascending."""
    offsets: Ints
    first_offset_day: int

    def pick(self, rng: np.random.Generator, day: int, size: int) -> Ints:
        """Numbers of customers who order on a day; all signed up before it began."""
        known = int(np.searchsorted(self.signed_up_ms, at_day(day)))
        return 1 + dirt.pick_within(rng, self.weight_bounds[:known], size)

    def rows(self, day: int) -> pa.Table:
        """The rows that arrive on a day."""
        low, high = np.searchsorted(self.arrival, [day, day + 1])
        return self._table(selected(self.versions, np.arange(low, high)))

    def _table(self, v: Columns) -> pa.Table:
        country = v["country"]
        number = pa.array(v["customer_id"], pa.int64()).cast(pa.string())
        return pa.table(
            {
                "customer_id": number,
                "email": _email(v, number),
                "first_name": words(country * 6 + v["first_name"], FIRST_NAMES),
                "last_name": _join(
                    words(country * 6 + v["last_name"], LAST_NAMES), words(v["suffix"], LAST_NAME_SUFFIXES)
                ),
                "phone": _phone(v),
                "country": words(v["spelled_country"], COUNTRY.texts),
                "city": words(country * 4 + v["city"], CITIES),
                "marketing_opt_in": words(v["spelled_opt_in"], OPT_IN.texts),
                "signed_up_at": self._local(v["signed_up_ms"], v),
                "updated_at": self._local(v["updated_ms"], v),
            }
        )

    def _local(self, instant_ms: Ints, v: Columns) -> pa.Array:
        offset = self.offsets[v["country"], instant_ms // DAY_MS - self.first_offset_day]
        return iso_text(instant_ms, offset, v["in_utc"])


def make_customers(rng: np.random.Generator, orders: int, start: int, until: int) -> Customers:
    """About one customer for eight orders, with all versions that arrive from epoch day `start` to `until`."""
    size = max(orders // 8, 20)
    signed_up = _sign_ups(rng, size, start, until)
    weights = rng.lognormal(0.0, ORDER_SKEW, size)
    versions = _versions(rng, signed_up, start, until)
    updated = versions["updated_ms"]
    arrival = _hold_back(rng, versions, dirt.arrivals(rng, updated, start, until), until)
    rows, days = dirt.redeliver(rng, arrival, updated // DAY_MS <= until, until)
    order = np.lexsort((rng.random(len(rows)), days))
    first_day = int(signed_up[0]) // DAY_MS
    return Customers(
        signed_up_ms=signed_up,
        weight_bounds=np.cumsum(weights),
        versions=selected(versions, rows[order]),
        arrival=days[order],
        offsets=utc_offsets(tuple(country.zone for country in COUNTRIES), first_day, until),
        first_offset_day=first_day,
    )


def _sign_ups(rng: np.random.Generator, size: int, start: int, until: int) -> Ints:
    """Ascending sign-ups in whole seconds: most before the feed begins, the others spread over its days."""
    before = int(np.ceil(size * SIGN_UPS_BEFORE))
    age = rng.random(before) ** 1.5 * SIGN_UP_YEARS * 365
    since = rng.random(size - before) * (until + 1 - start)
    days = np.concatenate([-age, since])
    return np.sort(np.floor(days * 86_400).astype(np.int64) * 1000 + at_day(start) - 1000 * (days < 0))


def _versions(rng: np.random.Generator, signed_up: Ints, start: int, until: int) -> Columns:
    """One row a version, ordered by customer and version; some written after `until`."""
    size = len(signed_up)
    opt_in = np.where(rng.random(size) < dirt.MISSING_OPT_IN, NULL, rng.integers(0, 2, size))
    phone = np.where(rng.random(size) < dirt.MISSING_PHONE, NULL, rng.integers(0, 10**PHONE_DIGITS, size))
    awkward = rng.random(size) < dirt.AWKWARD_NAMES
    version: Columns = {
        "customer_id": np.arange(1, size + 1),
        "country": dirt.pick(rng, np.array([country.share for country in COUNTRIES]), size),
        "first_name": rng.integers(0, 6, size),
        "last_name": rng.integers(0, 6, size),
        "suffix": np.where(awkward, rng.integers(1, len(LAST_NAME_SUFFIXES), size), 0),
        "city": rng.integers(0, 4, size),
        "opt_in": opt_in,
        "phone": phone,
        "domain": rng.integers(0, len(DOMAINS), size),
        "signed_up_ms": signed_up,
        "updated_ms": signed_up,
    }
    levels = [version]
    for level, chance in enumerate(dirt.CUSTOMER_CHANGES):
        changing = np.flatnonzero(rng.random(len(version["customer_id"])) < chance)
        version = _changed(rng, selected(version, changing), start, until, first=level == 0)
        levels.append(version)
    versions = concatenated(levels)
    versions = selected(versions, np.lexsort((versions["updated_ms"], versions["customer_id"])))
    rows = len(versions["customer_id"])
    chance_of_case = rng.random(rows)
    return versions | {
        "spelled_country": COUNTRY.spell(rng, versions["country"]),
        "spelled_opt_in": OPT_IN.spell(rng, versions["opt_in"]),
        "email_style": np.select(
            [chance_of_case < dirt.MIXED_CASE, chance_of_case < dirt.MIXED_CASE + dirt.BLANKS], [1, 2], 0
        ),
        "phone_style": rng.integers(0, 4, rows),
        "in_utc": rng.random(rows) < dirt.WRITTEN_IN_UTC,
    }


def _changed(rng: np.random.Generator, previous: Columns, start: int, until: int, *, first: bool) -> Columns:
    """The next version of the given ones: moved house, changed their consent, or changed their e-mail address."""
    size = len(previous["customer_id"])
    kind = rng.integers(0, 3, size)
    since = np.maximum(previous["updated_ms"], at_day(start))
    gap = rng.random(size) * (at_day(until + 1) - since) if first else rng.exponential(10.0, size) * DAY_MS
    return previous | {
        "city": np.where(kind == 0, (previous["city"] + rng.integers(1, 4, size)) % 4, previous["city"]),
        "opt_in": np.where(kind == 1, np.where(previous["opt_in"] == 0, 1, 0), previous["opt_in"]),
        "domain": np.where(kind == 2, (previous["domain"] + 1) % len(DOMAINS), previous["domain"]),
        "updated_ms": since + 60_000 + gap.astype(np.int64) // 1000 * 1000,
    }


def _hold_back(rng: np.random.Generator, versions: Columns, arrival: Ints, until: int) -> Ints:
    """Days of arrival where some versions come a day after the version that follows them."""
    size = len(arrival)
    followed = np.zeros(size, dtype=np.bool_)
    followed[:-1] = versions["customer_id"][1:] == versions["customer_id"][:-1]
    followed[:-1] &= versions["updated_ms"][1:] // DAY_MS <= until
    held = followed & (rng.random(size) < dirt.HELD_BACK)
    after_next = np.minimum(np.append(arrival[1:], 0) + 1, until)
    return np.where(held, after_next, arrival)


def _email(v: Columns, number: pa.Array) -> pa.Array:
    local = _join(
        words(v["country"] * 6 + v["first_name"], [_handle(name) for name in FIRST_NAMES]),
        words(v["country"] * 6 + v["last_name"], [_handle(name) for name in LAST_NAMES]),
        number,
        separator=".",
    )
    email = _join(local, words(v["domain"], list(DOMAINS)), separator="@")
    shouted = pc.if_else(pa.array(v["email_style"] == 1), pc.utf8_upper(email), email)
    return pc.if_else(pa.array(v["email_style"] == 2), _join(" ", shouted, " "), shouted)


def _handle(name: str) -> str:
    """A name as an e-mail address spells it: ASCII letters only; 'x' where none is left."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalpha()) or "x"


def _phone(v: Columns) -> pa.Array:
    digits = pa.array(v["phone"], pa.int64(), mask=v["phone"] == NULL).cast(pa.string())
    return _join(words(v["country"] * 4 + v["phone_style"], DIAL_STYLES), pc.utf8_lpad(digits, PHONE_DIGITS, "0"))


def _join(*parts: pa.Array | str, separator: str = "") -> pa.Array:
    return pc.binary_join_element_wise(*parts, separator)
