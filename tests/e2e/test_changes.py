"""`changes = {}` makes a stream whose records become rows, by a role that may do that and nothing else."""

import hashlib
import os
import shutil
import time
from contextlib import ExitStack

import pytest
from lakeloop.aws.tflocal import INSTALL
from lakeloop_changes import Pointer, partition_key

from tests import local_aws
from tests.changes.place import Source
from tests.clone import clone
from tests.e2e.loop import Loop

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

RAW, STREAM, TABLE = "lakeloop-dev-raw", "lakeloop-dev-dbt-changes", "lakeloop_dev_changes.sales_letters"


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    home = clone(tmp_path_factory.mktemp("loop") / "checkout")
    settings = home / "terraform" / "envs" / "dev.tfvars"
    settings.write_text(settings.read_text("utf-8") + "changes = { batch_seconds = 0 }\n", "utf-8")
    folder = tmp_path_factory.mktemp("emulator")
    with ExitStack() as until_the_end:
        aws = until_the_end.enter_context(local_aws.running(folder, enforcing=True))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        loop = Loop(home, {**shell, STATE_FOLDER: str(folder), "COLUMNS": "200"}, aws.environment)
        loop.types("just tf-apply env=dev")
        yield loop


def count(loop) -> int:
    printed = loop.types(f'just query "select count(*) from {TABLE}" env=dev format=tsv')
    return int(next(line for line in printed.splitlines() if line.isdecimal()))


def awaits(loop, rows: int) -> None:
    """Wait until the changelog of letters is there and has so many *rows*."""
    last, glue = time.monotonic() + 180, loop.client("glue")
    while not glue.get_tables(DatabaseName="lakeloop_dev_changes")["TableList"] or count(loop) < rows:
        assert time.monotonic() < last, f"not {rows} rows"


def test_records_become_rows_within_the_role_of_the_function(loop):
    assert "No changes" in loop.types("just tf-plan env=dev")
    source, kinesis, s3 = Source(), loop.client("kinesis"), loop.client("s3")
    large = source.change("letters", "c", {"id": 1, "word": "x" * 2_000_000}).encode()
    s3.put_object(Bucket=RAW, Key="oversize/1.json", Body=large)
    pointer = Pointer(f"s3://{RAW}/oversize/1.json", hashlib.sha256(large).hexdigest()).encode()
    kinesis.put_record(StreamName=STREAM, Data=pointer, PartitionKey="1")
    kinesis.put_record(StreamName=STREAM, Data=b"no change", PartitionKey="1")
    awaits(loop, 1)
    for number in range(2, 5):
        change = source.change("letters", "c", {"id": number, "word": "a"})
        kinesis.put_record(StreamName=STREAM, Data=change.encode(), PartitionKey=partition_key(change))
        awaits(loop, number)
    found = s3.list_objects_v2(Bucket=RAW, Prefix="quarantine/changes/unknown/")["Contents"]
    assert len(found) == 1
    # Metadata is deleted when it is twenty commits old.
    proved = loop.types("just iam-proof role=dbt-changes", 1)
    assert "0 would be denied, 1 statements" in proved
    assert "TableFiles: s3:DeleteObject" in proved
