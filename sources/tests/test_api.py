"""The API over HTTP, upon a real database."""

import shutil
import signal
import subprocess
import sys
from functools import cache

import httpx
import pyarrow.parquet
import pytest
import schemathesis
from data_api import app as api_module
from data_api.__main__ import main
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from retail_db.database import connect
from retail_db.settings import Place

from tests.conftest import MOST, free_port, make, serving

PATHS = ["/api/generate/changes", "/api/generate/{table}", "/api/rows/{table}", "/api/jobs", "/api/jobs/{number}"]
DOCUMENT = cache(lambda url: schemathesis.openapi.from_url(f"{url}/openapi.json"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def ended(client: httpx.Client, begun: httpx.Response) -> dict:
    """A job's report at its end."""
    assert begun.status_code == 202, begun.text
    while (report := client.get(begun.headers["Location"]).json())["state"] == "running":
        pass
    return report


def fill(client: httpx.Client) -> None:
    for table in ("stores", "customers", "products", "orders"):
        assert make(client, table, count=20, seed=7).status_code == 200


def test_rows_are_added_and_counted(client, place):
    fill(client)
    report = make(client, "payments", count=15, seed=7).json()
    assert report["state"] == "done" and report["rows"] == {"payments": 15} and report["done"] == report["total"] == 15
    with connect(place) as connection:
        assert connection.execute("SELECT count(*) FROM sales.orders WHERE status = 'paid'").fetchall() == [(15,)]


def test_what_orders_need_is_a_conflict_with_a_message(client):
    refused = make(client, "orders", count=5)
    assert refused.status_code == 409
    assert "stores and products and customers" in refused.json()["detail"]
    assert make(client, "changes").status_code == 409
    assert make(client, "payments", count=5).status_code == 409


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"count": 0}, "count: Input should be greater than or equal to 1"),
        ({"count": MOST + 1}, f"count: Input should be less than or equal to {MOST}"),
        ({"count": "many"}, "count: Input should be a valid integer"),
        ({"seed": -1}, "seed: "),
        ({"target": "oracle"}, "target: Input should be 'postgres', 'files' or 'dynamodb'"),
        ({"cuont": 5}, "cuont: Extra inputs are not permitted"),
    ],
)
def test_bad_words_are_named(client, words, said):
    refused = make(client, "customers", **words)
    assert refused.status_code == 422
    assert said in refused.json()["detail"]


def test_changes_run_beside_and_one_at_a_time(place):
    # An API of its own: its workload ends with it, and another test empties the tables.
    with serving(place) as url, httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        fill(client)
        begun = make(client, "changes", rate=50, seconds=3_600)
        assert make(client, "changes").status_code == 409
        assert make(client, "customers", count=3).status_code == 200
        while client.get(begun.headers["Location"]).json()["done"] < 3:
            pass
        assert client.get("/api/jobs").json()[0]["what"] == "3 customers into postgres"
        assert client.get("/api/jobs/999999").status_code == 404


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_a_web_page_is_refused_before_anything_is_done(client, place, headers):
    refused = client.post("/api/generate/stores", params={"count": 5}, headers=headers)
    assert refused.status_code == 403
    with connect(place) as connection:
        assert connection.execute("SELECT count(*) FROM sales.stores").fetchall() == [(0,)]


def test_files_of_a_table_are_the_rows_of_the_seed(client, place):
    assert make(client, "customers", target="files", count=25, seed=7).json()["rows"] == {"customers": 25}
    first = pyarrow.parquet.read_table(place.state / "rows" / "customers.parquet")
    make(client, "customers", target="files", count=25, seed=7)
    assert pyarrow.parquet.read_table(place.state / "rows" / "customers.parquet") == first
    assert make(client, "payments", target="files", count=1).status_code == 409


