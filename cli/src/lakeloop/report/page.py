"""The page: one HTML file that needs no network, from ``page.html.j2``, ``page.css`` and ``page.js``."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from lakeloop.plural import counted
from lakeloop.report import units
from lakeloop.report.changes import changes
from lakeloop.report.compared import compared
from lakeloop.report.links import Link
from lakeloop.report.path import critical_path
from lakeloop.report.table import name
from lakeloop.report.timeline import timeline

_TOP = 10
_CHAIN = 12
_HISTORY = 12
_TESTS = ("test", "unit_test")
_BUILT = ("model", "seed", "snapshot")
_FAILED = ("error", "fail", "runtime error", "partial success")
# Of a node in the page's data, in this order.
_FIELDS = (
    *("id", "name", "kind", "made", "status", "round", "running", "planning", "queued", "service", "seconds"),
    *("bytes", "dollars", "queries", "rows", "critical", "reads"),
)
_SPANS = ("running", "planning", "queued", "service")


def render(
    run: Mapping[str, Any],
    manifest: Mapping[str, Any],
    earlier: Sequence[Mapping[str, Any]],
    samples: Mapping[str, Mapping[str, Any]],
    *,
    place: str,
    project: str,
    pages: Sequence[Link] = (),
    compiled: Mapping[str, str] | None = None,
) -> str:
    """The page of a run.

    Args:
        run: its ``summary.json``.
        manifest: its ``manifest.json``; empty if there is none.
        earlier: summaries of earlier runs of the same command, the newest first.
        samples: by ``unique_id`` of a failed test, what ``report.samples`` found.
        place: the environment and where it is, in words; ``project`` its name.
        pages: where else there is something about the run.
        compiled: by ``unique_id`` of a failed node, the SQL that it sent.
    """
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "seconds": units.seconds,
        "size": units.size,
        "dollars": units.dollars,
        "node": name,
        "kind": _kind,
    }
    templates.filters |= {"moment": _moment, "signed": _signed, "share": _share, "hash": _hash}
    nodes = {node["unique_id"]: node for node in run["nodes"]}
    chain = critical_path(
        manifest.get("parent_map", {}) | {node: [] for node in nodes if node not in manifest.get("parent_map", {})},
        {node: told["seconds"] for node, told in nodes.items() if told["started_at"] and _kind(node) != "operation"},
        tests_gate=run["command"][:1] == ["build"],
    )
    return templates.get_template("page.html.j2").render(
        run=run,
        place=place,
        project=project,
        pages=pages,
        compiled=compiled or {},
        compared=compared(run, earlier),
        made_at=datetime.now(UTC).isoformat(),
        failed_statuses=_FAILED,
        tiles=_tiles(run, earlier),
        time=_time_spent(run),
        chain=[nodes[node] for node in chain],
        chain_rows=_chain_rows([nodes[node] for node in chain]),
        slowest=[
            node for node in sorted(nodes.values(), key=lambda node: -node["seconds"])[:_TOP] if node["started_at"]
        ],
        dearest=[node for node in sorted(nodes.values(), key=lambda node: -node["dollars"])[:_TOP] if node["dollars"]],
        history=_history(run, earlier),
        changes=changes(run, earlier),
        samples=samples,
        data=_script(_data(run, manifest, set(chain))),
        css=_file("page.css"),
        js=_file("page.js"),
    )


def _hash(script: str) -> str:
    """The source of a script in a policy: no other runs. https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP#hashes"""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _chain_rows(chain: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The *chain* in its order, its longest nodes one by one, as ``node`` and ``seconds``; of several shorter ones that follow each
    other ``node`` is None, and ``count`` and the sum of their ``seconds`` stand for them."""
    longest = sorted(chain, key=lambda node: -node["seconds"])[:_CHAIN]
    least = longest[-1]["seconds"] if longest else 0.0
    rows: list[dict[str, Any]] = []
    for short, group in groupby(chain, lambda node: bool(node["seconds"] < least)):
        members = list(group)
        if short and len(members) > 1:
            rows.append({"node": None, "count": len(members), "seconds": sum(node["seconds"] for node in members)})
        else:
            rows += [{"node": node, "count": 1, "seconds": node["seconds"]} for node in members]
    return rows


def _tiles(run: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The figures at the top: ``label``, ``figure``, ``note``, and ``was``, the median of the earlier runs, where there are any."""
    cost, kinds = run["cost"], Counter((_kind(node["unique_id"]), node["status"]) for node in run["nodes"])
    built = sum(count for (kind, status), count in kinds.items() if kind in _BUILT and status == "success")
    passed = sum(count for (kind, status), count in kinds.items() if kind in _TESTS and status == "pass")
    tests = sum(count for (kind, _), count in kinds.items() if kind in _TESTS)
    bad = sum(count for (_, status), count in kinds.items() if status in _FAILED)
    skipped = sum(count for (_, status), count in kinds.items() if status == "skipped")
    rounds, at_work = len(run["invocations"]), sum(one["seconds"] for one in run["invocations"])
    least = "at least; " if cost["at_least"] else ""

    def against(now: float, past: list[float]) -> str | None:
        return _signed_share(now, median(past)) if past and median(past) else None

    return [
        {
            "label": "Took",
            "figure": units.seconds(run["seconds"]),
            "note": "one invocation" if rounds == 1 else f"{rounds} invocations, {units.seconds(at_work)} at work",
            "bad": False,
            "change": against(run["seconds"], [one["seconds"] for one in earlier]),
        },
        {
            "label": "Cost",
            "figure": units.dollars(cost["dollars"]),
            "note": f"{least}Athena {units.dollars(cost['athena_dollars'])}, Lambda {units.dollars(cost['lambda_dollars'])}",
            "bad": False,
            "change": against(cost["dollars"], [one["cost"]["dollars"] for one in earlier]),
        },
        {
            "label": "Scanned",
            "figure": units.size(run["bytes_scanned"]),
            "note": f"{units.size(cost['bytes_billed'])} paid, {counted(cost['queries'], 'query', 'queries')}",
            "bad": False,
            "change": against(run["bytes_scanned"], [one["bytes_scanned"] for one in earlier]),
        },
        {
            "label": "Built",
            "figure": f"{built:,}",
            "note": f"{counted(cost['rows'], 'row')} written",
            "change": None,
            "bad": False,
        },
        {"label": "Tests passed", "figure": f"{passed:,}", "note": f"of {tests:,}", "change": None, "bad": False},
        {"label": "Failed", "figure": f"{bad:,}", "note": f"{skipped:,} skipped", "change": None, "bad": bad > 0},
    ]


