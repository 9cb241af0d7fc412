"""Words that names, addresses and products are made of, and how often a shop meets what."""

from __future__ import annotations

import random
import unicodedata

FIRST_NAMES = (
    *("Anna", "Björn", "Chloé", "Dario", "Elif", "Finn", "Greta", "Hugo", "Inés", "Jonas", "Katarzyna", "Liam"),
    *("Mira", "Noé", "Olga", "Paulo", "Rosa", "Søren", "Tomáš", "Uma", "Vera", "Wim", "Yuki", "Zoë"),
)
LAST_NAMES = (
    *("Almeida", "Berger", "Çelik", "Dubois", "Eriksson", "Fischer", "García", "Hansen", "Ito", "Jansen", "Kowalski"),
    *("Lindqvist", "Meyer", "Nováková", "O'Brien", "Petit", "Rossi", "Smit", "Tanaka", "Weiß", "Young", "Żak"),
)
DOMAINS = ("example.org", "example.com", "mail.example.net", "post.example.eu")
COUNTRIES = ("AT", "DE", "ES", "FR", "GB", "NL", "PL", "SE", "US")
CITIES = ("Graz", "Leipzig", "Bilbao", "Lyon", "Leeds", "Utrecht", "Gdańsk", "Malmö", "Austin")
"""A city of each country."""
STREETS = ("Market", "Station", "Harbour", "Old Town", "Mall")
CATEGORIES = ("kitchen", "garden", "clothing", "books", "toys", "sport")
THINGS = ("Grater", "Pruner", "Jacket", "Atlas", "Kite", "Yoga Mat")
"""A thing of each category."""
ADJECTIVES = ("Classic", "Compact", "Crème", "Light", "Modern", "Nordic", "Sturdy", "Travel")
CHANNELS = ("web", "web", "shop")
DISCOUNTS = ("0", "0", "0", "0.1", "0.2")
"""Discount of a line, as a share of the price of one piece."""
GUESTS = 0.1


def plain(name: str) -> str:
    """A name as an e-mail address has it: `tomas.novakova`."""
    folded = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss").replace("ø", "o").replace("ż", "z"))
    return (
        "".join(character for character in folded if character.isascii() and (character.isalnum() or character == "."))
        or "x"
    )


def name(source: random.Random) -> str:
    """A person's."""
    return f"{source.choice(FIRST_NAMES)} {source.choice(LAST_NAMES)}"


def email(full_name: str, number: int, source: random.Random) -> str:
    """An address that no other customer has: the customer's number is in it."""
    return f"{plain(full_name.replace(' ', '.'))}.{number}@{source.choice(DOMAINS)}"


def phone(source: random.Random) -> str | None:
    """A number, or none."""
    return None if source.random() < 0.15 else f"+49 170 {source.randint(0, 9_999_999):07}"
