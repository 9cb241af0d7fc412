"""A shop's database, its capture and the function that writes the changelog, each killed now and then: the changes are the shop's.

`just test tests/e2e/test_capture.py --kills 20` kills each of the three so often. Every change is compared, both images of it:
triggers of the database write down what it did.
"""

import json
import os
import random
import shutil
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import pytest
from lakeloop.aws.tflocal import INSTALL

from tests import local_aws
from tests.clone import clone
from tests.e2e.killing import Killer, of_a_command, of_functions
from tests.e2e.loop import Loop

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

DATABASE, FUNCTION = "lakeloop_dev_changes", "lakeloop-dev-dbt-changes"
TABLES = ("stores", "customers", "products", "orders", "payments", "order_items")
OWN = "_"
"""Columns of the changelog begin with it, those of the shop with a letter."""
MOST_SECONDS = 600


class Shop:
    """A person's lake that captures changes, and the shop's database beside it."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._port = local_aws.free_port()

    def up(self) -> None:
        self.loop.types(f"just sources-up port={self._port}")

    def asked(self, command: str) -> list[dict]:
        """What ``shop_audit`` prints."""
        run = "uv run --quiet --locked --no-dev --project sources python tests/e2e/shop_audit.py"
        return [json.loads(line) for line in self.loop.types(f"{run} {command}").splitlines()]

    def works(self, killers: list[Killer], chance: random.Random) -> None:
        """Let the shop work until every killer has done; a database that dies ends a workload."""
        last = time.monotonic() + MOST_SECONDS
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
        last = time.monotonic() + MOST_SECONDS
        while (told := athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"])["State"] in (
            *("QUEUED", "RUNNING"),
        ):
            assert time.monotonic() < last
        assert told["State"] == "SUCCEEDED", told
        pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=started)
        names, *rows = (
            [cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def awaits(self, table: str, condition: str, rows: int) -> None:
        """Wait until the changelog of *table* is there and has so many *rows* at least, of *condition*."""
        last, glue = time.monotonic() + MOST_SECONDS, self.loop.client("glue")
        found = -1
        while found < rows:
            assert time.monotonic() < last, (
                f"{table}: {found} rows of {rows}; {self.loop.types('just cdc-status; true')}"
            )
            with suppress(glue.exceptions.EntityNotFoundException):
                glue.get_table(DatabaseName=DATABASE, Name=table)
                counted = self.query(f"select count(*) as n from {DATABASE}.{table} where {condition}")
                found = int(counted[0]["n"])

    def changelog(self, table: str, condition: str) -> list[dict]:
        return self.query(f"select * from {DATABASE}.sales_{table} where {condition}")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    home = clone(tmp_path_factory.mktemp("shop") / "checkout")
    settings = home / "terraform" / "envs" / "dev.tfvars"
    settings.write_text(settings.read_text("utf-8") + "changes = { batch_seconds = 0 }\n", "utf-8")
    folder = tmp_path_factory.mktemp("emulator")
    with ExitStack() as until_the_end:
        aws = until_the_end.enter_context(local_aws.running(folder))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        made = Shop(Loop(home, {**shell, STATE_FOLDER: str(folder), "COLUMNS": "200"}, aws.environment))
        made.up()
        until_the_end.callback(made.loop.types, "just sources-down")
        made.asked("fill")
        made.loop.types("just tf-apply env=dev")
        made.loop.types("just cdc-up")
        until_the_end.callback(made.loop.types, "just cdc-down")
        yield made


def plain(value: object) -> object:
    """*value* of a row, as PostgreSQL's JSON, the wire's or Athena's text has it, in one form."""
    if value is None or isinstance(value, bool):
        return value
    text = {"true": True, "false": False}.get(str(value), str(value))
    if isinstance(text, bool):
        return text
    with suppress(InvalidOperation):
        return format(Decimal(text).normalize(), "f")
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment).isoformat()
    return text


def image(row: dict | None) -> tuple | None:
    return row and tuple(sorted((name, plain(value)) for name, value in row.items()))


def after(row: dict) -> tuple | None:
    own = {name: value for name, value in row.items() if not name.startswith(OWN)}
    return None if row["_op"] == "d" else image(own)


def before(row: dict) -> tuple | None:
    return image(json.loads(row["_before"])) if row["_before"] else None


def test_each_change_is_there_once_whatever_is_killed(shop, kills):
    # The first row that was streamed and not seen by the snapshot: from then on the slot's place is stored.
    shop.awaits("capture_heartbeat", "_op in ('c', 'u')", 3)
    snapshot = {table: shop.changelog(table, "_op = 'r'") for table in TABLES}
    now = [(one["table"], image(one["row"])) for one in shop.asked("rows")]
    assert Counter((table, after(row)) for table in TABLES for row in snapshot[table]) == Counter(now)

    shop.asked("note")
    chance, home = random.Random(7), shop.loop.home
    state = home / ".lakeloop" / "sources" / "data" / "postmaster.pid"

    def server() -> list[int]:
        with suppress(OSError, ValueError, IndexError):
            return [int(state.read_text("utf-8").split()[0])]
        return []

    wanted = kills or 2
    killers = [
        Killer(of_a_command("lakeloop_capture", str(home)), wanted, random.Random(1), longest=25.0),
        Killer(
            of_functions(shop.loop.emulator["AWS_ENDPOINT_URL"], (FUNCTION,)), wanted, random.Random(2), longest=6.0
        ),
        Killer(server, wanted, random.Random(3), longest=25.0, after=shop.up),
    ]
    with ExitStack() as until_the_end:
        for killer in killers:
            until_the_end.enter_context(killer)
        shop.works(killers, chance)
    print([len(killer.killed) for killer in killers], "processes were killed")

    told = [(one["table"], one["op"], image(one["before"]), image(one["after"])) for one in shop.asked("told")]
    for table in TABLES:
        shop.awaits(f"sales_{table}", "_op in ('c', 'u', 'd')", sum(one[0] == table for one in told))
    found = [
        (table, row["_op"], before(row), after(row))
        for table in TABLES
        for row in shop.changelog(table, "_op in ('c', 'u', 'd')")
    ]
    lost, more = Counter(told) - Counter(found), Counter(found) - Counter(told)
    print(f"{len(told)} changes, {len(found)} in the changelog")
    assert (lost, more) == (Counter(), Counter())
