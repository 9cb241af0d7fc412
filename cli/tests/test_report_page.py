"""The page of a run, from what a runner leaves; in a real browser where there is one."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lakeloop.report import page
from lakeloop.report.changes import changes
from lakeloop.report.links import Link
from lakeloop.report.path import critical_path
from lakeloop.report.timeline import timeline

from tests.browser import CHROMIUM, NONE, opened

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTILE = "</script><script>document.title='taken'</script><!--<img src=https://example.invalid/x>"


def moment(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def node(unique_id, start=0.0, seconds=1.0, *, round_=1, thread=1, status="success", dollars=0.0001, **more):
    ran = status != "skipped"
    return {
        "unique_id": unique_id,
        "status": status,
        "round": round_,
        "thread": f"Thread-{thread} (worker)",
        "started_at": moment(start) if ran else None,
        "ended_at": moment(start + seconds) if ran else None,
        "seconds": seconds if ran else 0.0,
        "rows": 3 if unique_id.startswith("model") else None,
        "failures": None,
        "bytes_scanned": 2_000_000,
        "dollars": dollars,
        "queries": 2,
        "queued_seconds": 0.1,
        "planning_seconds": 0.1,
        "running_seconds": 0.5,
        "service_seconds": 0.0,
        **more,
    }


def invocation(number, start, seconds, killed=False):
    return {
        "round": number,
        "began_at": moment(start),
        "seconds": seconds,
        "killed": killed,
        "memory_mb": 1024,
        "dollars": 0.001,
    }


def run(nodes, invocations=None, **more):
    return {
        "status": "success",
        "run_id": "r",
        "command": ["build"],
        "begun_at": moment(0),
        "seconds": 10.0,
        "bytes_scanned": 1,
        "artifacts": "s3://b/runs/r/",
        "failed": [],
        "cut": [],
        "nodes": nodes,
        "invocations": invocations or [invocation(1, 0, 10)],
        "cost": {
            "dollars": 0.01,
            "athena_dollars": 0.009,
            "lambda_dollars": 0.001,
            "at_least": [],
            "queries": 4,
            "rows": 6,
            "bytes_billed": 1,
            "prices": {"athena_per_tb": 5.0, "lambda_per_gb_second": 0.0000133334},
        },
        **more,
    }


def data_of(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1))


def rendered(told, manifest=None, earlier=(), samples=None):
    return page.render(told, manifest or {}, earlier, samples or {}, place="dev at AWS", project="shop")


@settings(max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_name_and_no_message_is_taken_for_markup(name, message):
    """A name has no dots of its own and no blanks at its ends: what is between them comes back as it was."""
    unique_id = f"model.p.{name}"
    told = run(
        [node(unique_id)],
        failed=[{"unique_id": unique_id, "status": "error", "message": message, "compiled_path": None}],
    )
    text = rendered(told).replace("_<wbr>", "_")  # the page's own, where a name may break
    assert data_of(text)["nodes"][0][0] == unique_id
    plain = rendered(run([node("model.p.a")], failed=[{**told["failed"][0], "unique_id": "model.p.a", "message": "m"}]))
    tags = re.compile(r"<[a-zA-Z/!][^>]*>")
    of_page = [re.sub(r'(style|title)="[^"]*"', "", tag) for tag in tags.findall(text.split('<script type="app')[0])]
    assert len(of_page) == len(tags.findall(plain.split('<script type="app')[0])) - (0 if message else 2)


def test_lanes_are_threads_and_the_wait_between_invocations_is_left_out():
    told = run(
        [
            node("operation.p.start", 0, 1, thread=0) | {"thread": "main"},
            node("model.p.a", 1, 2, thread=2),
            node("model.p.b", 1, 5, thread=10),
            node("model.p.c", 3605, 2, round_=2, thread=31),
            node("model.p.d", status="skipped"),
        ],
        [invocation(1, 0, 8), invocation(2, 3600, 9, killed=True)],
        cut=[
            {
                "unique_id": "model.p.c",
                "round": 1,
                "thread": "Thread-2 (worker)",
                "started_at": moment(4),
                "ended_at": moment(7),
            }
        ],
    )
    line = timeline(told)
    assert line.lanes == ["hooks", "thread 1", "thread 2"]
    assert [(bar.unique_id, bar.lane, bar.starts, bar.ends, bar.cut) for bar in line.bars] == [
        ("operation.p.start", 0, 0.0, 1.0, False),
        ("model.p.a", 1, 1.0, 3.0, False),
        ("model.p.b", 2, 1.0, 6.0, False),
        ("model.p.c", 1, 4.0, 7.0, True),
        ("model.p.c", 1, 13.0, 15.0, False),
    ]
    assert [(one.begins, one.ends, one.waited, one.killed) for one in line.rounds] == [
        (0.0, 8.0, 0.0, False),
        (8.0, 17.0, 3592.0, True),
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 40), st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=30
    )
)
def test_every_bar_lies_within_its_invocation_on_a_lane_that_is_there(spans):
    nodes = [
        node(f"model.p.{number}", 1000 * round_ + start, seconds, round_=round_, thread=thread)
        for number, (round_, thread, start, seconds) in enumerate(spans)
    ]
    line = timeline(run(nodes, [invocation(number, 1000 * number, 20) for number in (1, 2, 3)]))
    assert len(line.bars) == len(nodes)
    for bar in line.bars:
        assert 0 <= bar.lane < len(line.lanes)
        of = line.rounds[bar.round - 1]
        assert of.begins - 1e-3 <= bar.starts <= bar.ends <= of.ends + 1e-3
    assert line.seconds == max(one.ends for one in line.rounds)


def test_changes_are_against_the_median_of_runs_in_which_the_node_succeeded():
    def earlier(seconds, status="success", **more):
        return run([node("model.p.a", seconds=seconds, status=status, **more), node("model.p.gone")])

    now = run([node("model.p.a", seconds=4.0), node("model.p.new")])
    found = changes(now, [earlier(1.0), earlier(2.0), earlier(3.0), earlier(90.0, "error")])
    assert found["seconds"] == [{"unique_id": "model.p.a", "was": 2.0, "now": 4.0}]
    assert found["dollars"] == []
    assert (found["new"], found["gone"]) == (["model.p.new"], ["model.p.gone"])
    assert changes(now, []) == {"seconds": [], "dollars": [], "new": [], "gone": []}


@pytest.mark.skipif(CHROMIUM is None, reason=NONE)
def test_a_browser_shows_a_large_run_and_runs_nothing_that_a_name_says(tmp_path):
    nodes = [
        node(f"model.p.m{number}", number / 10, 0.9, thread=number % 16, status="error" if number == 7 else "success")
        for number in range(2_000)
    ]
    nodes[7]["unique_id"] = f"model.p.{HOSTILE}"
    told = run(nodes, seconds=201.0, failed=[{**nodes[7], "message": HOSTILE, "compiled_path": None}], status="error")
    before = copy.deepcopy(told) | {"run_id": HOSTILE, "seconds": 300.0}
    parents = {one["unique_id"]: [] for one in nodes} | {"model.p.m1999": ["model.p.m0"]}
    sample = {nodes[7]["unique_id"]: {"columns": [HOSTILE], "rows": [[HOSTILE], [None]]}}
    file = tmp_path / "report.html"
    file.write_text(rendered(told, {"parent_map": parents}, [before], sample), "utf-8")

    document, console = opened(file)

    assert console == []
    assert document.count("<rect ") == 2_000
    assert document.count('class="failed') == 1
    assert len(re.findall(r"<tr[ >]", document.split('id="all"')[1].split("</table>")[0])) == 101
    assert "show all 2,000" in document
    assert "<title>shop r · Lakeloop</title>" in document
    assert "<img" not in document
    assert html.escape(HOSTILE, quote=False) in document
    assert re.findall(r'(?:src|href)="', document) == []


USE = """
<script>
const said = [], chart = document.getElementById("chart");
const plot = chart.querySelector(".plot"), svg = plot.querySelector("svg");
const say = (name, value) => said.push(`${name}=${value}`);
say("whole", svg.getAttribute("viewBox"));
chart.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
say("zoomed", svg.getAttribute("viewBox"));
document.getElementById("whole").click();
say("again", svg.getAttribute("viewBox"));
const bar = svg.querySelector("rect").getBoundingClientRect();
plot.dispatchEvent(new PointerEvent("pointermove", { clientX: bar.x + bar.width / 2, clientY: bar.y + bar.height / 2 }));
say("tip", document.getElementById("tip").innerText.replaceAll("\\n", " "));
say("near", svg.querySelectorAll(".near").length);
document.getElementById("only-critical").click();
say("critical", svg.querySelectorAll(".lit").length);
const filter = document.getElementById("filter");
filter.value = "seed";
filter.dispatchEvent(new Event("input"));
say("rows", document.querySelectorAll("#all tbody tr").length);
filter.value = "";
filter.dispatchEvent(new Event("input"));
document.querySelector("#all th button").click();
say("first", document.querySelector("#all tbody td").innerText);
document.body.dataset.said = said.join("|");
</script>
</body>
"""


@pytest.mark.skipif(CHROMIUM is None, reason=NONE)
def test_the_timeline_zooms_and_tells_and_the_table_sorts_and_filters(tmp_path):
    nodes = [node("seed.p.b_seed", 0, 4), node("model.p.c", 4, 6), node("model.p.a", 0, 1, thread=2)]
    parents = {"seed.p.b_seed": [], "model.p.c": ["seed.p.b_seed"], "model.p.a": []}
    file = tmp_path / "report.html"
    text = rendered(run(nodes), {"parent_map": parents}).replace("</body>", USE)
    file.write_text(text, "utf-8")
    assert "data-said" not in opened(file)[0], "a script that is not the page's own does not run"
    ours = base64.b64encode(hashlib.sha256(USE.split("<script>")[1].split("</script>")[0].encode()).digest()).decode()
    file.write_text(text.replace("script-src ", f"script-src 'sha256-{ours}' ", 1), "utf-8")

    document, console = opened(file)

    assert console == []
    said = dict(
        one.split("=", 1) for one in html.unescape(re.search(r'data-said="([^"]*)"', document).group(1)).split("|")
    )
    assert said["whole"] == said["again"] == "0 0 10 49"
    assert said["zoomed"].startswith("1.25 0 7.5 ")
    assert said["tip"].startswith("b_seed seed")
    assert "took 4.00 s" in said["tip"]
    assert "on the critical path" in said["tip"]
    assert said["near"] == "2", "the node and what reads it"
    assert said["critical"] == "2"
    assert said["rows"] == "1"
    assert said["first"] == "a"


def test_it_says_what_it_is_of_and_what_it_is_compared_with():
    now = run([node("model.shop.a"), node("model.shop.b")])
    text = rendered(now)
    assert "shop · dev at AWS · <time datetime=" in text and "Compared with nothing: no earlier run" in text
    same = run([node("model.shop.a"), node("model.shop.b")])
    assert "the median of 1 earlier run of this command. They are comparable." in rendered(now, earlier=[same])
    other = run([node("model.shop.a")], [{**invocation(1, 0, 10), "memory_mb": 512}], status="error")
    said = rendered(now, earlier=[other, same])
    assert (
        "2 earlier runs of this command. Comparable with care: one of them did not succeed; 1 node is not in both"
        in said
    )
    assert "another size of memory" in said


def test_the_history_is_a_chart_from_the_third_run_on():
    now = run([node("model.shop.a")])
    before = run([node("model.shop.a")])
    assert "columns-chart" not in rendered(now, earlier=[before]).split("</style>")[1]
    assert "columns-chart" in rendered(now, earlier=[before, before]).split("</style>")[1]


def test_links_and_the_sql_of_what_failed_are_text_of_the_page():
    failed = run([node("test.shop.t", status="fail")], status="error")
    failed["failed"] = [{"unique_id": "test.shop.t", "status": "fail", "message": "", "compiled_path": "s3://b/t.sql"}]
    text = page.render(
        failed,
        {},
        (),
        {},
        place="dev",
        project="shop",
        pages=[Link("log", "https://a.example/?a=1&b=2"), Link("log", "", "just logs")],
        compiled={"test.shop.t": f"select '{HOSTILE}'"},
    )
    assert 'href="https://a.example/?a=1&amp;b=2"' in text and "<code>just logs</code>" in text
    assert html.escape(HOSTILE, quote=False).split("<img")[0][:20] in text and HOSTILE not in text


def test_no_node_that_is_shown_as_nothing_is_on_the_critical_path():
    assert critical_path(
        {"model.a": [], "model.b": ["model.a"]}, {"model.a": 0.004, "model.b": 0.006}, tests_gate=False
    ) == ["model.b"]
