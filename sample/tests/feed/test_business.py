"""A feed is consistent, and as dirty as the constants say."""

from typing import Any

import duckdb
import pytest
from retail_feed import dirt
from retail_feed.orders import STATUS

Feed = duckdb.DuckDBPyConnection


def one(feed: Feed, query: str) -> Any:
    """The only value of a query."""
    row = feed.sql(query).fetchone()
    assert row is not None
    return row[0]


NOTHING = {
    "orders of unknown stores": "from orders anti join stores on orders.store_id = stores.store_id::bigint",
    "orders of unknown customers": """
        from orders anti join customers on orders.customer_id = customers.customer_id::bigint
        where orders.customer_id is not null""",
    "orders before the customer signed up": """
        from orders join customers on orders.customer_id = customers.customer_id::bigint
        where signed_up_at::timestamptz > ordered_at::timestamptz""",
    "lines of unknown orders": "from order_items anti join orders using (order_id)",
    "lines of unknown products": "from order_items anti join products using (product_id)",
    "payments of unknown orders": "from payments anti join orders using (order_id)",
    "orders without lines": "from orders anti join order_items using (order_id)",
    "rows before they were written": """
        from (select dt, updated_at from orders union all select dt, updated_at from order_items
              union all select dt, updated_at from payments) where dt < updated_at::date""",
    "products dearer than listed": """
        from items asof join (
            select distinct product_id, unit_price, updated_at::timestamptz as valid_from from products
        ) as listed on items.product_id = listed.product_id and items.updated_at::timestamptz >= listed.valid_from
        where items.unit_price != listed.unit_price""",
    "amounts out of range": """
        from items where unit_price <= 0 or quantity < 1 or discount_amount < 0
            or discount_amount >= quantity * unit_price""",
    "payments of nothing": "from moves where amount <= 0",
    "two truths of one state": """
        from (select order_id, updated_at from orders group by all having count(distinct lower(status)) > 1)""",
    "gaps in line numbers": """
        from (from items select order_id group by all having max(line_number) != count(*) or count(*) > 8)""",
}


@pytest.mark.parametrize("what", NOTHING)
def test_there_are_none(feed: Feed, what: str) -> None:
    assert feed.sql(f"{NOTHING[what]} limit 5").fetchall() == []


def test_every_order_is_in_the_feed_once(feed: Feed) -> None:
    assert feed.sql("select count(*), min(order_id), max(order_id) from latest_orders").fetchone() == (
        20_000,
        1,
        20_000,
    )


def test_completed_orders_are_paid_to_the_cent(feed: Feed) -> None:
    totals = """
        with due as (
            select order_id, sum(quantity * unit_price - coalesce(discount_amount, 0)) as amount from items group by all
        ), paid as (
            select order_id, sum(amount) filter (kind = 'payment') as amount,
                coalesce(sum(amount) filter (kind = 'refund'), 0) as refunded from moves group by all
        )
        from latest_orders join due using (order_id) left join paid using (order_id)
    """
    wrong = "paid.amount is distinct from due.amount or (status = 'completed' and refunded > 0)"
    assert one(feed, f"{totals} select count(*) where status in ('completed', 'returned')") > 15_000
    assert (
        feed.sql(f"{totals} select * where status in ('completed', 'returned') and ({wrong}) limit 5").fetchall() == []
    )
    assert feed.sql(f"{totals} select * where refunded > paid.amount limit 5").fetchall() == []
    assert one(feed, f"{totals} select count(*) where 0 < refunded and refunded < paid.amount") > 50
    assert one(feed, f"{totals} select count(*) where status = 'returned' and refunded = paid.amount") > 300
    assert (
        feed.sql(
            f"{totals} select * where status = 'cancelled' and refunded not in (0, paid.amount) limit 5"
        ).fetchall()
        == []
    )


def test_states_follow_each_other(feed: Feed) -> None:
    steps = feed.sql("""
        select distinct string_agg(status, ' ' order by updated_at) from (
            select distinct order_id, lower(status) as status, updated_at from orders
        ) group by order_id
    """).fetchall()
    whole = {"placed completed returned", "placed shipped completed returned", "placed cancelled"}
    begun = {" ".join(path.split()[:length]) for path in whole for length in range(1, 5)}
    assert whole <= {path for (path,) in steps} <= begun


