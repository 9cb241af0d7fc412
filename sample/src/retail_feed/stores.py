"""Stores: the whole list on the first day, and again when it changes."""

from typing import Final

import numpy as np
import pyarrow as pa

from retail_feed.clock import utc_offsets
from retail_feed.dirt import Ints
from retail_feed.places import RENAMED_STORE, STORES

WEB_STORE: Final = 1
SHARES: Final = np.array([store.share for store in STORES])


def list_days(start: int, until: int) -> tuple[int, int, int]:
    """Epoch days on which the list arrives: the first, and after a third and two thirds of the feed."""
    days = until + 1 - start
    return start, start + days // 3, start + 2 * days // 3


def rows(day: int, start: int, until: int) -> pa.Table | None:
    """The list as it arrives on a day, or None. The second one renames a store and tidies the country codes' case."""
    days = list_days(start, until)
    if day not in days:
        return None
    renamed = day > start
    names = [store.name for store in STORES]
    if renamed:
        names[RENAMED_STORE[0] - 1] = RENAMED_STORE[1]
    return pa.table(
        {
            "store_id": [str(number) for number in range(1, len(STORES) + 1)],
            "store_name": names,
            "country": [store.country if renamed or n % 5 else store.country.lower() for n, store in enumerate(STORES)],
            "city": [store.city for store in STORES],
            "time_zone": [store.zone for store in STORES],
            "opened_on": [store.opened_on for store in STORES],
        }
    )


def offsets(first_day: int, last_day: int) -> Ints:
    """Minutes east of UTC of each store on each day (shape: stores x days)."""
    return utc_offsets(tuple(store.zone for store in STORES), first_day, last_day)
