"""Runs in the environment of `sources/`: a shop with rows, and every later change of them written down by triggers.

`fill` makes rows, `note` begins to write down, `told` prints what was written: a JSON object a line, `{"table", "op", "before",
"after"}`, images as `to_jsonb` gives them. `rows` prints all rows as they are, `{"table", "row"}`; `touch` changes one, and prints
when that was committed, `{"at": seconds}`.
"""

import json
import sys
import time
from threading import Event

from retail_db import lifecycle, load
from retail_db.database import connect
from retail_db.settings import Place
from retail_db.tables import KEYS

TABLES = (*KEYS, "order_items")
NOTE = """
CREATE SCHEMA audit;
CREATE TABLE audit.changes (number bigserial PRIMARY KEY, source_table text, op text, before jsonb, after jsonb);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit.changes (source_table, op, before, after) VALUES (
        TG_TABLE_NAME,
        CASE TG_OP WHEN 'INSERT' THEN 'c' WHEN 'UPDATE' THEN 'u' ELSE 'd' END,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
    );
    RETURN NULL;
END
$$;
"""
TRIGGER = "CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON sales.{} FOR EACH ROW EXECUTE FUNCTION audit.note();"


def main(command: str) -> None:
    place = lifecycle.require(Place())
    if command == "fill":
        for table, count in (("stores", 5), ("customers", 60), ("products", 30), ("orders", 200), ("payments", 90)):
            load.generate(place, table, 7, count, Event())
        return
    with connect(place, "postgres", autocommit=command in ("note", "touch")) as connection:
        if command == "touch":
            connection.execute("UPDATE sales.stores SET city = city WHERE store_id = 1")
            print(json.dumps({"at": time.time()}))
        elif command == "note":
            connection.execute(NOTE + "".join(TRIGGER.format(table) for table in TABLES))
        elif command == "told":
            told = "SELECT source_table, op, before, after FROM audit.changes ORDER BY number"
            for table, op, before, after in connection.execute(told):
                print(json.dumps({"table": table, "op": op, "before": before, "after": after}))
        else:
            for table in TABLES:
                for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM sales.{table} AS t"):
                    print(json.dumps({"table": table, "row": row}))


if __name__ == "__main__":
    main(sys.argv[1])
