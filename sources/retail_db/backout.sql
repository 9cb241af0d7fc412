-- Take back what ddl.sql made, all rows with it. Run in database `shop` by whoever ran ddl.sql.
-- A slot that a capture is reading stops it: end the capture first.

SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = 'shop';
SET ROLE shop_owner;
DROP PUBLICATION shop_changes;
DROP SCHEMA sales CASCADE;
DROP SCHEMA capture CASCADE;
RESET ROLE;
DROP OWNED BY shop_owner, shop_app, shop_capture;
DROP ROLE shop_owner, shop_app, shop_capture;
GRANT CONNECT, TEMPORARY ON DATABASE shop TO PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
