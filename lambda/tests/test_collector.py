"""When Python's collector works in an invocation."""

import gc
from types import SimpleNamespace

import pytest
from dbt.adapters.athena.connections import AthenaCursor
from dbt_runner import run
from dbt_runner.event import Request
from dbt_runner.patches.athena import polling
from dbt_runner.patches.athena.connection import Cursor
from dbt_runner.start import collector, ready


@pytest.fixture(autouse=True)
def as_before():
    yield
    gc.enable()


@pytest.fixture
def cursor():
    """One that has sent its statement."""
    made = Cursor.__new__(Cursor)
    made._pauses = polling.Pauses()
    return made


def test_nothing_is_collected_before_the_first_query(cursor, monkeypatch):
    found = []
    monkeypatch.setattr(AthenaCursor, "_await_completion", lambda self: found.append(gc.isenabled()))
    with collector.paused():
        found.append(gc.isenabled())
        cursor._await_completion()
    assert found == [False, True]


@pytest.mark.parametrize(("manifest", "collected"), [(object(), False), (None, True)])
def test_a_parse_is_collected(manifest, collected, tmp_path, monkeypatch):
    found = []

    class Runner:
        def __init__(self, *_):
            pass

        def invoke(self, _):
            found.append(gc.isenabled())

    monkeypatch.setattr(ready, "manifest", lambda *_: manifest)
    monkeypatch.setattr(run, "dbtRunner", Runner)
    with collector.paused():
        run.execute(run.Run("1", tmp_path), Request((), ()), SimpleNamespace(project=tmp_path, target="dev"))
    assert found == [collected]


def test_an_invocation_that_fails_before_a_query_leaves_the_collector_on():
    with pytest.raises(ValueError, match="no query"), collector.paused():
        raise ValueError("no query")
    assert gc.isenabled()


@pytest.mark.parametrize(("millis", "renewed"), [(5_001, [True]), (5_000, [])])
def test_a_handler_sends_its_first_query_uncollected(millis, renewed, monkeypatch):
    from dbt_runner import handler

    found, loaded = [], []
    monkeypatch.setattr(handler, "_serve", lambda event, context: found.append(gc.isenabled()) or {})
    monkeypatch.setattr(ready, "renew", lambda: loaded.append(gc.isenabled()))
    context = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: millis)
    handler.handle({}, context)
    assert (found, loaded, gc.isenabled()) == ([False], renewed, True)