FIRST_ARRIVALS = """
    select order_id, updated_at, min(dt) as arrived from orders where updated_at < '2026-06-15' group by all
"""
RATES = {
    "late": (
        dirt.LATE + dirt.VERY_LATE,
        f"select avg((arrived > updated_at::date)::int) from ({FIRST_ARRIVALS})",
    ),
    "very late": (
        dirt.VERY_LATE,
        f"select avg((arrived > updated_at::date + 3)::int) from ({FIRST_ARRIVALS})",
    ),
    "twice in a file": (
        dirt.TWICE_IN_FILE,
        "select avg((n > 1)::int) from (select count(*) as n from order_items group by order_item_id, dt)",
    ),
    "again later": (
        dirt.AGAIN_LATER,
        "select avg((n > 1)::int) from (select count(distinct dt) as n from order_items group by order_item_id)",
    ),
    "guests": (dirt.GUEST_ORDERS, "select avg((customer_id is null)::int) from latest_orders"),
    "no channel": (dirt.MISSING_CHANNEL, "select avg((channel is null)::int) from latest_orders"),
    "no method": (
        dirt.MISSING_METHOD,
        "select avg((method is null)::int) from moves where method is distinct from 'voucher'",
    ),
    "no phone": (dirt.MISSING_PHONE, "select avg((phone is null)::int) from customers"),
    "no opt-in": (
        dirt.MISSING_OPT_IN,
        "select avg((marketing_opt_in is null)::int) from customers where updated_at = signed_up_at",
    ),
    "no cost": (dirt.MISSING_COST, "select avg((unit_cost is null)::int) from products"),
    "mixed case": (dirt.MIXED_CASE, "select avg((status != lower(status))::int) from orders"),
    "blanks": (dirt.BLANKS, "select avg((email != trim(email))::int) from customers"),
    "blanks around countries": (dirt.BLANKS, "select avg((country != trim(country))::int) from customers"),
    "loud e-mail": (dirt.MIXED_CASE, "select avg((email != lower(email))::int) from customers"),
    "awkward names": (dirt.AWKWARD_NAMES, "select avg(regexp_matches(last_name, '[,(]')::int) from customers"),
    "in UTC": (dirt.WRITTEN_IN_UTC, "select avg((updated_at like '%Z')::int) from customers"),
    "returned": (
        dirt.RETURNED,
        """select avg((status = 'returned')::int) from latest_orders
        where status != 'cancelled' and ordered_at < '2026-06-01'""",
    ),
    "changed customers": (
        dirt.CUSTOMER_CHANGES[0],
        "select avg((n > 1)::int) from (select count(distinct updated_at) as n from customers group by customer_id)",
    ),
    "changed prices": (
        dirt.PRICE_CHANGES[0],
        "select avg((n > 1)::int) from (select count(distinct updated_at) as n from products group by product_id)",
    ),
}


@pytest.mark.parametrize("what", RATES)
def test_dirt_is_there_at_its_rate(feed: Feed, what: str) -> None:
    rate, query = RATES[what]
    assert one(feed, query) == pytest.approx(rate, rel=0.4)


DIRT = {
    "versions of customers that arrive after a newer one": """
        from customers as old join customers as new using (customer_id)
        select count(*) where old.updated_at::timestamptz < new.updated_at::timestamptz and old.dt > new.dt""",
    "states that arrive after a newer one": """
        from orders as old join orders as new using (order_id)
        select count(*) where old.updated_at < new.updated_at and old.dt > new.dt""",
    "lines that arrive before their order": """
        select count(*) from (select order_id, min(dt) as dt from orders group by all) as o
        join (select order_id, min(dt) as dt from order_items group by all) as i using (order_id) where i.dt < o.dt""",
    "lists of stores": "select count(distinct dt) - 1 from stores",
    "stores renamed": """
        select count(*) from (from stores select store_id group by all having count(distinct store_name) > 1)""",
    "quotes in names": """select count(*) from customers where last_name like '%"%'""",
    "names beyond ASCII": "select count(*) from customers where strlen(city) > length(city)",
    "offsets of several zones": "select greatest(count(distinct right(updated_at, 6)) - 4, 0) from customers",
    "split payments": """
        select count(*) from (from moves select order_id where kind = 'payment' group by all having count(*) > 1)""",
    "lines with the old price after a change": """
        select count(*) from (from items select product_id group by all having count(distinct unit_price) > 1)""",
}


@pytest.mark.parametrize("what", DIRT)
def test_dirt_is_there(feed: Feed, what: str) -> None:
    assert one(feed, DIRT[what]) > 0


def test_no_row_arrives_beyond_the_horizon(feed: Feed) -> None:
    longest = one(
        feed,
        """
        select max(rows.dt - ordered_at::date) from (
            select order_id, dt from orders union all select order_id, dt from order_items
            union all select order_id, dt from payments
        ) as rows join latest_orders using (order_id)
        """,
    )
    assert 20 < longest <= dirt.HORIZON_DAYS


def test_shape_of_the_business(feed: Feed) -> None:
    by_weekday = dict(feed.sql("select isodow(ordered_at), count(*) from latest_orders group by all").fetchall())
    assert by_weekday[6] > 1.3 * by_weekday[1]
    by_hour = dict(
        feed.sql("""
            select hour(timezone(time_zone, ordered_at::timestamptz)), count(*)
            from latest_orders as o
            join stores as s on o.store_id = s.store_id::bigint and s.dt = '2026-04-02'
            group by all
        """).fetchall()
    )
    assert by_hour[20] > 5 * by_hour[4]
    top_tenth = one(
        feed,
        """
        select sum(n) filter (nth <= 0.1) / sum(n) from (
            select n, percent_rank() over (order by n desc) as nth
            from (select count(*) as n from items group by product_id))
    """,
    )
    assert 0.3 < top_tenth < 0.8
    assert 2.3 < one(feed, "select count(*) / 20_000 from items") < 2.7


def test_spelled_words_are_all_known() -> None:
    assert {text.lower() for text in STATUS.texts} == set(STATUS.words)
