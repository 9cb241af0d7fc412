"""A shop's database, its capture and the function that writes the changelog, each killed now and then: the changes are the shop's.

`just test tests/e2e/test_capture.py --kills 20` kills each of the three so often, `--transport kafka` has Kafka between them. Every
change is compared, both images of it: triggers of the database write down what it did.
"""

import hashlib
import json
import random
import re
import shutil
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import pytest
from lakeloop.aws.terraform.program import INSTALL
from lakeloop_changes import Pointer

from tests.changes.place import Source
from tests.e2e.killing import Killer, of_a_command, of_functions
from tests.e2e.shop import TABLES, captured
from tests.e2e.told import await_

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

FUNCTION, RAW = "lakeloop-dev-dbt-changes", "lakeloop-dev-raw"
OF_A_NETWORK = ["changes / NetworkInterfaces", "changes / Networks", "changes / OwnNetworkInterfaces"]
"""Lambda's interfaces in a VPC, of which the emulator makes none."""
OWN = "_"
"""Columns of the changelog begin with it, those of the shop with a letter."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory, pytestconfig):
    with captured(tmp_path_factory.mktemp("shop"), pytestconfig.getoption("--transport")) as made:
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


def test_a_change_too_large_for_the_stream_is_read_from_its_object_and_what_is_none_is_set_apart(shop):
    s3 = shop.loop.client("s3")
    large = Source().change("letters", "c", {"id": 1, "word": "x" * 2_000_000}).encode()
    s3.put_object(Bucket=RAW, Key="oversize/1.json", Body=large)
    pointer = Pointer(f"s3://{RAW}/oversize/1.json", hashlib.sha256(large).hexdigest()).encode()
    for data in (b"no change", pointer):
        shop.puts(data)
    shop.awaits("sales_letters", "length(word) = 2000000", 1)
    assert len(s3.list_objects_v2(Bucket=RAW, Prefix="quarantine/changes/unknown/")["Contents"]) == 1


def test_what_was_set_apart_is_tried_again_when_its_reason_is_gone(shop):
    s3 = shop.loop.client("s3")
    late = Source().change("parcels", "c", {"id": 1, "word": "late"}).encode()
    shop.puts(Pointer(f"s3://{RAW}/oversize/late.json", hashlib.sha256(late).hexdigest()).encode())
    folder = {"Bucket": RAW, "Prefix": "quarantine/changes/unknown/"}
    await_(lambda: any("is not there" in body(s3, found["Key"]) for found in s3.list_objects_v2(**folder)["Contents"]))
    s3.put_object(Bucket=RAW, Key="oversize/late.json", Body=late)
    said = shop.loop.types("just redrive changes", code=1)
    assert "1 changes are written now; 1 stay." in said and "no JSON" in said
    assert [row["word"] for row in shop.changelog("parcels", "true")] == ["late"]
    assert len(s3.list_objects_v2(**folder)["Contents"]) == 1


def body(s3, key: str) -> str:
    return s3.get_object(Bucket=RAW, Key=key)["Body"].read().decode()


def test_the_function_may_do_what_it_does_and_nothing_is_to_be_applied(shop):
    # Metadata is deleted when it is twenty commits old.
    shop.awaits("capture_heartbeat", "true", 23, "distinct _written_at")
    proved = shop.loop.types("just iam-proof role=dbt-changes; true")
    assert "0 would be denied" in proved
    assert sorted(re.findall(r"unused  (.*)", proved)) == (OF_A_NETWORK if shop.brokers else [])
    assert "No changes" in shop.loop.types("just tf-plan env=dev")
