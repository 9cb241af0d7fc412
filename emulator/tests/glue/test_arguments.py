"""Arguments of jobs: layers, those that Glue reads itself, those that are refused, and how a script reads its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from local_glue import arguments
from local_glue.model import GlueError
from local_glue.runner import JOB


@pytest.fixture
def utils() -> Iterator[Any]:
    """``awsglue.utils`` as a job finds it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(JOB))
        yield importlib.import_module("awsglue.utils")
    for name in [name for name in sys.modules if name.startswith("awsglue")]:
        del sys.modules[name]


def test_a_runs_arguments_win_over_the_jobs_and_lose_to_those_that_no_run_may_change() -> None:
    given = arguments.merged({"--a": "1", "--b": "1"}, {"--a": "2", "--c": "2"}, {"--c": "3"})
    assert given == {"--a": "2", "--b": "1", "--c": "3"}


def test_arguments_of_glues_own_do_not_reach_the_script() -> None:
    given = {
        "--day": "x",
        "--extra-py-files": "s3://b/m.zip",
        "--job-bookmark-option": "job-bookmark-disable",
        "--TempDir": "t",
    }
    assert arguments.command_line(given, "--JOB_NAME", "j") == ["--JOB_NAME", "j", "--day", "x", "--TempDir", "t"]


@pytest.mark.parametrize("name", [*arguments.REFUSED])
def test_an_argument_that_would_be_ignored_is_refused_by_name(name: str) -> None:
    with pytest.raises(GlueError, match=name):
        arguments.check({name: "true"})
    arguments.check({name: "false"})


@pytest.mark.parametrize("option", ["job-bookmark-enable", "job-bookmark-pause"])
def test_bookmarks_are_refused(option: str) -> None:
    with pytest.raises(GlueError, match="keeps no bookmarks"):
        arguments.check({"--job-bookmark-option": option})


def test_settings_of_spark_come_several_in_one_argument() -> None:
    assert arguments.spark_settings({"--conf": "a=1 --conf b=2=3"}) == {"a": "1", "b": "2=3"}
    with pytest.raises(GlueError, match="name=value"):
        arguments.spark_settings({"--conf": "a"})


def test_a_script_reads_its_options_and_ignores_others(utils: Any) -> None:
    found = utils.getResolvedOptions(
        ["script", "--JOB_NAME", "j", "--day", "2026-01-01", "--other", "x"], ["day", "JOB_NAME"]
    )
    assert (found["day"], found["JOB_NAME"], found["job_bookmark_option"]) == (
        "2026-01-01",
        "j",
        "job-bookmark-disable",
    )
    assert "other" not in found


def test_an_option_that_is_missing_is_named(utils: Any) -> None:
    with pytest.raises(utils.GlueArgumentError, match="--day"):
        utils.getResolvedOptions(["script"], ["day"])


def test_a_reserved_option_is_refused(utils: Any) -> None:
    with pytest.raises(RuntimeError, match="JOB_ID"):
        utils.getResolvedOptions(["script"], ["JOB_ID"])
