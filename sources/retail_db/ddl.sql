-- The shop's operational database: roles, schema `sales`, the publication for change capture.
-- Run in database `shop` by whoever may make roles; backout.sql takes all of it back. The roles cannot log in before they
-- have passwords (ALTER ROLE ... PASSWORD ...), which `just sources-up` makes at random.
-- On Amazon RDS, replication is granted instead: GRANT rds_replication TO shop_capture.

CREATE ROLE shop_owner LOGIN;
CREATE ROLE shop_app LOGIN;
CREATE ROLE shop_capture LOGIN REPLICATION NOINHERIT CONNECTION LIMIT 6;

REVOKE ALL ON DATABASE shop FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE shop TO shop_owner, shop_app, shop_capture;
-- CREATE is for the publication: https://www.postgresql.org/docs/current/logical-replication-security.html
GRANT CREATE ON DATABASE shop TO shop_owner;

GRANT shop_owner TO CURRENT_USER;
SET ROLE shop_owner;

CREATE SCHEMA sales;
COMMENT ON SCHEMA sales IS 'Operational tables of the shop';

CREATE TABLE sales.stores (
    store_id bigint PRIMARY KEY,
    store_name text NOT NULL UNIQUE CHECK (store_name <> ''),
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    city text NOT NULL,
    opened_on date NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE sales.customers (
    customer_id bigint PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email ~ '^[^@ ]+@[^@ ]+$'),
    full_name text NOT NULL CHECK (full_name <> ''),
    phone text,
    country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    marketing_opt_in boolean,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE sales.products (
    product_id bigint PRIMARY KEY,
    sku text NOT NULL UNIQUE CHECK (sku ~ '^SKU-[0-9]{6,}$'),
    product_name text NOT NULL CHECK (product_name <> ''),
    category text NOT NULL,
    unit_price numeric(12, 2) NOT NULL CHECK (unit_price > 0),
    updated_at timestamptz NOT NULL
);

CREATE TABLE sales.orders (
    order_id bigint PRIMARY KEY,
    customer_id bigint REFERENCES sales.customers, -- null: a guest
    store_id bigint NOT NULL REFERENCES sales.stores,
    channel text NOT NULL CHECK (channel IN ('web', 'shop')),
    status text NOT NULL CHECK (status IN ('placed', 'paid', 'shipped', 'completed', 'cancelled', 'returned')),
    ordered_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX orders_by_status ON sales.orders (status, order_id);
CREATE INDEX orders_by_customer ON sales.orders (customer_id);

CREATE TABLE sales.order_items (
    order_id bigint NOT NULL REFERENCES sales.orders,
    line_number integer NOT NULL CHECK (line_number > 0),
    product_id bigint NOT NULL REFERENCES sales.products,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    unit_price numeric(12, 2) NOT NULL CHECK (unit_price > 0), -- as it was when it was ordered
    discount numeric(12, 2) NOT NULL DEFAULT 0 CHECK (discount >= 0 AND discount < quantity * unit_price),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, line_number)
);

CREATE TABLE sales.payments (
    payment_id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES sales.orders,
    kind text NOT NULL CHECK (kind IN ('payment', 'refund')),
    method text NOT NULL CHECK (method IN ('card', 'transfer', 'voucher', 'cash')),
    amount numeric(12, 2) NOT NULL CHECK (amount > 0),
    paid_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (order_id, kind)
);

-- For readers that ask for what has changed since, page by page (the API's rows, batch ingestion).
CREATE INDEX stores_by_change ON sales.stores (updated_at, store_id);
CREATE INDEX customers_by_change ON sales.customers (updated_at, customer_id);
CREATE INDEX products_by_change ON sales.products (updated_at, product_id);
CREATE INDEX orders_by_change ON sales.orders (updated_at, order_id);
CREATE INDEX payments_by_change ON sales.payments (updated_at, payment_id);

CREATE FUNCTION sales.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.stores FOR EACH ROW EXECUTE FUNCTION sales.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.customers FOR EACH ROW EXECUTE FUNCTION sales.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.products FOR EACH ROW EXECUTE FUNCTION sales.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.order_items FOR EACH ROW EXECUTE FUNCTION sales.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON sales.payments FOR EACH ROW EXECUTE FUNCTION sales.stamp();

-- Both images of a changed row go into the log, whichever of its columns changed.
ALTER TABLE sales.stores REPLICA IDENTITY FULL;
ALTER TABLE sales.customers REPLICA IDENTITY FULL;
ALTER TABLE sales.products REPLICA IDENTITY FULL;
ALTER TABLE sales.orders REPLICA IDENTITY FULL;
ALTER TABLE sales.order_items REPLICA IDENTITY FULL;
ALTER TABLE sales.payments REPLICA IDENTITY FULL;

-- The capture writes here now and then, so that its slot moves on while only other tables are written.
CREATE SCHEMA capture;
CREATE TABLE capture.heartbeat (
    id integer PRIMARY KEY CHECK (id = 1),
    beat_at timestamptz NOT NULL
);
ALTER TABLE capture.heartbeat REPLICA IDENTITY FULL;
-- The capture's own account by slot: the last snapshot, where the slot begins, the tables, the stream. And Debezium's offset, in
-- the columns that its JdbcOffsetBackingStore writes.
CREATE TABLE capture.state (
    slot text PRIMARY KEY,
    attempt text NOT NULL,
    begins_at bigint,
    completed boolean NOT NULL,
    tables text[] NOT NULL,
    stream text NOT NULL
);
CREATE TABLE capture.debezium_offsets (
    id varchar(36) PRIMARY KEY,
    offset_key text,
    offset_val text,
    record_insert_ts timestamp NOT NULL,
    record_insert_seq integer NOT NULL
);

CREATE PUBLICATION shop_changes
FOR TABLE sales.stores, sales.customers, sales.products, sales.orders, sales.order_items, sales.payments, capture.heartbeat
WITH (publish = 'insert, update, delete, truncate');

GRANT USAGE ON SCHEMA sales TO shop_app, shop_capture;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sales TO shop_app; -- no TRUNCATE
GRANT SELECT ON
    sales.stores, sales.customers, sales.products, sales.orders, sales.order_items, sales.payments
TO shop_capture;
GRANT USAGE ON SCHEMA capture TO shop_capture;
GRANT SELECT, INSERT, UPDATE ON capture.heartbeat, capture.state TO shop_capture;
GRANT SELECT, INSERT, DELETE ON capture.debezium_offsets TO shop_capture; -- each save replaces the row

RESET ROLE;
