"""Products: a change feed of the catalogue, and the price of a product at a time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail_feed import dirt
from retail_feed.clock import at_day, iso_text, utc_offsets
from retail_feed.columns import Columns, integers, money, selected, words
from retail_feed.dirt import NULL, Column, Ints, Vocabulary
from retail_feed.options import DAY_MS

FEWEST: Final = 200
MOST: Final = 5_000
VERSIONS: Final = 1 + len(dirt.PRICE_CHANGES)
POPULARITY: Final = 0.9
"""Exponent of the Zipf-like law by which products sell."""
SUPPLIER_ZONES: Final = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo")
CATALOGUED_DAYS: Final = 700
NEVER: Final = np.iinfo(np.int64).max

CATEGORY: Final = Vocabulary(
    ("kitchen", "garden", "clothing", "books", "toys", "electronics", "sport", "home & living")
)
NOUNS: Final = (
    ("Käsereibe", "Frying Pan", "Café Press", "Bread Knife"),
    ("Watering Can", "Pruner, curved", "Wheelbarrow", "Bird Feeder"),
    ("Rain Jacket", "Wool Sweater", "Béret", "Socks, 3 pairs"),
    ("Cookbook", "Atlas", "Novel", 'Guide "Alpes à pied"'),
    ("Wooden Train", "Puzzle, 1000 pieces", "Kite", "Doll's House"),
    ("Desk Lamp", "Headphones", '27" Monitor', "Charger"),
    ("Yoga Mat", "Skipping Rope", "Ball, size 5", "Swim Goggles"),
    ("Cushion", "Läufer", "Picture Frame", "Candle"),
)
ADJECTIVES: Final = (
    "Classic", "Compact", "Grand", "Nordic", "Everyday", "Crème", "Pro", "Mini",
    "Sturdy", "Light", "Soft", "Rustic", "Modern", "Eco", "Travel", "Deluxe",
)  # fmt: skip
FLAT_NOUNS: Final = [noun for nouns in NOUNS for noun in nouns]


@dataclass(frozen=True)
class Products:
    """The catalogue. Product numbers are positions from 1 on."""

    popularity: Column
    valid_from_ms: Ints
    """When each price begins (shape: products x VERSIONS, ascending; NEVER where there is no such version)."""
    prices: Ints
    """Cents (same shape)."""
    versions: Columns
    arrival: Ints
    """Epoch day on which each row of `versions` arrives; ascending."""
    offsets: Ints
    first_offset_day: int

    def pick(self, rng: np.random.Generator, size: int) -> Ints:
        """Numbers of products sold."""
        return 1 + dirt.pick(rng, self.popularity, size)

    def price_at(self, product_id: Ints, instant_ms: Ints) -> Ints:
        """Cents of a piece of each product at each instant."""
        product = product_id - 1
        version = np.zeros(len(product), dtype=np.int64)
        for later in range(1, VERSIONS):
            version += self.valid_from_ms[product, later] <= instant_ms
        return self.prices[product, version]

    def rows(self, day: int) -> pa.Table:
        """The rows that arrive on a day."""
        low, high = np.searchsorted(self.arrival, [day, day + 1])
        v = selected(self.versions, np.arange(low, high))
        product_id = v["product_id"]
        number = pa.array(product_id).cast(pa.string())
        offset = self.offsets[v["zone"], v["updated_ms"] // DAY_MS - self.first_offset_day]
        return pa.table(
            {
                "product_id": integers(product_id),
                "sku": pc.binary_join_element_wise("SKU", pc.utf8_lpad(number, 6, "0"), "-"),
                "product_name": pc.binary_join_element_wise(
                    words(v["adjective"], list(ADJECTIVES)), words(v["noun"], FLAT_NOUNS), " "
                ),
                "category": words(v["spelled_category"], CATEGORY.texts),
                "unit_price": money(v["price"]),
                "unit_cost": money(v["cost"]),
                "updated_at": iso_text(v["updated_ms"], offset, v["in_utc"]),
            }
        )


def make_products(rng: np.random.Generator, orders: int, start: int, until: int) -> Products:
    """200 to 5,000 products, growing with the square root of `orders`; all are in the catalogue before `start`."""
    size = int(np.clip(5 * np.sqrt(orders), FEWEST, MOST))
    valid_from, prices = _price_history(rng, size, start, until)
    noun = rng.integers(0, len(FLAT_NOUNS), size)
    adjective = rng.integers(0, len(ADJECTIVES), size)
    zone = rng.integers(0, len(SUPPLIER_ZONES), size)
    cost = np.rint(prices[:, 0] * rng.uniform(0.35, 0.7, size)).astype(np.int64)
    cost = np.where(rng.random(size) < dirt.MISSING_COST, NULL, cost)

    product, version = np.nonzero(valid_from != NEVER)
    rows = len(product)
    versions: Columns = {
        "product_id": product + 1,
        "noun": noun[product],
        "adjective": adjective[product],
        "spelled_category": CATEGORY.spell(rng, noun[product] // len(NOUNS[0])),
        "price": prices[product, version],
        "cost": cost[product],
        "zone": zone[product],
        "updated_ms": valid_from[product, version],
        "in_utc": rng.random(rows) < dirt.WRITTEN_IN_UTC,
    }
    delivered, days = dirt.deliver(rng, versions["updated_ms"], start, until)
    order = np.lexsort((rng.random(len(delivered)), days))
    ranks = rng.permutation(size) + 1.0
    first_day = start - CATALOGUED_DAYS
    return Products(
        popularity=ranks**-POPULARITY,
        valid_from_ms=valid_from,
        prices=prices,
        versions=selected(versions, delivered[order]),
        arrival=days[order],
        offsets=utc_offsets(SUPPLIER_ZONES, first_day, until),
        first_offset_day=first_day,
    )


def _price_history(rng: np.random.Generator, size: int, start: int, until: int) -> tuple[Ints, Ints]:
    """When each price begins, in whole seconds, and the price in cents (shapes: size x VERSIONS)."""
    seconds = (until + 1 - start) * 86_400
    catalogued = rng.integers(-(CATALOGUED_DAYS - 1) * 86_400, 0, (size, 1))
    changed = np.sort(rng.integers(0, seconds, (size, VERSIONS - 1)), axis=1) + np.arange(VERSIONS - 1)
    changes = np.logical_and.accumulate(rng.random((size, VERSIONS - 1)) < dirt.PRICE_CHANGES, axis=1)
    valid_from = np.hstack([catalogued, changed]) * 1000 + at_day(start)
    exists = np.hstack([np.ones((size, 1), dtype=np.bool_), changes & (changed < seconds)])
    base = rng.lognormal(np.log(18.0), 0.9, (size, 1)).clip(0.5, 2_500.0)
    factors = np.hstack([np.ones((size, 1)), rng.uniform(0.8, 1.25, (size, VERSIONS - 1))])
    euros = np.ceil(base * np.cumprod(factors, axis=1))
    cents = euros.astype(np.int64) * 100 - rng.choice([1, 5, 51], (size, 1))
    return np.where(exists, valid_from, NEVER), cents
