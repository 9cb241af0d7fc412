"""A person's lake that captures the changes of a shop's database, in an emulator of its own."""

import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import byte_code, local_aws
from tests.clone import clone
from tests.e2e.killing import Killer
from tests.e2e.loop import Loop
from tests.e2e.told import await_

from lakeloop_emulator import broker  # isort: skip - local_aws has put it on the path
from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip

DATABASE = "lakeloop_dev_changes"
TABLES = ("stores", "customers", "products", "orders", "payments", "order_items")
MOST_SECONDS = 600


TOPIC = "lakeloop-dev-dbt-changes"
PUT = """
import sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], enable_idempotence=False)
producer.send(sys.argv[2], bytes.fromhex(sys.stdin.read()), key=b"1").get(60)
"""


class Shop:
    """The lake's loop, and the shop's database beside it. *brokers*: Kafka's address, empty where changes go by Kinesis.

    ``pause``: seconds at the most between two looks at what is awaited.
    """

    def __init__(self, loop: Loop, brokers: str = "") -> None:
        self.loop, self.brokers, self.pause = loop, brokers, 0.5
        self._port = local_aws.free_port()

    def up(self) -> None:
        self.loop.types(f"just sources-up port={self._port}")

    def asked(self, command: str) -> list[dict]:
        """The objects that ``shop_audit`` prints."""
        run = "uv run --quiet --locked --no-dev --project sources python tests/e2e/shop_audit.py"
        return [json.loads(line) for line in self.loop.types(f"{run} {command}").splitlines()]

    def puts(self, data: bytes) -> None:
        """Put a record of nobody's into the stream."""
        if not self.brokers:
            self.loop.client("kinesis").put_record(StreamName=TOPIC, Data=data, PartitionKey="1")
            return
        python = str(self.loop.home / "emulator" / ".venv" / "bin" / "python")
        subprocess.run([python, "-c", PUT, self.brokers, TOPIC], input=data.hex(), text=True, check=True)

    def works(self, killers: list[Killer], chance: random.Random) -> None:
        """Let the shop work until every killer has done; a database that dies ends a workload."""
        # A capture that dies often is started again after half a minute only.
        last = time.monotonic() + MOST_SECONDS + 60 * max(killer.count for killer in killers)
        while True:
            seed = chance.randrange(10**6)
            self.loop.types(f"just sources-changes rate=25 seconds=6 seed={seed} || true")
            if all(killer.done() for killer in killers):
                return
            assert time.monotonic() < last, [len(killer.killed) for killer in killers]

    def query(self, statement: str) -> list[dict]:
        """Rows of local Athena, as texts by column."""
        athena = self.loop.client("athena")
        started = athena.start_query_execution(QueryString=statement, WorkGroup="lakeloop-dev")["QueryExecutionId"]

        def ended() -> dict | None:
            status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            return None if status["State"] in ("QUEUED", "RUNNING") else status

        told = await_(ended, seconds=MOST_SECONDS)
        assert told["State"] == "SUCCEEDED", told
        pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=started)
        names, *rows = (
            [cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def awaits(self, table: str, condition: str, rows: int, counted: str = "*") -> None:
        """Wait until the changelog of *table* is there and has so many *rows* at least, of *condition*; or *counted* of them."""
        glue = self.loop.client("glue")

        def found() -> int:
            try:
                glue.get_table(DatabaseName=DATABASE, Name=table)
            except glue.exceptions.EntityNotFoundException:
                return -1
            told = self.query(f"select count({counted}) as n from {DATABASE}.{table} where {condition}")
            return int(told[0]["n"])

        def said() -> str:
            return f"{table}: {found()} rows of {rows}; {self.loop.types('just cdc-status; true')}"

        await_(lambda: found() >= rows, said, MOST_SECONDS, self.pause)

    def changelog(self, table: str, condition: str) -> list[dict]:
        return self.query(f"select * from {DATABASE}.sales_{table} where {condition}")


@contextmanager
def captured(folder: Path, transport: str = "kinesis") -> Iterator[Shop]:
    """Until the block ends: a shop with some rows whose changes are captured, by *transport*; all of it lies in *folder*."""
    home = clone(folder / "checkout")
    byte_code.lend(home, ".", "sources", "ingestion/capture")
    settings = home / "terraform" / "envs" / "dev.tfvars"
    brokers = f"127.0.0.1:{local_aws.free_port()}" if transport == "kafka" else ""
    network = 'security = "plaintext", subnets = ["subnet-local"], security_groups = ["sg-local"]'
    by_kafka = f', kafka = {{ bootstrap_servers = ["{brokers}"], {network} }}' if brokers else ""
    settings.write_text(settings.read_text("utf-8") + f"changes = {{ batch_seconds = 0{by_kafka} }}\n", "utf-8")
    state = folder / "emulator"
    with ExitStack() as until_the_end:
        aws = until_the_end.enter_context(local_aws.running(state, enforcing=True))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        until_the_end.callback(broker.down, state)
        made = Shop(Loop(home, {**shell, STATE_FOLDER: str(state), "COLUMNS": "200"}, aws.environment), brokers)
        made.up()
        until_the_end.callback(made.loop.types, "just sources-down")
        made.asked("fill")
        made.loop.types("just tf-apply env=dev")
        made.loop.types(f"just cdc-up transport={transport}")
        until_the_end.callback(made.loop.types, "just cdc-down")
        for table in TABLES:
            made.awaits(f"sales_{table}", "_op = 's'", 1)
        # Rows that were streamed, which the snapshot did not see: from then on the slot's place is stored.
        made.awaits("capture_heartbeat", "_op in ('c', 'u')", 3)
        yield made
