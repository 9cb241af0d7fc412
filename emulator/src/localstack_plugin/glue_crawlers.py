"""Glue's crawlers that crawl: moto keeps the crawlers, ``local_glue.crawler`` reads files with their role, a clock starts them.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-crawling.html
"""

from __future__ import annotations

import logging
import secrets
import statistics
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto
from moto.glue.models import FakeCrawler, glue_backends

from local_glue.crawler.crawl import Crawl, Stopped, settings
from local_glue.model import GlueError, JobFailed
from local_scheduler import Clock, Due, ExpressionError, Planned, parse
from localstack_plugin.job_place import RolePlace, RunPlace

LOG = logging.getLogger(__name__)
GROUP = "/aws-glue/crawlers"
_ENDS = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "STOPPED": "CANCELLED"}
"""Words of LastCrawl for those of a crawl: https://docs.aws.amazon.com/glue/latest/webapi/API_LastCrawlInfo.html"""
_SELF = secrets.token_hex(4)
_starting = threading.Lock()


@dataclass
class OneCrawl:
    """A crawl as moto keeps it among a crawler's: plain data, saved with Glue's state."""

    log_stream: str
    crawl_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "RUNNING"
    start_time: datetime = field(default_factory=lambda: datetime.now(UTC))
    end_time: datetime | None = None
    message: str = ""
    tables: tuple[int, int, int] = (0, 0, 0)
    """Created, updated, deleted."""
    log_group: str = GROUP
    emulator: str = ""
    """The emulator that carries it out."""

    @property
    def message_prefix(self) -> str:
        return self.crawl_id

    @property
    def dpu_hour(self) -> float:
        return 0.0

    def advance(self) -> None:
        """moto would end it here; it ends by itself."""

    def seconds(self) -> float:
        """Seconds that it took, or takes already."""
        return ((self.end_time or datetime.now(UTC)) - self.start_time).total_seconds()

    def as_dict(self) -> dict[str, Any]:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlerHistory.html"""
        given = {"EndTime": self.end_time.isoformat() if self.end_time else None, "ErrorMessage": self.message or None}
        return {
            "CrawlId": self.crawl_id,
            "State": "RUNNING" if self.status == "STOPPING" else self.status,
            "StartTime": self.start_time.isoformat(),
            "DPUHour": self.dpu_hour,
            "LogGroup": self.log_group,
            "LogStream": self.log_stream,
            "MessagePrefix": self.crawl_id,
            **{name: value for name, value in given.items() if value},
        }


def start() -> None:
    """Start the clock of schedules."""
    _CLOCK.start()


def create_crawler(context: RequestContext, request: Any) -> Any:
    """Make a crawler that can crawl. Raises Glue's exceptions for one that would not do what it says."""
    _check(request)
    answer = call_moto(context)
    _crawler(context, request["Name"]).schedule_state = "SCHEDULED"
    _CLOCK.change()
    return answer


def update_crawler(context: RequestContext, request: Any) -> Any:
    """Change what the request names. https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawler.html"""
    crawler = _crawler(context, request["Name"])
    _idle(crawler)
    given = {member: getattr(crawler, attribute) for member, attribute in _MEMBERS.items()} | dict(request)
    _check(given)
    for member, attribute in _MEMBERS.items():
        setattr(crawler, attribute, given.get(member))
    crawler.version += 1
    crawler.last_updated = datetime.now(UTC).replace(tzinfo=None)
    _CLOCK.change()
    return {}


def delete_crawler(context: RequestContext, request: Any) -> Any:
    """Forget a crawler that does not run."""
    _idle(_crawler(context, request["Name"]))
    try:
        return call_moto(context)
    finally:
        _CLOCK.change()


def get_crawler(context: RequestContext, request: Any) -> Any:
    """A crawler."""
    return {"Crawler": _described(_crawler(context, request["Name"]))}


def get_crawlers(context: RequestContext, request: Any) -> Any:
    """All crawlers."""
    found = [_described(crawler) for crawler in _crawlers(context).values()]
    first, most = int(request.get("NextToken") or 0), int(request.get("MaxResults") or 100)
    more = {"NextToken": str(first + most)} if len(found) > first + most else {}
    return {"Crawlers": found[first : first + most], **more}


def batch_get_crawlers(context: RequestContext, request: Any) -> Any:
    """Those of some names."""
    there = _crawlers(context)
    return {
        "Crawlers": [_described(there[name]) for name in request["CrawlerNames"] if name in there],
        "CrawlersNotFound": [name for name in request["CrawlerNames"] if name not in there],
    }


def start_crawler(context: RequestContext, request: Any) -> Any:
    """Begin a crawl."""
    _begin(context.account_id, context.region, _crawler(context, request["Name"]))
    return {}


def stop_crawler(context: RequestContext, request: Any) -> Any:
    """End the crawl before its next file."""
    crawler = _crawler(context, request["Name"])
    if not crawler.crawls or crawler.crawls[-1].status not in ("RUNNING", "STOPPING"):
        raise _error("CrawlerNotRunningException", f"Crawler with name {crawler.name} isn't running")
    if crawler.crawls[-1].status == "STOPPING":
        raise _error("CrawlerStoppingException", f"Crawler with name {crawler.name} is stopping")
    crawler.crawls[-1].status = "STOPPING"
    return {}


