"""Generated rows: the same seed gives the same rows, however they are cut."""

import numpy as np
import pyarrow as pa
import pytest
from retail_db import rows

KNOWN = rows.Known(
    stores=np.array([1, 2, 5]), customers=np.arange(10, 400, 3), products=np.arange(1, 50), cents=np.arange(100, 149)
)


def orders(seed: int, first: int, last: int) -> pa.Table:
    return rows.orders(seed, first, last, KNOWN)[1]


MAKERS = [rows.stores, rows.customers, rows.products, orders]


@pytest.mark.parametrize("make", MAKERS)
def test_a_seed_is_its_rows(make):
    assert make(7, 1, 900) == make(7, 1, 900)
    assert make(7, 1, 900) != make(8, 1, 900)


@pytest.mark.parametrize("make", MAKERS)
def test_parts_are_those_of_the_whole(make):
    whole = make(7, 1, 900)
    assert pa.concat_tables([make(7, 1, 250), make(7, 251, 900)]).combine_chunks() == whole.combine_chunks()


def test_blocks_hold_every_number_once_and_none_of_two_blocks():
    cut = rows.blocks(rows.BLOCK - 3, 2 * rows.BLOCK)
    assert cut == [
        (rows.BLOCK - 3, rows.BLOCK),
        (rows.BLOCK + 1, 2 * rows.BLOCK),
        (2 * rows.BLOCK + 1, 3 * rows.BLOCK - 4),
    ]
    assert rows.blocks(1, rows.BLOCK) == [(1, rows.BLOCK)]


def test_orders_refer_to_what_is_known_and_discounts_leave_something_to_pay():
    head, lines = rows.orders(7, 1, 2_000, KNOWN)
    assert set(head["customer_id"].drop_null().to_pylist()) <= set(KNOWN.customers.tolist())
    assert head["customer_id"].null_count > 0
    assert set(lines["order_id"].to_pylist()) == set(head["order_id"].to_pylist())
    price = dict(zip(KNOWN.products.tolist(), KNOWN.cents.tolist(), strict=True))
    for line in lines.to_pylist():
        assert 100 * line["unit_price"] == price[line["product_id"]]
        assert 0 <= line["discount"] < line["quantity"] * line["unit_price"]


def test_no_two_customers_have_one_address():
    made = rows.customers(7, 1, 20_000)["email"].to_pylist()
    assert len(set(made)) == len(made)
    assert all(address.isascii() and address.count("@") == 1 for address in made)
