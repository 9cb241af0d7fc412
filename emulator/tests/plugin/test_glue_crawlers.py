"""Crawlers that crawl in the emulator: with their role, on a schedule, told of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import Run, client, rows
from tests.functions.helpers import until
from tests.plugin.test_glue_jobs import event, heard, logged

from lakeloop_emulator.settings import Settings

pytestmark = [pytest.mark.emulator, pytest.mark.slow]


@pytest.fixture
def crawler(glue: Any, s3: Any, role: str) -> Iterator[str]:
    """A crawler of a folder with one table, whose database has its name."""
    name = f"c{uuid.uuid4().hex[:12]}"
    for day in (1, 2):
        s3.put_object(Bucket="lake", Key=f"{name}/sales/dt=2026-01-0{day}/a.csv", Body=b"id,price\n1,1.5\n2,2\n")
    targets = {"S3Targets": [{"Path": f"s3://lake/{name}/"}]}
    glue.create_crawler(Name=name, Role=role, DatabaseName=name, Targets=targets)
    yield name
    glue.delete_crawler(Name=name)


def crawled(glue: Any, name: str) -> dict[str, Any]:
    """The crawler, when it has crawled."""
    assert until(lambda: "LastCrawl" in glue.get_crawler(Name=name)["Crawler"])
    found: dict[str, Any] = glue.get_crawler(Name=name)["Crawler"]
    return found


def test_a_crawl_makes_a_table_that_athena_reads(glue: Any, crawler: str, run: Run, emulator: Settings) -> None:
    queue = heard(emulator, crawlerName=crawler, state="Succeeded")
    assert glue.get_crawler(Name=crawler)["Crawler"]["State"] == "READY"
    glue.start_crawler(Name=crawler)
    found = crawled(glue, crawler)
    assert (found["State"], found["LastCrawl"]["Status"]) == ("READY", "SUCCEEDED")
    execution = run(f"select dt, sum(price) from {crawler}.sales group by 1 order by 1")
    answer = client("athena", emulator.url).get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert rows(answer)[1:] == [["2026-01-01", "3.5"], ["2026-01-02", "3.5"]]
    detail = event(emulator, queue)["detail"]
    assert (detail["tablesCreated"], detail["partitionsCreated"]) == ("1", "2")
    assert any("Table sales in database" in line for line in logged(emulator, "/aws-glue/crawlers", crawler))
    lines = logged(emulator, "/aws-glue/crawlers", crawler)
    glue.start_crawler(Name=crawler)
    assert until(lambda: len(logged(emulator, "/aws-glue/crawlers", crawler)) > len(lines)), (
        "a second crawl is logged, too"
    )
    assert until(lambda: glue.get_crawler(Name=crawler)["Crawler"]["State"] == "READY")
    (metrics,) = glue.get_crawler_metrics(CrawlerNameList=[crawler])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 0), "the second crawl found nothing new"


def test_a_crawl_that_fails_says_why(glue: Any, crawler: str) -> None:
    glue.update_crawler(Name=crawler, Targets={"S3Targets": [{"Path": "s3://no-such-bucket/x/"}]})
    glue.start_crawler(Name=crawler)
    found = crawled(glue, crawler)
    assert (found["LastCrawl"]["Status"], found["Version"]) == ("FAILED", 2)
    assert "NoSuchBucket" in found["LastCrawl"]["ErrorMessage"]
    (history,) = glue.list_crawls(CrawlerName=crawler)["Crawls"]
    assert history["State"] == "FAILED"


def test_a_schedule_starts_crawls_and_can_be_stopped(glue: Any, crawler: str) -> None:
    with pytest.raises(ClientError, match="no schedule"):
        glue.start_crawler_schedule(CrawlerName=crawler)
    glue.update_crawler_schedule(CrawlerName=crawler, Schedule="cron(* * * * ? *)")
    glue.stop_crawler_schedule(CrawlerName=crawler)
    assert glue.get_crawler(Name=crawler)["Crawler"]["Schedule"]["State"] == "NOT_SCHEDULED"
    with pytest.raises(ClientError, match="is off"):
        glue.stop_crawler_schedule(CrawlerName=crawler)
    with pytest.raises(ClientError, match="Invalid Schedule"):
        glue.update_crawler_schedule(CrawlerName=crawler, Schedule="now and then")


def test_a_crawler_that_is_not_crawling_is_not_stopped_and_an_unknown_one_not_started(glue: Any, crawler: str) -> None:
    with pytest.raises(glue.exceptions.CrawlerNotRunningException):
        glue.stop_crawler(Name=crawler)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.start_crawler(Name="none")