def test_items_go_nowhere_without_an_address_and_none_are_made_of_orders(client, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    refused = make(client, "customers", target="dynamodb", count=5)
    assert refused.status_code == 409 and "AWS_ENDPOINT_URL is not set" in refused.json()["detail"]
    assert "refer to rows of a database" in make(client, "orders", target="dynamodb", count=5).json()["detail"]


def test_a_local_aws_that_is_down_is_told(client, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    refused = make(client, "customers", target="dynamodb", count=5)
    assert refused.status_code == 503 and "after 0 of 5 items" in refused.json()["detail"]


def test_without_the_sample_raw_orders_are_a_conflict(client, monkeypatch):
    monkeypatch.setitem(sys.modules, "retail_feed", None)
    refused = make(client, "orders", target="files", count=5)
    assert refused.status_code == 409
    assert "`just new` takes it out" in refused.json()["detail"]


def test_raw_orders_are_the_samples_feed_and_other_files_are_left_alone(client, place, tmp_path):
    retail_feed = pytest.importorskip("retail_feed", reason="the sample is not in this checkout")
    rows = make(client, "orders", target="files", count=50, seed=7).json()["rows"]
    retail_feed.generate(retail_feed.FeedOptions(orders=50, seed=7), tmp_path / "raw")
    raw = place.state / "raw"
    made, wanted = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
        for folder in (raw, tmp_path / "raw")
    )
    assert made == wanted and rows["orders"] > 50
    mine = raw / "orders" / "mine.parquet"
    mine.write_text("not yours")
    assert make(client, "orders", target="files", count=50).status_code == 409
    assert mine.read_text() == "not yours"
    mine.unlink()


def test_more_rows_than_are_made_at_once_are_a_job(place, monkeypatch):
    monkeypatch.setattr(api_module, "AT_ONCE", 10)
    with serving(place) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert ended(client, make(client, "customers", count=MOST))["rows"] == {"customers": MOST}


def test_a_job_that_nobody_waits_for_ends_with_the_api(place):
    with serving(place) as url, httpx.Client(base_url=url, trust_env=False) as client:
        fill(client)
        assert make(client, "changes", rate=1, seconds=86_400).status_code == 202


def test_a_database_that_is_down_is_told(tmp_path):
    with serving(Place(state=tmp_path)) as url, httpx.Client(base_url=url, trust_env=False) as client:
        refused = make(client, "customers", count=1)
    assert refused.status_code == 503
    assert "just sources-up" in refused.json()["detail"]


def test_a_port_that_is_taken_is_told_in_a_line(url, capsys):
    port = url.rpartition(":")[2]
    assert main([f"port={port}"]) == 2
    said = capsys.readouterr().err
    assert f"Port {port} on 127.0.0.1 is taken" in said and said.count("\n") == 1


def test_ctrl_c_ends_it_without_a_trace(place):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "data_api", f"port={port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline().startswith(f"The API: http://127.0.0.1:{port}/docs")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            assert client.get("/api/jobs").json() == []
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == ""


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("path", PATHS)
def test_what_the_document_promises_holds_for_what_it_allows_and_what_not(url, client, path, mode):
    fill(client)
    (operation,) = [found.ok() for found in DOCUMENT(url).get_all_operations() if found.ok().path == path]

    @settings(max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode))
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate()

    try:
        holds()
    except Unsatisfiable:  # there is nothing that could be wrong about a call without words
        assert (path, mode) == ("/api/jobs", schemathesis.GenerationMode.NEGATIVE)


def test_the_document_has_no_other_call(client):
    assert set(client.get("/openapi.json").json()["paths"]) == set(PATHS)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: `apt-get install chromium`")
def test_the_page_shows_every_call_without_the_internet(url, tmp_path):
    done = subprocess.run(
        [
            *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"),
            *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={tmp_path}"),
            *("--virtual-time-budget=5000", "--dump-dom", f"{url}/docs"),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    for shown in ('data-path="/api/generate/{table}"', 'data-path="/api/generate/changes"', "Synthetic data of a shop"):
        assert shown in done.stdout
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]
