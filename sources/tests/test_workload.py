"""The workload and the generator upon a real database: the rules of a shop, and the same rows for the same seed."""

from threading import Event

import pytest
from retail_db import load, workload
from retail_db.database import connect
from retail_db.settings import SourceError
from retail_db.tables import Table

from tests.conftest import empty

TABLES = ("stores", "customers", "products", "orders", "order_items", "payments")


def generate(place, table: Table, count: int, seed: int = 7):
    return load.generate(place, table, seed, count, Event())


def fill(place, seed: int = 7) -> None:
    generate(place, "stores", 5, seed)
    generate(place, "customers", 60, seed)
    generate(place, "products", 40, seed)
    generate(place, "orders", 120, seed)
    generate(place, "payments", 50, seed)


def content(place) -> dict[str, list[tuple]]:
    """All rows of all tables but for their time stamps, which are the database's own."""
    with connect(place) as connection:
        return {
            table: connection.execute(
                f"SELECT to_jsonb(t) - 'updated_at' FROM sales.{table} AS t ORDER BY 1"
            ).fetchall()
            for table in TABLES
        }


def work(place, changes: int = 400, seed: int = 3):
    done = workload.run(place, seed, 1_000, 1, stop_after(changes))
    assert done.total() == changes
    return done


def stop_after(changes: int) -> Event:
    """An event that is set after as many changes: the pace is tried by itself."""

    class Counting(Event):
        left = changes

        def wait(self, timeout=None):
            self.left -= 1
            return self.left < 0

    return Counting()


def test_the_same_seed_gives_the_same_rows_and_another_one_others(place):
    fill(place)
    work(place)
    first = content(place)
    empty(place)
    fill(place)
    assert work(place) and content(place) == first
    empty(place)
    fill(place)
    work(place, seed=4)
    assert content(place) != first


def test_a_shop_inserts_updates_deletes_and_corrects_and_its_books_are_right(place):
    fill(place)
    done = work(place, 900)
    assert set(done) == {
        *("sign up", "place", "pay", "ship", "complete", "cancel", "return", "correct customer", "correct quantity"),
        *("change price", "erase customer", "delete cancelled"),
    }
    with connect(place) as connection:

        def found(question: str) -> list[tuple]:
            return connection.execute(question).fetchall()

        total = "(SELECT sum(quantity * unit_price - discount) FROM sales.order_items i WHERE i.order_id = o.order_id)"
        assert found(f"SELECT order_id FROM sales.orders o WHERE coalesce({total}, 0) <= 0") == []
        paid = (
            "SELECT o.order_id FROM sales.orders o LEFT JOIN sales.payments p ON p.order_id = o.order_id AND p.kind = "
        )
        assert found(f"{paid}'payment' WHERE (o.status IN ('placed', 'cancelled')) <> (p.order_id IS NULL)") == []
        assert found(f"{paid}'refund' WHERE (o.status = 'returned') <> (p.order_id IS NOT NULL)") == []
        assert (
            found(
                f"SELECT p.order_id FROM sales.payments p JOIN sales.orders o USING (order_id) WHERE p.amount <> {total}"
            )
            == []
        )
        assert (
            found(
                "SELECT 1 FROM sales.payments p JOIN sales.orders o USING (order_id) WHERE paid_at < ordered_at AND payment_id > 50"
            )
            == []
        )
        ((gaps,),) = found("SELECT max(order_id) - count(*) FROM sales.orders")
        assert gaps == done["delete cancelled"]


def test_changes_come_at_their_rate_and_not_faster(place):
    fill(place)
    waited = []

    class Clock(Event):
        def wait(self, timeout=None):
            waited.append(timeout)
            return False

    assert workload.run(place, 1, 2, 5, Clock()).total() == 10
    # The tenth change is due 4.5 s after the first; no time passed while this clock waited.
    assert waited[0] == 0 and waited == sorted(waited) and 3 < waited[-1] <= 4.5


def test_orders_of_nothing_and_payments_of_no_order_are_refused_and_nothing_is_added(place):
    with pytest.raises(SourceError, match="refer to stores and products and customers"):
        generate(place, "orders", 5)
    with pytest.raises(SourceError, match="no stores and no products and no customers"):
        workload.run(place, 1, 1, 1, Event())
    fill(place)
    before = content(place)
    with pytest.raises(SourceError, match="71 payments need as many placed orders, and there are 70"):
        generate(place, "payments", 71)
    assert content(place) == before
    generate(place, "payments", 70)


def test_a_call_in_portions_is_the_call_as_a_whole(place):
    generate(place, "customers", 30)
    generate(place, "customers", 30)
    portions = content(place)
    empty(place)
    generate(place, "customers", 60)
    assert content(place) == portions


def test_a_database_that_goes_away_is_told_with_what_is_in(place):
    fill(place)

    def cut(done: int) -> None:
        if done == 5:
            with connect(place, "postgres", autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_app'")

    with pytest.raises(SourceError, match=r"ended after 5; .* terminating connection"):
        workload.run(place, 1, 1_000, 1, Event(), cut)
