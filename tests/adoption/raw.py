"""Raw files of a library: loans as CSV by day, visits as JSON lines with nested values by two keys, books as Parquet."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LOANS = """loan_id,book_id,member,postcode,lent_on,returned_at,fee,late
1,10,Ada,01067,2026-01-01,2026-01-09T10:00:00Z,0.50,false
2,11,Grace,10115,2026-01-02,,,true
3,10,,01069,2026-01-02,2026-01-05T09:30:00+01:00,1.25,
"""
VISITS = [
    {"visitId": 1, "order": {"desk": "a", "people": 2}, "tags": ["quiet", "window"]},
    {"visitId": 2, "order": {"desk": "b", "people": 1}, "tags": []},
]
BOOKS = {"book_id": [10, 11], "title": ["Sketches", None], "added_at": [1_767_225_600_000_000, 1_767_312_000_000_000]}


def write(folder: Path) -> Path:
    """Write the files below *folder*; *folder*."""
    loans, visits, books = folder / "loans", folder / "visits", folder / "books"
    for day in ("2026-01-08", "2026-01-09"):
        (loans / f"dt={day}").mkdir(parents=True)
        (loans / f"dt={day}" / "loans.csv").write_text(LOANS, "utf-8")
    (visits / "city=dresden" / "year=2026").mkdir(parents=True)
    lines = "".join(json.dumps(visit) + "\n" for visit in VISITS)
    (visits / "city=dresden" / "year=2026" / "visits.jsonl").write_text(lines, "utf-8")
    books.mkdir()
    types = pa.schema([("book_id", pa.int64()), ("title", pa.string()), ("added_at", pa.timestamp("us"))])
    pq.write_table(pa.table(BOOKS, schema=types), books / "books.parquet")
    return folder
