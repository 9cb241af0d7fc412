"""Markets of the business: countries with their names, and its stores."""

from typing import Final, NamedTuple


class Country(NamedTuple):
    """A country of customers. Each list has the same length in every country, so that codes are arithmetic."""

    code: str
    zone: str
    dial: str
    share: float
    cities: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


class Store(NamedTuple):
    name: str
    country: str
    city: str
    zone: str
    opened_on: str
    share: float


# fmt: off
COUNTRIES: Final = (
    Country("DE", "Europe/Berlin", "49", 0.30, ("Berlin", "Hamburg", "München", "Köln"),
            ("Anna", "Jürgen", "Lena", "Björn", "Sabine", "Max"),
            ("Müller", "Schmidt", "Weiß", "Krüger", "Vogel", "Groß")),
    Country("AT", "Europe/Vienna", "43", 0.08, ("Wien", "Graz", "Linz", "Salzburg"),
            ("Eva", "Lukas", "Käthe", "Franz", "Julia", "Tobias"),
            ("Gruber", "Höller", "Pichler", "Wagner", "Bäck", "Moser")),
    Country("FR", "Europe/Paris", "33", 0.14, ("Paris", "Lyon", "Nîmes", "Saint-Étienne"),
            ("Zoé", "Louis", "Chloé", "François", "Inès", "Hugo"),
            ("Lefèvre", "Martin", "D'Arcy", "Gérard", "Roux", "Petit")),
    Country("NL", "Europe/Amsterdam", "31", 0.08, ("Amsterdam", "Utrecht", "'s-Hertogenbosch", "Delft"),
            ("Sanne", "Daan", "Fleur", "Bram", "Noor", "Thijs"),
            ("de Vries", "Jansen", "van den Berg", "Bakker", "Visser", "Smit")),
    Country("GB", "Europe/London", "44", 0.12, ("London", "Leeds", "Bristol", "Stoke-on-Trent"),
            ("Olivia", "Harry", "Amelia", "George", "Isla", "Jack"),
            ("Smith", "O'Neill", "Taylor", "Brown", "Evans", "Wright")),
    Country("ES", "Europe/Madrid", "34", 0.09, ("Madrid", "A Coruña", "Sevilla", "Logroño"),
            ("Lucía", "José", "Martina", "Íñigo", "Begoña", "Pablo"),
            ("García", "Núñez", "López", "Ibáñez", "Peña", "Ruiz")),
    Country("PL", "Europe/Warsaw", "48", 0.06, ("Warszawa", "Kraków", "Łódź", "Gdańsk"),
            ("Zofia", "Łukasz", "Małgorzata", "Piotr", "Agnieszka", "Jan"),
            ("Nowak", "Wójcik", "Kowalska", "Dąbrowski", "Król", "Zając")),
    Country("SE", "Europe/Stockholm", "46", 0.04, ("Stockholm", "Göteborg", "Malmö", "Umeå"),
            ("Åsa", "Erik", "Märta", "Göran", "Elsa", "Nils"),
            ("Åkesson", "Lindström", "Ek", "Sjöberg", "Berg", "Öberg")),
    Country("US", "America/New_York", "1", 0.07, ("New York", "Boston", "Washington, D.C.", "Philadelphia"),
            ("Emma", "Liam", "Ava", "Noah", "Mia", "Ethan"),
            ("Johnson", "Williams", "Davis", "Miller", "Nguyen", "Lee")),
    Country("JP", "Asia/Tokyo", "81", 0.02, ("東京", "大阪", "京都", "横浜"),
            ("Yui", "Haruto", "葵", "蓮", "Sakura", "Ren"),
            ("佐藤", "Suzuki", "高橋", "Tanaka", "渡辺", "Itō")),
)

# The first is the web store. Store numbers are positions from 1 on.
STORES: Final = (
    Store("Online Shop", "DE", "Berlin", "Europe/Berlin", "2014-03-01", 0.45),
    Store("Berlin Mitte", "DE", "Berlin", "Europe/Berlin", "2009-05-14", 0.06),
    Store('Hamburg "Am Hafen"', "DE", "Hamburg", "Europe/Berlin", "2011-09-01", 0.04),
    Store("München, Marienplatz", "DE", "München", "Europe/Berlin", "2010-04-22", 0.05),
    Store("Köln Dom", "DE", "Köln", "Europe/Berlin", "2016-11-03", 0.03),
    Store("Wien Graben", "AT", "Wien", "Europe/Vienna", "2012-02-29", 0.03),
    Store("Graz", "AT", "Graz", "Europe/Vienna", "2019-08-17", 0.015),
    Store("Paris, Le Marais", "FR", "Paris", "Europe/Paris", "2013-06-21", 0.045),
    Store("Lyon Presqu'île", "FR", "Lyon", "Europe/Paris", "2017-10-05", 0.02),
    Store("Amsterdam Jordaan", "NL", "Amsterdam", "Europe/Amsterdam", "2015-03-27", 0.03),
    Store("Utrecht", "NL", "Utrecht", "Europe/Amsterdam", "2020-09-12", 0.015),
    Store("London Covent Garden", "GB", "London", "Europe/London", "2014-11-28", 0.045),
    Store("Leeds", "GB", "Leeds", "Europe/London", "2018-05-03", 0.015),
    Store("Madrid Salamanca", "ES", "Madrid", "Europe/Madrid", "2016-04-07", 0.03),
    Store("Las Palmas", "ES", "Las Palmas de Gran Canaria", "Atlantic/Canary", "2021-07-01", 0.01),
    Store("Kraków Rynek", "PL", "Kraków", "Europe/Warsaw", "2019-03-15", 0.02),
    Store("Göteborg", "SE", "Göteborg", "Europe/Stockholm", "2018-09-20", 0.015),
    Store("New York SoHo", "US", "New York", "America/New_York", "2017-02-11", 0.035),
    Store("Los Angeles, Venice", "US", "Los Angeles", "America/Los_Angeles", "2022-06-30", 0.02),
    Store("東京 Ginza", "JP", "東京", "Asia/Tokyo", "2021-04-02", 0.015),
    Store("Sydney The Rocks", "AU", "Sydney", "Australia/Sydney", "2023-10-19", 0.01),
)
# fmt: on
RENAMED_STORE: Final = (13, "Leeds Victoria Quarter")
"""Store number and the name that the second list gives it."""
