"""Items of DynamoDB, with every type that an attribute can have, into Parquet and back."""

import json
from datetime import timedelta
from decimal import Decimal

import boto3
import pytest
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.kinds.dynamodb import row_value
from lakeloop_ingest.run import run

from tests.conftest import NOW, rows_of

AWKWARD = {
    "id": {"N": "1"},
    "name": {"S": 'Ünïcode \n "quoted" \''},
    "looks_like_a_time": {"S": "2026-11-30T10:00:00Z"},
    "price": {"N": "19.99"},
    "huge": {"N": "12345678901234567890123456789012345678"},
    "tiny": {"N": "0.00000000000000000001"},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "blob": {"B": b"\x00\xff\x01"},
    "tags": {"SS": ["b", "a"]},
    "sizes": {"NS": ["10", "9.5", "-1"]},
    "keys": {"BS": [b"\x02", b"\x01"]},
    "nested": {"M": {"list": {"L": [{"N": "1.10"}, {"S": "x"}, {"NULL": True}]}, "b": {"B": b"\x00"}}},
    "empty": {"L": []},
    "updated_at": {"S": "2026-11-30T10:00:00Z"},
}
ITEMS = """
kind = "dynamodb"
segments = 3
[tables.items]
from = "shop_items"
cursor = "updated_at"
columns = { id = "bigint", price = "decimal(12,2)", huge = "varchar", tiny = "varchar" }
"""


@pytest.fixture
def table(aws):
    return boto3.resource("dynamodb").create_table(
        TableName="shop_items",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )


def put(number: int, minute: int = 0, **more: object) -> None:
    item = {**AWKWARD, "id": {"N": str(number)}, "updated_at": {"S": f"2026-11-30T10:{minute:02}:00Z"}, **more}
    boto3.client("dynamodb").put_item(TableName="shop_items", Item=item)


def test_every_type_is_kept_to_the_last_digit(pipeline, table, raw, tmp_path):
    put(1)
    run(pipeline(ITEMS), raw, "dev", NOW)
    (row,) = rows_of(tmp_path / "raw", "items")
    assert row["id"] == 1 and row["price"] == Decimal("19.99") and row["flag"] is False
    assert row["huge"] == "12345678901234567890123456789012345678" and Decimal(row["tiny"]) == Decimal("1E-20")
    assert row["name"] == AWKWARD["name"]["S"] and row["looks_like_a_time"] == "2026-11-30T10:00:00Z"
    assert row["blob"] == b"\x00\xff\x01" and row.get("nothing") is None
    assert json.loads(row["tags"]) == ["a", "b"] and row["sizes"] == "[-1,9.5,10]"
    assert json.loads(row["keys"]) == ["AQ==", "Ag=="] and row["empty"] == "[]"
    assert row["nested"] == '{"list":[1.10,"x",null],"b":"AA=="}'


def test_the_second_run_brings_what_has_changed(pipeline, table, raw, tmp_path):
    for number in range(1, 31):
        put(number)
    items = pipeline(ITEMS)
    assert run(items, raw, "dev", NOW).tables["items"].rows == 30
    put(7, minute=9)
    put(31, minute=9)
    assert run(items, raw, "dev", NOW + timedelta(minutes=1)).tables["items"].rows == 2
    assert run(items, raw, "dev", NOW + timedelta(minutes=2)).load is None
    assert sorted(row["id"] for row in rows_of(tmp_path / "raw", "items")) == sorted([*range(1, 32), 7])


def test_all_pages_of_all_segments_are_read_whole_without_a_cursor(pipeline, table, raw, tmp_path):
    for number in range(1, 9):
        put(number, pad={"S": "x" * 300_000})
    items = pipeline(ITEMS.replace('cursor = "updated_at"', ""))
    assert run(items, raw, "dev", NOW).tables["items"].rows == 8
    assert run(items, raw, "dev", NOW + timedelta(minutes=1)).tables["items"].rows == 8
    assert len(rows_of(tmp_path / "raw", "items")) == 16


@pytest.mark.parametrize(
    ("attribute", "number"), [("extra", "1E-20"), ("extra", "1e30"), ("price", "1.234"), ("price", "99999999999")]
)
def test_a_number_that_its_column_cannot_hold_is_refused_and_not_rounded(
    pipeline, table, raw, tmp_path, attribute, number
):
    put(1)
    put(2, **{attribute: {"N": number}})
    with pytest.raises(IngestError, match="does not fit into decimal"):
        run(pipeline(ITEMS), raw, "dev", NOW)
    assert not list((tmp_path / "raw").rglob("*.parquet"))


def test_an_item_without_the_cursor_is_refused_in_a_later_run_too(pipeline, table, raw):
    items = pipeline(ITEMS)
    put(1)
    run(items, raw, "dev", NOW)
    boto3.client("dynamodb").put_item(TableName="shop_items", Item={"id": {"N": "2"}})
    with pytest.raises(IngestError, match="a row has no cursor updated_at"):
        run(items, raw, "dev", NOW + timedelta(minutes=1))


def test_a_table_that_is_not_there_is_one_message(pipeline, aws, raw):
    with pytest.raises(IngestError, match=r"DynamoDB's table shop_items cannot be read: .*ResourceNotFound"):
        run(pipeline(ITEMS), raw, "dev", NOW)


def test_numbers_of_a_nested_value_are_no_floats():
    assert row_value({"L": [{"N": "0.1000000000000000055511151231257827"}]}) == "[0.1000000000000000055511151231257827]"
