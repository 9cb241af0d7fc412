"""One manifest after the other."""

import weakref

import pytest
from dbt_runner import configuration, run
from dbt_runner.event import Request
from dbt_runner.start import ready

LIST = Request(("ls",), ("--select", "numbers", "--resource-type", "model"))


@pytest.fixture
def settings(task, variables, tmp_path, monkeypatch):
    """Of a function that nothing has been asked of. Nothing in it reaches AWS."""
    region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    environment = {**variables, **region, "LAMBDA_TASK_ROOT": str(task)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ready, "_manifests", None)
    return configuration.read(environment)


def listed(settings):
    outcome = run.execute(run.begin("12345678"), LIST, settings)
    assert outcome.output == ["small.numbers"]


def test_the_last_is_gone_when_the_next_is_loaded(settings, monkeypatch):
    last = weakref.ref(ready.manifests(settings).next)
    alive, load = [], ready.Manifests.load
    listed(settings)
    monkeypatch.setattr(ready.Manifests, "load", lambda self: alive.append(last() is not None) or load(self))
    ready.renew()
    assert alive == [False]
    assert ready.manifests(settings).next is not None
    listed(settings)


def test_an_invocation_whose_manifest_was_not_loaded_loads_it(settings, monkeypatch):
    def fails(_):
        raise MemoryError

    listed(settings)
    with monkeypatch.context() as patch:
        patch.setattr(ready.Manifests, "load", fails)
        ready.renew()
    assert ready.manifests(settings).next is None
    listed(settings)
