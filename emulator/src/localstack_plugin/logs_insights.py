"""LocalStack's CloudWatch Logs with Logs Insights: queries are run as they say, and saved queries are kept.

By itself LocalStack takes any query and answers with all events; saved queries it does not know.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.logs import InvalidParameterException, MalformedQueryException, ResourceNotFoundException
from localstack.services.logs.provider import LogsProvider, get_moto_logs_backend
from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute
from localstack.state import StateVisitor

from local_cloudwatch import insights
from local_cloudwatch.errors import QueryError
from local_cloudwatch.insights import Event


@dataclass
class Asked:
    """A query that was started. Times are in milliseconds since 1970."""

    id: str
    text: str
    groups: list[str]
    created: int
    results: list[list[dict[str, str]]]
    statistics: dict[str, float] = field(default_factory=dict)


class InsightsStore(BaseStore):  # type: ignore[misc]
    """Queries of an account in a region."""

    queries: dict[str, Asked] = LocalAttribute(default=dict)
    definitions: dict[str, dict[str, Any]] = LocalAttribute(default=dict)


insights_stores = AccountRegionBundle("logs", InsightsStore)


class Insights(LogsProvider):  # type: ignore[misc]
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AnalyzingLogData.html"""

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        super().accept_state_visitor(visitor)
        visitor.visit(insights_stores)

    @handler("StartQuery", expand=False)
    def start_query(self, context: RequestContext, request: Any) -> dict[str, Any]:
        if request.get("queryLanguage", "CWLI") != "CWLI":
            raise InvalidParameterException(f"The local Logs Insights reads CWLI, not {request['queryLanguage']}.")
        names = request.get("logGroupNames") or [request.get("logGroupName")]
        names = [_name(one) for one in request.get("logGroupIdentifiers") or names if one]
        if not names:
            raise InvalidParameterException("At least one log group must be specified.")
        query = _read(request["queryString"])
        if request.get("limit"):
            query = replace(query, limit=min(query.limit, int(request["limit"])))
        groups = get_moto_logs_backend(context.account_id, context.region).groups
        if missing := [name for name in names if name not in groups]:
            raise ResourceNotFoundException(
                f"Log group '{missing[0]}' does not exist for account ID '{context.account_id}'"
            )
        begin, end = (_milliseconds(request[key]) for key in ("startTime", "endTime"))
        if begin > end:
            raise MalformedQueryException("End time should be after start time")
        # An end that is told in seconds is the whole of its second.
        end += 999 if request["endTime"] < _SECONDS else 0
        events = [one for name in names for one in _events(groups[name], context.account_id, begin, end)]
        answer = query.run(events)
        figures = {
            "recordsMatched": float(answer.matched),
            "recordsScanned": float(answer.scanned),
            "bytesScanned": float(sum(len(event.message.encode()) for event in events)),
        }
        asked = Asked(str(uuid.uuid4()), request["queryString"], names, int(time.time() * 1000), answer.rows, figures)
        self._store(context).queries[asked.id] = asked
        return {"queryId": asked.id}

    @handler("GetQueryResults", expand=False)
    def get_query_results(self, context: RequestContext, request: Any) -> dict[str, Any]:
        asked = self._store(context).queries.get(request["queryId"])
        if asked is None:
            raise ResourceNotFoundException("Invalid queryId: the specified query does not exist")
        return {"queryLanguage": "CWLI", "results": asked.results, "statistics": asked.statistics, "status": "Complete"}

    @handler("StopQuery", expand=False)
    def stop_query(self, context: RequestContext, request: Any) -> dict[str, Any]:
        if request["queryId"] not in self._store(context).queries:
            raise ResourceNotFoundException("Invalid queryId: the specified query does not exist")
        raise InvalidParameterException("Query is in invalid state to be stopped: it has ended")

    @handler("DescribeQueries", expand=False)
    def describe_queries(self, context: RequestContext, request: Any) -> dict[str, Any]:
        group, status = request.get("logGroupName"), request.get("status", "Complete")
        asked = [one for one in self._store(context).queries.values() if not group or group in one.groups]
        told = [
            {
                "queryId": one.id,
                "queryString": one.text,
                "status": "Complete",
                "createTime": one.created,
                "logGroupName": one.groups[0],
            }
            for one in reversed(asked)
        ]
        return {"queries": told if status == "Complete" else []}

    @handler("PutQueryDefinition", expand=False)
    def put_query_definition(self, context: RequestContext, request: Any) -> dict[str, Any]:
        _read(request["queryString"])
        definitions = self._store(context).definitions
        key = request.get("queryDefinitionId") or str(uuid.uuid4())
        if request.get("queryDefinitionId") and key not in definitions:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        definitions[key] = {
            "queryDefinitionId": key,
            "name": request["name"],
            "queryString": request["queryString"],
            "logGroupNames": list(request.get("logGroupNames") or []),
            "lastModified": int(time.time() * 1000),
        }
        return {"queryDefinitionId": key}

    @handler("DescribeQueryDefinitions", expand=False)
    def describe_query_definitions(self, context: RequestContext, request: Any) -> dict[str, Any]:
        prefix = request.get("queryDefinitionNamePrefix") or ""
        found = [one for one in self._store(context).definitions.values() if one["name"].startswith(prefix)]
        return {"queryDefinitions": sorted(found, key=lambda one: str(one["name"]))}

    @handler("DeleteQueryDefinition", expand=False)
    def delete_query_definition(self, context: RequestContext, request: Any) -> dict[str, Any]:
        if self._store(context).definitions.pop(request["queryDefinitionId"], None) is None:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        return {"success": True}

    @staticmethod
    def _store(context: RequestContext) -> InsightsStore:
        store: InsightsStore = insights_stores[context.account_id][context.region]
        return store


_SECONDS = 100_000_000_000
"""Times below are in seconds: StartQuery takes both."""


def _milliseconds(moment: int) -> int:
    return moment * 1000 if moment < _SECONDS else moment


def _read(text: str) -> insights.Query:
    try:
        return insights.read(text)
    except QueryError as error:
        raise MalformedQueryException(str(error)) from None


def _name(identifier: str) -> str:
    return identifier.removesuffix(":*").rpartition(":log-group:")[2]


def _events(group: Any, account: str, begin: int, end: int) -> Iterator[Event]:
    for stream in list(group.streams.values()):
        kept: Sequence[Any] = list(stream.events)
        for event in kept:
            if begin <= event.timestamp <= end:
                yield Event(
                    id=str(event.event_id),
                    timestamp=event.timestamp,
                    ingested=event.ingestion_time,
                    message=event.message,
                    stream=stream.log_stream_name,
                    log=f"{account}:{group.name}",
                )