def get_crawler_metrics(context: RequestContext, request: Any) -> Any:
    """Times and tables of each crawler. https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlerMetrics.html"""
    wanted = request.get("CrawlerNameList") or list(_crawlers(context))
    found = []
    for crawler in (_crawlers(context)[name] for name in wanted if name in _crawlers(context)):
        ended = [crawl for crawl in crawler.crawls if crawl.status in _ENDS]
        seconds = [crawl.seconds() for crawl in ended]
        created, updated, deleted = ended[-1].tables if ended else (0, 0, 0)
        found.append(
            {
                "CrawlerName": crawler.name,
                "TimeLeftSeconds": 0.0,
                "StillEstimating": crawler.status == "RUNNING",
                "LastRuntimeSeconds": seconds[-1] if seconds else 0.0,
                "MedianRuntimeSeconds": statistics.median(seconds) if seconds else 0.0,
                "TablesCreated": created,
                "TablesUpdated": updated,
                "TablesDeleted": deleted,
            }
        )
    return {"CrawlerMetricsList": found}


def start_schedule(context: RequestContext, request: Any) -> Any:
    """Have the schedule start crawls."""
    crawler = _crawler(context, request["CrawlerName"])
    if not crawler.schedule:
        raise _error("NoScheduleException", f"Crawler {crawler.name} has no schedule")
    if crawler.schedule_state == "SCHEDULED":
        raise _error("SchedulerRunningException", f"The schedule of {crawler.name} is on")
    return _schedule(crawler, "SCHEDULED", crawler.schedule)


def stop_schedule(context: RequestContext, request: Any) -> Any:
    """Have it start none."""
    crawler = _crawler(context, request["CrawlerName"])
    if not crawler.schedule or crawler.schedule_state != "SCHEDULED":
        raise _error("SchedulerNotRunningException", f"The schedule of {crawler.name} is off")
    return _schedule(crawler, "NOT_SCHEDULED", crawler.schedule)


def update_schedule(context: RequestContext, request: Any) -> Any:
    """Give it another time."""
    _check({"Name": request["CrawlerName"], "Schedule": request.get("Schedule")})
    return _schedule(_crawler(context, request["CrawlerName"]), "SCHEDULED", request.get("Schedule"))


HANDLERS: dict[str, Callable[[RequestContext, Any], Any]] = {
    "CreateCrawler": create_crawler,
    "UpdateCrawler": update_crawler,
    "DeleteCrawler": delete_crawler,
    "GetCrawler": get_crawler,
    "GetCrawlers": get_crawlers,
    "BatchGetCrawlers": batch_get_crawlers,
    "StartCrawler": start_crawler,
    "StopCrawler": stop_crawler,
    "GetCrawlerMetrics": get_crawler_metrics,
    "StartCrawlerSchedule": start_schedule,
    "StopCrawlerSchedule": stop_schedule,
    "UpdateCrawlerSchedule": update_schedule,
}

_MEMBERS = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


def _check(request: Mapping[str, Any]) -> None:
    try:
        settings(request)
        if request.get("Schedule"):
            parse(request["Schedule"], "UTC")
    except GlueError as error:
        raise _error(error.code, error.message) from None
    except ExpressionError as error:
        raise _error("InvalidInputException", f"Invalid Schedule {request['Schedule']}: {error}") from None


def _begin(account: str, region: str, crawler: FakeCrawler) -> None:
    with _starting:
        if crawler.status != "READY":
            raise _error("CrawlerRunningException", f"Crawler with name {crawler.name} has already started")
        crawl = OneCrawl(crawler.name, emulator=_SELF)
        crawler.crawls.append(crawl)
    place = RolePlace(account, region, crawler.role, "glue", "AWS-Crawler")
    threading.Thread(target=_carry_out, args=(crawler, crawl, place), name="crawl", daemon=True).start()


def _carry_out(crawler: FakeCrawler, crawl: OneCrawl, place: RolePlace) -> None:
    log = RunPlace(place, {"output": GROUP}, crawler.name, lambda: None)
    given = {member: getattr(crawler, attribute) for member, attribute in _MEMBERS.items()}
    log.log("output", [f"[{crawl.crawl_id}] BENCHMARK : Running Start Crawl for Crawler {crawler.name}"])
    _announce(crawler, crawl, place, "Started", None)
    counts, state = None, "FAILED"
    try:
        work = settings({**given, "Name": crawler.name})
        run = Crawl(work, place.client("s3"), place.client("glue"), lambda: crawl.status == "STOPPING")
        counts = run.counts
        run.run()
        state = "COMPLETED"
    except Stopped:
        state = "STOPPED"
    except (GlueError, JobFailed, ClientError, BotoCoreError) as error:
        crawl.message = str(error)
    except Exception as error:  # a file may hold anything
        LOG.warning("The crawler %s failed", crawler.name, exc_info=True)
        crawl.message = f"Internal Service Exception: {type(error).__name__}: {error}"
    lines = [f"[{crawl.crawl_id}] INFO : {line}" for line in (counts.said if counts else [])]
    if crawl.message:
        lines.append(f"[{crawl.crawl_id}] ERROR : {crawl.message}")
    log.log("output", [*lines, f"[{crawl.crawl_id}] BENCHMARK : Crawler has finished running and is in state READY"])
    if counts:
        crawl.tables = counts.tables_created, counts.tables_updated, counts.tables_deleted
    crawl.end_time = datetime.now(UTC)
    crawl.status = state  # the last: whoever sees it sees all
    if state != "STOPPED":
        _announce(crawler, crawl, place, "Succeeded" if state == "COMPLETED" else "Failed", counts)


