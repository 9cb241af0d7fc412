"""The two functions over AWS in memory, and a queue that delivers until nothing is left."""

import itertools
import json

from aws_in_memory import ARTIFACTS, MACHINE, RAW, Aws, Context, Killed
from gate import clients, files, handler, tick
from lakeloop_project.sources import Column, Kind, SourceTable, parse_type

QUIET, LONGEST = 30, 300
TOPIC = "arn:aws:sns:eu-central-1:000000000000:lake-dev-dbt-alerts"


def table(name, form, *columns, source="shop", partition="dt", partition_type="date"):
    data = tuple(Column(column, parse_type(kind), required=column == "id") for column, kind in columns)
    key = (Column(partition, parse_type(partition_type), partition=True),) if partition else ()
    return SourceTable(
        f"source.shop.{source}.{name}",
        source,
        name,
        name,
        None,
        "",
        Kind.RAW,
        form,
        (*data, *key),
        name,
        "models/shop.yml",
    )


TABLES = [
    table("orders", "csv", ("id", "bigint"), ("status", "varchar")),
    table("events", "json", ("id", "bigint"), partition="region", partition_type="varchar"),
    table("notes", "csv", ("id", "bigint"), partition=None),
    table("loose", None, source="odd name"),
]


class Lake:
    """The gate with its queues; ``deliver`` hands over what waits, ``settle`` goes on until nothing does."""

    def __init__(self, aws):
        self.aws = aws
        self.queue, self.dead = [], []
        self._ids = itertools.count()

    def send(self, key, body):
        self.queue.append(self.aws.put(key, body))

    def deliver(self):
        """One batch of arrivals: what fails comes again, as what a killed function had."""
        batch = {f"m{next(self._ids)}": body for body in self.queue[:10]}
        del self.queue[:10]
        records = [{"messageId": identity, "body": body} for identity, body in batch.items()]
        try:
            failed = {
                one["itemIdentifier"] for one in handler.handle({"Records": records}, Context())["batchItemFailures"]
            }
        except Killed:
            self.queue += batch.values()
            return
        self.dead += [body for identity, body in batch.items() if identity in failed]

    def tick(self, *bodies):
        """The ticks that are due, and *bodies*; whether there was one."""
        due = [body for at, body in self.aws.delayed if at <= self.aws.now]
        self.aws.delayed = [(at, body) for at, body in self.aws.delayed if at > self.aws.now]
        if not due and not bodies:
            return False
        try:
            tick.handle({"Records": [{"body": body} for body in (*due, *bodies)]}, Context())
        except Killed:
            self.aws.delayed += [(self.aws.now, body) for body in (*due, *bodies)]
        return True

    def running(self):
        return [name for name, status in self.aws.executions.items() if status == "RUNNING"]

    def end(self, name, status="SUCCEEDED"):
        """An execution ends, which is a tick."""
        self.aws.executions[name] = status
        self.aws.delayed.append((self.aws.now, json.dumps({"detail": {"name": name, "status": status}})))

    def settle(self, on_run=lambda name: None):
        """Deliver, wait and end runs until nothing happens any more."""
        for _ in range(2000):
            if self.queue:
                self.deliver()
            elif self.tick():
                pass
            elif running := self.running():
                on_run(running[0])
                self.end(running[0])
            elif self.aws.delayed:
                self.aws.now = min(at for at, _ in self.aws.delayed)
            else:
                return
        raise AssertionError("it never ends")

    def waiting(self):
        return self.aws.keys("arrivals/waiting/", ARTIFACTS)

    def raw(self):
        """The keys of the tables' files."""
        return [key for key in self.aws.keys("") if not key.startswith(("incoming/", "quarantine/"))]

    def quarantine(self):
        """First words of the reasons in quarantine, by the keys under which the files came."""
        reasons = [self.aws.json(key) for key in self.aws.keys("quarantine/") if key.endswith(".reason.json")]
        return {told["key"]: told["reasons"][0]["what"] for told in reasons}


def made(monkeypatch, tmp_path):
    """The lake with the functions' variables set; what they write on the disk lies in *tmp_path*."""
    aws = Aws()
    aws.put("latest/state.json", b"{}", ARTIFACTS)
    monkeypatch.setattr(clients, "boto3", aws)
    clients.client.cache_clear()
    monkeypatch.setattr(files.tables, "declared", lambda target: {(one.source, one.name): one for one in TABLES})
    monkeypatch.setattr(tick, "datetime", type("Clock", (), {"now": staticmethod(lambda zone: aws.now)}))
    variables = {
        "ALERTS_TOPIC_ARN": TOPIC,
        "ARTIFACTS_BUCKET": ARTIFACTS,
        "DBT_TARGET": "dev",
        "ENVIRONMENT": "dev",
        "LONGEST_WAIT_SECONDS": str(LONGEST),
        "MAX_FILE_BYTES": "1000000",
        "QUIET_SECONDS": str(QUIET),
        "RAW_BUCKET_NAME": RAW,
        "STATE_MACHINE_ARN": MACHINE,
        "TICKS_QUEUE_URL": "ticks",
        "TMPDIR": str(tmp_path),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", None)
    return Lake(aws)
