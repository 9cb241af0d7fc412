"""The account of a run: what each node and the whole of it took and cost, over all its invocations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dbt_runner.cost.price import Prices, billed_bytes, function_dollars, query_dollars
from dbt_runner.cost.queries import Query

_SPANS = ("queued", "planning", "running", "service")
_TOP = 5
# A ten-thousandth of what the smallest query costs.
_DIGITS = 9
_BUILT = ("model", "seed", "snapshot")
LEFT_OUT = (
    "the start of a process (INIT, or the restore of a snapshot)",
    "invocations that only waited",
    "S3, Glue and KMS",
    "Step Functions",
    "logs and metrics",
)
"""Parts of AWS's bill that a run causes and its account does not have: nothing that the runner is told says how much they are."""


@dataclass
class Invocation:
    """An invocation that worked on the run; ``seconds`` are None while it works, and for ever if it was killed."""

    began_at: str
    memory_mb: int
    seconds: float | None = None

    @classmethod
    def of(cls, context: Any) -> Invocation:
        """The one with this Lambda *context*, which begins now."""
        return cls(datetime.now(UTC).isoformat(), int(context.memory_limit_in_mb))

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.began_at)).total_seconds()


@dataclass
class Account:
    """The account of a run, or of an invocation's share of it, after its end."""

    prices: Prices
    invocations: list[Invocation]
    """The last one is the one at work."""
    queries: list[Query] = field(default_factory=list)
    rounds: dict[str, int] = field(default_factory=dict)
    """By node: the number of the invocation in which it ended."""

    def told(self, results: Iterable[Any]) -> dict[str, Any]:
        """The cost in ``summary.json`` of the run with dbt's *results*: ``cost``, ``invocations`` and ``nodes``."""
        results = list(results)
        last = len(self.invocations)
        ended = {getattr(result, "node", result).unique_id: last for result in results} | self.rounds
        by_node: dict[str, list[Query]] = {}
        for query in self.queries:
            by_node.setdefault(query.node, []).append(query)
        nodes = [self._node(result, ended, by_node) for result in results]
        invocations = self._invocations(nodes)
        athena = dollars(self.queries, self.prices)
        function = round(sum(invocation["dollars"] for invocation in invocations), _DIGITS)
        return {
            "bytes_scanned": sum(query.bytes_scanned for query in self.queries),
            "cost": {
                "dollars": round(athena + function, _DIGITS),
                "athena_dollars": athena,
                "lambda_dollars": function,
                "at_least": self._unseen(),
                "left_out": list(LEFT_OUT),
                "bytes_billed": sum(billed_bytes(query) for query in self.queries),
                "rows": sum(node["rows"] or 0 for node in nodes),
                "prices": vars(self.prices),
                **_spans(self.queries),
                "slowest": _top(nodes, "seconds"),
                "dearest": _top(nodes, "dollars"),
            },
            "invocations": invocations,
            "nodes": nodes,
            "cut": _cut(self.queries, ended),
        }

    def _node(self, result: Any, ended: Mapping[str, int], by_node: Mapping[str, Sequence[Query]]) -> dict[str, Any]:
        unique_id = getattr(result, "node", result).unique_id
        queries = by_node.get(unique_id, ())
        timing = getattr(result, "timing", None) or ()
        moments = [_utc(moment) for span in timing for moment in (span.started_at, span.completed_at) if moment]
        rows = (getattr(result, "adapter_response", None) or {}).get("rows_affected")
        return {
            "unique_id": unique_id,
            "status": str(result.status),
            "round": ended[unique_id],
            "thread": getattr(result, "thread_id", None),
            "started_at": min(moments).isoformat() if moments else None,
            "ended_at": max(moments).isoformat() if moments else None,
            "seconds": round(getattr(result, "execution_time", None) or 0.0, 3),
            "rows": rows if isinstance(rows, int) and rows >= 0 and unique_id.startswith(_BUILT) else None,
            "failures": getattr(result, "failures", None),
            **({"age_seconds": round(age)} if (age := getattr(result, "age", None)) is not None else {}),
            "bytes_scanned": sum(query.bytes_scanned for query in queries),
            "dollars": dollars(queries, self.prices),
            **_spans(queries),
        }

    def _invocations(self, nodes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        told = []
        for number, invocation in enumerate(self.invocations, 1):
            began = datetime.fromisoformat(invocation.began_at)
            seen = [
                datetime.fromisoformat(node["ended_at"])
                for node in nodes
                if node["round"] == number and node["ended_at"]
            ]
            seconds = invocation.seconds
            if seconds is None:
                seconds = max(((moment - began).total_seconds() for moment in seen), default=0.0)
            told.append(
                {
                    "round": number,
                    "began_at": invocation.began_at,
                    "seconds": round(max(seconds, 0.0), 3),
                    "killed": invocation.seconds is None,
                    "memory_mb": invocation.memory_mb,
                    "dollars": round(function_dollars(seconds, invocation.memory_mb, self.prices), _DIGITS),
                }
            )
        return told

    def _unseen(self) -> list[str]:
        """Why the run cost more than the account says; empty if nothing is known to be missing."""
        killed = [str(number) for number, invocation in enumerate(self.invocations, 1) if invocation.seconds is None]
        open_ended = sum(not query.state for query in self.queries)
        return [
            *(
                [f"invocation {', '.join(killed)} was killed: what it had not written down is not counted"]
                if killed
                else []
            ),
            *([f"the end of {open_ended} queries was not seen"] if open_ended else []),
        ]


def _cut(queries: Iterable[Query], ended: Mapping[str, int]) -> list[dict[str, Any]]:
    """Queries of nodes that did not end in the invocation that began them."""
    attempts: dict[tuple[str, int], list[Query]] = {}
    for query in queries:
        if query.node and query.round != ended.get(query.node):
            attempts.setdefault((query.node, query.round), []).append(query)
    return [
        {
            "unique_id": node,
            "round": number,
            "thread": sent[0].thread,
            "started_at": min(query.submitted_at for query in sent),
            "ended_at": max(query.ended_at or query.submitted_at for query in sent),
        }
        for (node, number), sent in attempts.items()
    ]


def dollars(queries: Iterable[Query], prices: Prices) -> float:
    """US dollars for *queries*."""
    return round(sum(query_dollars(query, prices) for query in queries), _DIGITS)


def _spans(queries: Sequence[Query]) -> dict[str, Any]:
    return {
        "queries": len(queries),
        **{f"{span}_seconds": round(sum(getattr(query, span) for query in queries), 3) for span in _SPANS},
    }


def _top(nodes: Iterable[Mapping[str, Any]], by: str) -> list[dict[str, Any]]:
    best = sorted((node for node in nodes if node[by]), key=lambda node: -node[by])[:_TOP]
    return [{name: node[name] for name in ("unique_id", "seconds", "bytes_scanned", "dollars")} for node in best]


def _utc(moment: datetime) -> datetime:
    """dbt's times are in UTC, some of them without saying so."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