def _announce(crawler: FakeCrawler, crawl: OneCrawl, place: RolePlace, state: str, counts: Any) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html"""
    detail: dict[str, Any] = {"accountId": place.account, "crawlerName": crawler.name, "state": state}
    detail["startTime"] = f"{crawl.start_time:%Y-%m-%dT%H:%M:%SZ}"
    if state == "Succeeded":
        detail |= {
            "tablesCreated": str(counts.tables_created),
            "tablesUpdated": str(counts.tables_updated),
            "tablesDeleted": str(counts.tables_deleted),
            "partitionsCreated": str(counts.partitions_created),
            "partitionsUpdated": str(counts.partitions_updated),
            "partitionsDeleted": str(counts.partitions_deleted),
            "runningTime (sec)": str(round(crawl.seconds())),
            "message": "Crawler Succeeded",
        }
    elif state == "Failed":
        detail |= {"errorMessage": crawl.message, "message": "Crawler Failed"}
    place.tell("aws.glue", "Glue Crawler State Change", detail)


def _described(crawler: FakeCrawler) -> dict[str, Any]:
    """moto's description with AWS's words for the last crawl and the schedule; what is not set is left out."""
    found = {name: value for name, value in crawler.as_dict().items() if value is not None}
    for name in ("CreationTime", "LastUpdated"):
        found[name] = datetime.fromisoformat(found[name]).replace(tzinfo=UTC)
    if crawler.schedule:
        found["Schedule"] = {"ScheduleExpression": crawler.schedule, "State": crawler.schedule_state}
    ended = next((crawl for crawl in reversed(crawler.crawls) if crawl.status in _ENDS), None)
    found.pop("LastCrawl", None)
    if ended:
        found["LastCrawl"] = {
            "Status": _ENDS[ended.status],
            "LogGroup": GROUP,
            "LogStream": crawler.name,
            "MessagePrefix": ended.crawl_id,
            "StartTime": ended.start_time,
            **({"ErrorMessage": ended.message} if ended.message else {}),
        }
    running = crawler.crawls and crawler.crawls[-1].status not in _ENDS
    found["CrawlElapsedTime"] = int(crawler.crawls[-1].seconds() * 1000) if running else 0
    return found


def _schedule(crawler: FakeCrawler, state: str, expression: str | None) -> dict[str, Any]:
    crawler.schedule, crawler.schedule_state = expression, state
    crawler.last_updated = datetime.now(UTC).replace(tzinfo=None)
    _CLOCK.change()
    return {}


def _idle(crawler: FakeCrawler) -> None:
    if crawler.status != "READY":
        raise _error("CrawlerRunningException", f"Crawler with name {crawler.name} has already started")


def _crawlers(context: RequestContext) -> dict[str, FakeCrawler]:
    found: dict[str, FakeCrawler] = glue_backends[context.account_id][context.region].crawlers
    for crawler in found.values():
        _end_what_nobody_carries_out(crawler)
    return found


def _end_what_nobody_carries_out(crawler: FakeCrawler) -> None:
    """A crawl that another emulator began, and this one read from its state, has ended with that."""
    for crawl in crawler.crawls:
        if crawl.status not in _ENDS and crawl.emulator != _SELF:
            crawl.end_time, crawl.message = datetime.now(UTC), "The emulator was stopped."
            crawl.status = "STOPPED"


def _crawler(context: RequestContext, name: str) -> FakeCrawler:
    found = _crawlers(context).get(name)
    if found is None:
        raise _error("EntityNotFoundException", f"Crawler {name} not found.")
    return found


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, 400, sender_fault=True)


def _scheduled() -> Iterator[tuple[tuple[str, str, str], FakeCrawler]]:
    for account, regions in list(glue_backends.items()):
        for region, backend in list(regions.items()):
            for crawler in list(backend.crawlers.values()):
                if crawler.schedule and getattr(crawler, "schedule_state", "") == "SCHEDULED":
                    yield (account, region, crawler.name), crawler


def _planned() -> Iterator[Planned]:
    for key, crawler in _scheduled():
        since = crawler.last_updated.replace(tzinfo=UTC)
        expression = parse(crawler.schedule, "UTC")
        yield Planned(key, (crawler.schedule, since), expression, start=since, since=since)


def _fire(due: Due) -> None:
    for key, crawler in _scheduled():
        if key == due.key and crawler.status == "READY":
            _begin(key[0], key[1], crawler)


_CLOCK = Clock(_planned, _fire)