def _time_spent(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Shares of the seconds of the nodes: Athena's, and what is left, as ``label``, ``seconds``, ``share``."""
    nodes = [node for node in run["nodes"] if node["started_at"]]
    whole = sum(node["seconds"] for node in nodes)
    spent = {span: sum(node[f"{span}_seconds"] for node in nodes) for span in _SPANS}
    spent["other"] = max(whole - sum(spent.values()), 0.0)
    labels = {
        "running": "Athena runs",
        "planning": "Athena plans",
        "queued": "in Athena's queue",
        "service": "Athena's service",
        "other": "dbt, polling and other AWS calls",
    }
    total = sum(spent.values()) or 1.0
    return [{"name": key, "label": labels[key], "seconds": spent[key], "share": spent[key] / total} for key in labels]


def _history(run: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """This run and those before it, the oldest first, with the parts of the tallest that their bars take."""
    shown = [run, *earlier[: _HISTORY - 1]][::-1]
    longest = max(one["seconds"] for one in shown) or 1.0
    dearest = max(one["cost"]["dollars"] for one in shown) or 1.0
    return [
        {
            "run_id": one["run_id"],
            "begun_at": one["begun_at"],
            "status": one["status"],
            "seconds": one["seconds"],
            "dollars": one["cost"]["dollars"],
            "bytes_scanned": one["bytes_scanned"],
            "long": one["seconds"] / longest,
            "dear": one["cost"]["dollars"] / dearest,
            "this": one is run,
        }
        for one in shown
    ]


def _data(run: Mapping[str, Any], manifest: Mapping[str, Any], critical: set[str]) -> dict[str, Any]:
    """Data for ``page.js``. A node is a list, its parts named by ``fields``: a project has thousands."""
    line = timeline(run)
    place = {node["unique_id"]: index for index, node in enumerate(run["nodes"])}
    parents = manifest.get("parent_map", {})
    known = manifest.get("nodes", {})
    nodes = [
        [
            node["unique_id"],
            name(node["unique_id"]),
            _kind(node["unique_id"]),
            str(known.get(node["unique_id"], {}).get("config", {}).get("materialized") or _kind(node["unique_id"])),
            node["status"],
            node["round"],
            *(node[f"{span}_seconds"] for span in _SPANS),
            node["seconds"],
            node["bytes_scanned"],
            node["dollars"],
            node["queries"],
            node["rows"],
            node["unique_id"] in critical,
            [place[parent] for parent in parents.get(node["unique_id"], ()) if parent in place],
        ]
        for node in run["nodes"]
    ]
    return {
        "seconds": line.seconds,
        "lanes": line.lanes,
        "rounds": [[one.number, one.begins, one.ends, one.waited, one.killed] for one in line.rounds],
        "fields": _FIELDS,
        "nodes": nodes,
        # A cut attempt of a node that has not ended has no place among the nodes.
        "bars": [
            [place.get(bar.unique_id, -1), bar.lane, bar.starts, bar.ends, bar.round, bar.cut, name(bar.unique_id)]
            for bar in line.bars
        ],
    }


def _script(data: Any) -> Markup:
    """JSON that ends no script element and opens no comment, whatever the names in it are.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    return Markup(json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))  # nosec B704: no "<" is left


def _file(file: str) -> Markup:
    return Markup((Path(__file__).parent / file).read_text("utf-8"))  # nosec B704: our own files


def _kind(unique_id: str) -> str:
    return unique_id.partition(".")[0]


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _signed(value: float, unit: str) -> str:
    text = (units.seconds if unit == "seconds" else units.dollars)(abs(value))
    return f"{'+' if value > 0 else '\u2212'}{text}"


def _signed_share(now: float, was: float) -> str:
    percent = round((now / was - 1) * 100)
    return f"{'+' if percent > 0 else '\u2212' if percent < 0 else '\u00b1'}{abs(percent):,} %"


def _share(value: float, whole: float) -> str:
    return f"{100 * value / whole if whole else 0:.3f}%"
