"""Rows read through the API: every row once, in the order of changes, in whichever pages."""

from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from retail_db import reading
from retail_db.database import connect

from tests.conftest import make


def pages(client: httpx.Client, table: str, **words: object) -> list[dict]:
    """The pages of a table, up to the last."""
    found = [client.get(f"/api/rows/{table}", params=words).raise_for_status().json()]
    while found[-1]["next"]:
        found.append(client.get(f"/api/rows/{table}", params={**words, "after": found[-1]["next"]}).json())
    return found


@pytest.mark.parametrize("limit", [1, 3, 20, 5_000])
def test_pages_have_every_row_once(client, limit):
    make(client, "stores", count=20, seed=7)
    make(client, "stores", count=5, seed=7)
    found = pages(client, "stores", limit=limit)
    assert len(found) == -(-25 // limit)
    rows = [row for page in found for row in page["rows"]]
    assert [row["store_id"] for row in rows] == list(range(1, 26))
    assert rows == sorted(rows, key=lambda row: (row["updated_at"], row["store_id"]))


def test_what_changed_since_is_what_changed_since(client, place):
    make(client, "products", count=20, seed=7)
    (page,) = pages(client, "products")
    latest = page["rows"][-1]["updated_at"]
    with connect(place) as connection:
        connection.execute("UPDATE sales.products SET unit_price = 9.90 WHERE product_id = 3")
    changed = [row for page in pages(client, "products", updated_since=latest) for row in page["rows"]]
    assert [row for row in changed if row["updated_at"] > latest] == [changed[-1]]
    assert changed[-1]["product_id"] == 3 and changed[-1]["unit_price"] == "9.90"
    offset = datetime.fromisoformat(changed[-1]["updated_at"]).astimezone(timezone(timedelta(hours=2))).isoformat()
    assert [row["product_id"] for page in pages(client, "products", updated_since=offset) for row in page["rows"]] == [
        3
    ]


@pytest.mark.parametrize(
    "words", [{"updated_since": "yesterday"}, {"limit": 0}, {"limit": 5_001}, {"since": "x"}, {"after": "x" * 201}]
)
def test_bad_words_are_refused(client, words):
    assert client.get("/api/rows/stores", params=words).status_code == 422


@pytest.mark.parametrize(
    "mark", ["", "?", "MjAyNg==", "é", "MjAyNi0xMS0zMFQxMjowMDowMCswMDowMCA5OTk5OTk5OTk5OTk5OTk5OTk5OTk="]
)
def test_a_mark_that_no_page_ended_with_is_refused(client, mark):
    refused = client.get("/api/rows/stores", params={"after": mark})
    assert refused.status_code == 409 and "`next` of the page before" in refused.json()["detail"]


def test_a_mark_is_read_as_it_was_written():
    mark = reading.Mark(datetime(2026, 11, 30, 12, 0, 0, 5, UTC), 17)
    assert reading.mark(str(mark)) == mark
