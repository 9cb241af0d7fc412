"""The schema: its rules, its time stamps, its way out; and the role for change capture, by what it may not do."""

import psycopg
import pytest
from psycopg import errors
from retail_db.database import HERE, connect, prepare
from retail_db.settings import SourceError

BASE = """
INSERT INTO sales.stores VALUES (1, 'Kiosk', 'DE', 'Ulm', '2020-01-01');
INSERT INTO sales.customers VALUES (1, 'a@example.org', 'A', NULL, 'DE', NULL, '2026-01-01');
INSERT INTO sales.products VALUES (1, 'SKU-000001', 'Kite', 'toys', 9.99);
INSERT INTO sales.orders VALUES (1, 1, 1, 'web', 'placed', '2026-01-02');
INSERT INTO sales.order_items VALUES (1, 1, 1, 2, 9.99, 0);
INSERT INTO sales.payments VALUES (1, 1, 'payment', 'card', 19.98, '2026-01-02');
"""


@pytest.fixture
def shop(place):
    """A connection of the application's to a shop with one row in each table."""
    with connect(place, autocommit=True) as connection:
        connection.execute(BASE)
        yield connection


@pytest.fixture
def capture(place, shop):
    """A connection of the capture's to the same shop."""
    with connect(place, "shop_capture", autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO sales.stores VALUES (2, 'Kiosk', 'DE', 'Ulm', '2020-01-01')",
        "UPDATE sales.stores SET country = 'de'",
        "UPDATE sales.customers SET email = 'nobody'",
        "INSERT INTO sales.customers VALUES (2, 'a@example.org', 'B', NULL, 'DE', NULL, '2026-01-01')",
        "UPDATE sales.products SET unit_price = 0",
        "UPDATE sales.products SET sku = '7'",
        "UPDATE sales.orders SET status = 'lost'",
        "UPDATE sales.orders SET channel = 'phone'",
        "UPDATE sales.orders SET customer_id = 99",
        "UPDATE sales.order_items SET quantity = 0",
        "UPDATE sales.order_items SET discount = 19.98",
        "UPDATE sales.order_items SET product_id = 99",
        "UPDATE sales.payments SET amount = -1",
        "UPDATE sales.payments SET kind = 'gift'",
        "INSERT INTO sales.payments VALUES (2, 1, 'payment', 'card', 1, '2026-01-02')",
        "DELETE FROM sales.customers",
        "DELETE FROM sales.orders",
        "TRUNCATE sales.payments",
        "CREATE TABLE sales.mine ()",
    ],
)
def test_the_application_cannot_break_a_rule(shop, statement):
    with pytest.raises((errors.IntegrityError, errors.InsufficientPrivilege)):
        shop.execute(statement)


@pytest.mark.parametrize("table", ["stores", "customers", "products", "orders", "order_items", "payments"])
def test_updated_at_is_the_time_of_the_transaction_whatever_a_statement_says(shop, table):
    ((first,),) = shop.execute(f"SELECT updated_at FROM sales.{table}").fetchall()
    with shop.transaction():
        shop.execute(f"UPDATE sales.{table} SET updated_at = '1999-01-01'")
        ((changed, now),) = shop.execute(f"SELECT updated_at, now() FROM sales.{table}").fetchall()
    assert first < changed == now


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO sales.stores VALUES (2, 'Hut', 'DE', 'Ulm', '2020-01-01')",
        "UPDATE sales.orders SET status = 'paid'",
        "DELETE FROM sales.payments",
        "TRUNCATE sales.payments",
        "DELETE FROM capture.heartbeat",
        "DELETE FROM capture.state",
        "UPDATE capture.debezium_offsets SET offset_val = ''",
        "TRUNCATE capture.debezium_offsets",
        "CREATE TABLE capture.mine ()",
        "CREATE TABLE sales.mine ()",
        "CREATE TABLE public.mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE PUBLICATION mine FOR TABLE sales.orders",
        "ALTER PUBLICATION shop_changes DROP TABLE sales.orders",
        "ALTER TABLE sales.orders REPLICA IDENTITY NOTHING",
        "SET ROLE shop_owner",
        "SET ROLE postgres",
        "SELECT * FROM pg_authid",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT * FROM sales.secrets",
        "COPY sales.orders TO PROGRAM 'true'",
    ],
)
def test_the_capture_may_not(place, capture, statement):
    with connect(place, "shop_owner", autocommit=True) as owner:
        owner.execute("CREATE TABLE sales.secrets (id bigint PRIMARY KEY)")
        try:
            with pytest.raises(errors.InsufficientPrivilege):
                capture.execute(statement)
        finally:
            owner.execute("DROP TABLE sales.secrets")


def test_the_capture_may_snapshot_beat_and_read_both_images_of_a_change(shop, capture):
    for table in ("stores", "customers", "products", "orders", "order_items", "payments"):
        assert capture.execute(f"SELECT count(*) FROM sales.{table}").fetchall() == [(1,)]
    capture.execute("SELECT pg_create_logical_replication_slot('test', 'pgoutput')")
    try:
        beat = (
            "INSERT INTO capture.heartbeat VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at"
        )
        capture.execute(beat)
        capture.execute(beat)
        shop.execute("UPDATE sales.customers SET full_name = 'Grace' WHERE customer_id = 1")
        shop.execute("DELETE FROM sales.payments")
        asked = (
            "SELECT data FROM pg_logical_slot_get_binary_changes('test', NULL, NULL, 'proto_version', '1',"
            " 'publication_names', %s)"
        )
        messages = [bytes(data) for (data,) in capture.execute(asked, ("shop_changes",)).fetchall()]
    finally:
        capture.execute("SELECT pg_drop_replication_slot('test')")
    # https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html: O marks a whole row before the change.
    assert [message[:1] for message in messages if message[:1] not in b"BCR"] == [b"I", b"U", b"U", b"D"]
    (renamed,) = [message for message in messages if b"Grace" in message]
    assert renamed[5:6] == b"O" and renamed.count(b"a@example.org") == 2
    (deleted,) = [message for message in messages if message[:1] == b"D"]
    assert deleted[5:6] == b"O" and b"19.98" in deleted


def test_the_capture_reads_changes_of_the_database_and_cannot_copy_the_server(server):
    with connect(server, "shop_capture", replication="database") as connection:
        assert connection.pgconn.exec_(b"IDENTIFY_SYSTEM").get_value(0, 3) == b"shop"
    with pytest.raises(SourceError, match=r"no pg_hba\.conf entry for replication connection"):
        connect(server, "shop_capture", replication="true")
    with pytest.raises(SourceError, match=r"no pg_hba\.conf entry"):
        connect(server, "shop_capture", "postgres")


def test_what_is_made_is_taken_back_and_can_be_made_again(server):
    def there(connection: psycopg.Connection) -> list[tuple[str, ...]]:
        return connection.execute(
            "SELECT 'role', rolname::text FROM pg_roles WHERE rolname LIKE 'shop%' UNION ALL "
            "SELECT 'schema', nspname::text FROM pg_namespace WHERE nspname IN ('sales', 'capture') UNION ALL "
            "SELECT 'publication', pubname::text FROM pg_publication UNION ALL "
            "SELECT 'slot', slot_name::text FROM pg_replication_slots"
        ).fetchall()

    with connect(server, "postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_create_logical_replication_slot('left_over', 'pgoutput')")
        before = there(connection)
        connection.execute((HERE / "backout.sql").read_bytes())
        assert there(connection) == []
    assert prepare(server)
    assert not prepare(server)
    with connect(server, "postgres") as connection:
        assert sorted(there(connection)) == sorted(row for row in before if row[0] != "slot")
