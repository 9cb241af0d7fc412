"""Files that arrive become rows by themselves: many at once, bad ones among them, functions that are killed meanwhile.

``--files 500`` sends so many at once, ``--kills 20`` kills so often: every night does. The tests run in the order in which they
stand, in one environment that awaits files.
"""

import json
import os
import random
import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from lakeloop.aws.terraform.program import INSTALL

from tests import byte_code, local_aws
from tests.clone import clone
from tests.e2e import jobs, told
from tests.e2e.files import BAD, HEADER, bad, customers
from tests.e2e.killing import Killer, of_functions
from tests.e2e.loop import FUNCTION, Loop
from tests.projects import raw

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

RAW, ARTIFACTS = "lakeloop-dev-raw", "lakeloop-dev-artifacts"
MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline"
FILES, KILLED_FILES, KILLS = 300, 60, 4


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    home = clone(tmp_path_factory.mktemp("loop") / "checkout")
    byte_code.lend(home, ".")
    settings = home / "terraform" / "envs" / "dev.tfvars"
    # Every switch is on.
    text = settings.read_text("utf-8").replace("run_dollars", "message_minutes = 0.05, run_dollars")
    settings.write_text(
        re.sub(r"^upkeep +=.*\n", "", text, flags=re.M)
        + "arrivals = { quiet_seconds = 3, longest_wait_seconds = 120 }\n"
        + jobs.SETTINGS
        + 'alerts = { emails = ["data@acme.example"] }\n',
        "utf-8",
    )
    jobs.write(home)
    folder = tmp_path_factory.mktemp("emulator")
    with ExitStack() as until_the_end:
        aws = until_the_end.enter_context(local_aws.running(folder, enforcing=True))
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        loop = Loop(home, {**shell, STATE_FOLDER: str(folder), "COLUMNS": "200"}, aws.environment)
        loop.types("just tf-apply env=dev")
        assert "No changes" in loop.types("just tf-plan env=dev")  # now: the queues are changed below
        # A killed function's messages come again when they are visible again, which is a quarter of an hour otherwise.
        sqs = loop.client("sqs")
        for queue in ("arrivals", "ticks"):
            url = sqs.get_queue_url(QueueName=f"lakeloop-dev-dbt-{queue}")["QueueUrl"]
            policy = json.loads(
                sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["RedrivePolicy"]
            )
            attributes = {"VisibilityTimeout": "10", "RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 50})}
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        yield loop


def in_the_mart(loop) -> Counter[int]:
    """How often each customer stands in the mart."""
    rows = loop.types('just query "select customer_id from dim_customers" env=dev format=tsv').splitlines()
    return Counter(int(row) for row in rows if row.isdecimal())


def in_raw(loop) -> Counter[int]:
    """How often each customer of these tests stands in a file of the raw table."""
    sql = "select cast(customer_id as bigint) from lakeloop_dev_raw.customers where cast(customer_id as bigint) > 1000"
    return Counter(
        int(row) for row in loop.types(f'just query "{sql}" env=dev format=tsv').splitlines() if row.isdecimal()
    )


def are_in_quarantine(loop, reasons: dict[str, str]) -> None:
    """Assert that files of the till are in quarantine, each for its reason, and no others."""
    found = [
        json.loads(line)
        for line in loop.types("just quarantine env=dev format=json").splitlines()
        if line.startswith("{")
    ]
    assert len(found) == len(reasons)
    for name, reason in reasons.items():
        stem = name.rpartition("/")[2].partition(".")[0]
        (one,) = (
            each
            for each in found
            if f"/{stem}-" in each["file"] and each["file"].startswith(f"till/{name.split('/')[0]}/")
        )
        assert reason in one["reason"] or one["reason"].endswith("more)"), one


def executions(loop) -> dict[str, str]:
    found = loop.client("stepfunctions").list_executions(stateMachineArn=MACHINE)["executions"]
    return {one["name"]: one["status"] for one in found}


def test_the_first_files_are_built_without_anybody(loop):
    """In two parts: the first has no file of two tables, and later days than the second."""
    everything, late = raw.write(loop.home / "data" / "raw"), loop.home / "late" / "orders"
    late.mkdir(parents=True)
    for day in sorted((everything / "orders").iterdir())[2:]:
        day.rename(late / day.name)
    assert "failed; 2 files wait for the next one" in loop.types("just send late env=dev", 1)
    ((first, status),) = executions(loop).items()
    answer = loop.client("s3").get_object(Bucket=ARTIFACTS, Key=f"runs/{first}/summary.json")
    failed = [one["unique_id"] for one in json.load(answer["Body"])["failed"]]
    # Orders without their customers: all is built, of tables without rows, and tests say what is wrong with it.
    assert status == "FAILED" and failed and all(one.startswith("test.") for one in failed), failed
    assert "6 of 6 files are in the marts" in loop.types("just send data/raw env=dev")
    assert in_the_mart(loop) == Counter(range(1, raw.CUSTOMERS + 1))
    orders = loop.types('just query "select count(*) as n, count(amount) as priced from fct_orders" env=dev format=tsv')
    assert f"{raw.order_count()}\t{raw.order_count()}" in orders
    assert Counter(executions(loop).values()) == {"FAILED": 1, "SUCCEEDED": 1}


def test_a_job_reads_what_has_arrived_and_writes_into_its_own_folder(loop):
    assert "by-day" in loop.types("just job").splitlines()
    printed = loop.types("just job by_day env=dev")
    assert f"rows {raw.DAYS}\n" in printed and "SUCCEEDED after" in printed
    assert jobs.rows(loop) == jobs.expected(loop)


def test_a_job_of_emr_serverless_does_what_its_role_may(loop):
    assert jobs.run_of_emr(loop)["state"] == "SUCCESS"


def test_a_crawler_finds_the_tables_that_the_sources_declare(loop):
    jobs.crawl(loop)
    declared, found = (jobs.tables(loop, f"lakeloop_dev_{database}") for database in ("raw", "crawled"))
    assert set(found) == set(declared)
    for name, table in declared.items():
        assert list(table.columns) == list(found[name].columns), name
        assert (table.location, table.partitions) == (found[name].location, found[name].partitions)
        # Types of texts are guessed; a Parquet file knows its own.
        assert table.format != "parquet" or table.columns == found[name].columns
    jobs.crawl_what_changes(loop)


def test_many_files_at_once(loop, files):
    files = files or FILES
    before = executions(loop)
    numbers = customers(loop.home / "many" / "till" / "customers", 1001, files - len(BAD))
    bad(loop.home / "many" / "till")
    assert "No folder says of which table" in loop.types("just send many env=dev", 2)
    stray = loop.home / "stray.csv"
    (loop.home / "many" / "till" / "nothing" / "a.csv").rename(stray)
    s3 = loop.client("s3")
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(loop.types, "just send many env=dev", 1)
        told.await_(lambda: s3.list_objects_v2(Bucket=RAW, Prefix="incoming/", MaxKeys=1)["KeyCount"] or sending.done())
        s3.upload_file(str(stray), RAW, "incoming/till/nothing/a.csv")
        loop.becomes("old-message-arrivals", "ALARM")  # files that wait for the gate, for more than this lake's limit
        printed = sending.result()
    loop.alarms_later(3600)
    loop.becomes("old-message-arrivals", "OK")
    loop.alarms_later(0)
    print(re.search(r"^.* files are in the marts \(.*$", printed, re.M)[0])
    assert f"{len(numbers)} of {files - 1} files are in the marts" in printed
    assert Counter(numbers) == in_raw(loop)
    assert Counter(dict.fromkeys(numbers, 1)) + Counter(range(1, raw.CUSTOMERS + 1)) == in_the_mart(loop)
    new = [status for name, status in executions(loop).items() if name not in before]
    assert 1 <= len(new) <= 2 and set(new) == {"SUCCEEDED"}


def test_the_bad_ones_are_in_quarantine_each_with_its_reason(loop):
    are_in_quarantine(loop, {name: reason for name, (_, reason) in BAD.items()})
    (mail,) = told.await_(lambda: told.mails(loop.emulator, "in quarantine"))
    assert mail["Subject"] == "dev: 7 files in quarantine"
    for name, (_, reason) in BAD.items():
        assert f"till/{name}: " in mail["Body"]["text_part"], reason
    shown = loop.types("just quarantine show typed env=dev")
    assert "column joined_on: 1 values are no date, such as 'soon'" in shown
    assert "| 2: 1,a,de,soon" in shown


def test_what_is_mended_is_released_and_the_rest_is_dropped(loop):
    # The day is mended at its source, under another name; what did not change is set apart again.
    assert "quarantine: till/customers/typed.csv" in loop.types("just quarantine release typed env=dev", 1)
    assert "2 files match" in loop.types("just quarantine drop a- env=dev", 2)
    assert "add confirm=dev" in loop.types("just quarantine drop all env=dev < /dev/null", 2)
    assert f"{len(BAD)} files dropped" in loop.types("just quarantine drop all env=dev confirm=dev")
    assert loop.client("s3").list_objects_v2(Bucket=RAW, Prefix="quarantine/")["KeyCount"] == 0


def test_a_message_that_is_no_event_is_a_dead_letter_that_stays(loop):
    sqs = loop.client("sqs")
    queues = {
        name: sqs.get_queue_url(QueueName=f"lakeloop-dev-dbt-{name}")["QueueUrl"]
        for name in ("arrivals", "arrivals-dead")
    }
    sqs.send_message(QueueUrl=queues["arrivals-dead"], MessageBody="no JSON")
    loop.becomes("dead-letters-arrivals", "ALARM")
    key = "incoming/till/customers/late.csv"
    put = loop.client("s3").put_object(Bucket=RAW, Key=key, Body=(HEADER + "1900,Late,de,2023-05-01\n").encode())
    of = {"key": key, "version-id": put["VersionId"], "etag": put["ETag"], "size": 60}
    event = {"detail-type": "Object Created", "detail": {"bucket": {"name": RAW}, "object": of}}
    sqs.send_message(QueueUrl=queues["arrivals-dead"], MessageBody=json.dumps(event))
    printed = loop.types("just redrive env=dev", 1)
    assert "1 dead letter is tried again" in printed
    assert "stays, for no function can read it: 'no JSON'" in printed
    sqs.purge_queue(QueueUrl=queues["arrivals-dead"])
    loop.alarms_later(3600)
    loop.becomes("dead-letters-arrivals", "OK")
    loop.alarms_later(0)


def test_functions_that_are_killed_lose_nothing_and_do_nothing_twice(loop, kills, files):
    kills, files = kills or KILLS, files or KILLED_FILES
    numbers = customers(loop.home / "killed" / "till" / "customers", 2001, files - len(BAD))
    reasons = bad(loop.home / "killed" / "till", "again-")
    stray = next(iter(reasons))
    loop.client("s3").upload_file(str(loop.home / "killed" / "till" / stray), RAW, f"incoming/till/{stray}")
    (loop.home / "killed" / "till" / stray).unlink()
    functions = ("lakeloop-dev-dbt-gate", "lakeloop-dev-dbt-tick", "lakeloop-dev-dbt-runner")
    find = of_functions(loop.emulator["AWS_ENDPOINT_URL"], functions)
    with ThreadPoolExecutor(1) as pool, Killer(find, kills, random.Random(7), longest=files / 60) as killer:
        printed = pool.submit(loop.types, "just send killed env=dev", 1).result(600 + 2 * files)
    print(f"{len(killer.killed)} processes of functions were killed; {files} files")
    assert len(killer.killed) == kills
    assert f"{len(numbers)} of {files - 1} files are in the marts" in printed
    assert dict.fromkeys(numbers, 1) == {n: count for n, count in in_raw(loop).items() if n > 2000}
    assert dict.fromkeys(numbers, 1) == {n: count for n, count in in_the_mart(loop).items() if n > 2000}
    are_in_quarantine(loop, reasons)
    assert loop.client("s3").list_objects_v2(Bucket=RAW, Prefix="incoming/")["KeyCount"] == 0
    assert loop.client("s3").list_objects_v2(Bucket=ARTIFACTS, Prefix="arrivals/waiting/")["KeyCount"] == 0


def test_no_call_was_denied_and_no_permission_is_idle(loop):
    for role in ("gate", "tick", "jobs", "crawlers", "emr"):
        assert "0 would be denied, 0 statements" in loop.types(f"just iam-proof role={role}")


def left_of(loop) -> dict[str, list]:
    """Resources of each kind that are there."""
    left = {
        "buckets": loop.client("s3").list_buckets()["Buckets"],
        "queues": loop.client("sqs").list_queues().get("QueueUrls", []),
        "functions": loop.client("lambda").list_functions()["Functions"],
        "mappings": loop.client("lambda").list_event_source_mappings()["EventSourceMappings"],
        "topics": loop.client("sns").list_topics()["Topics"],
        "alarms": loop.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "dashboards": loop.client("cloudwatch").list_dashboards()["DashboardEntries"],
        "queries": loop.client("logs").describe_query_definitions()["queryDefinitions"],
        "logs": loop.client("logs").describe_log_groups()["logGroups"],
        "rules": loop.client("events").list_rules()["Rules"],
        "schedules": loop.client("scheduler").list_schedules()["Schedules"],
        "machines": loop.client("stepfunctions").list_state_machines()["stateMachines"],
        "databases": loop.client("glue").get_databases()["DatabaseList"],
        "roles": loop.client("iam").list_roles()["Roles"],
        "jobs": loop.client("glue").get_jobs()["Jobs"],
        "crawlers": loop.client("glue").get_crawlers()["Crawlers"],
        "applications": jobs.applications(loop),
    }
    return {what: found for what, found in left.items() if found}


def test_what_is_switched_off_goes_and_nothing_is_left_to_change(loop):
    settings = loop.home / "terraform" / "envs" / "dev.tfvars"
    switches = r"^(arrivals|alerts|schedules|upkeep|monitoring|jobs|crawlers|emr) += .*\n"
    off = re.sub(switches, "", settings.read_text("utf-8"), flags=re.M)
    settings.write_text(f"{off}upkeep = null\n", "utf-8")
    loop.types("just tf-apply env=dev")
    assert "No changes" in loop.types("just tf-plan env=dev")
    left = left_of(loop)
    switched = {
        "queues",
        "mappings",
        "alarms",
        "dashboards",
        "queries",
        "rules",
        "schedules",
        "jobs",
        "crawlers",
        "applications",
    }
    assert switched.isdisjoint(left), left
    assert [each["FunctionName"] for each in left["functions"]] == [FUNCTION]


def test_nothing_is_left(loop):
    loop.types("just tf-destroy env=dev")
    assert left_of(loop) == {}
