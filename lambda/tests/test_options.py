import pytest
from dbt_runner import options
from dbt_runner.errors import TerminalError
from dbt_runner.event import Request


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--target", "prod"), "--target"),
        (("--target=prod",), "--target"),
        (("-t", "prod"), "--target"),
        (("-tprod",), "--target"),
        # Flags in one word with an option: fail-fast and target
        (("-xtprod",), "--target"),
        (("--select", "m", "--profile", "other"), "--profile"),
        (("--profiles-dir", "/tmp"), "--profiles-dir"),
        (("--project-dir", "/tmp"), "--project-dir"),
        (("--target-path", "x"), "--target-path"),
        (("--log-path", "x"), "--log-path"),
        (("--state", "s3"), "--state"),
        (("--defer", "--defer-state", "x"), "--defer-state"),
        (("--no-write-json",), "--write-json"),
        (("--partial-parse-file-path", "x"), "--partial-parse-file-path"),
        (("--record-timing-info", "x"), "--record-timing-info"),
        # A command line that dbt would start
        (("--v2-parser", "rm"), "--v2-parser"),
        (("--help",), "--help"),
        (("--version",), "--version"),
    ],
)
def test_what_points_elsewhere_is_refused_by_name(words, named):
    with pytest.raises(TerminalError) as raised:
        options.check(Request(("build",), words))
    # click spells the option of help as whoever asked first in this process wanted it: --help or -h/--help.
    spelling, _, reason = str(raised.value).removeprefix("The option ").partition(" is refused: ")
    assert named in (spelling, *spelling.split("/"))
    assert reason


def test_the_words_of_the_command_are_no_way_around():
    with pytest.raises(TerminalError, match="--target"):
        options.check(Request(("run-operation", "m", "--target", "prod"), ()))


def test_an_option_that_dbt_does_not_know():
    with pytest.raises(TerminalError, match=r"dbt build: No such option '--selekt'. \(Did you mean"):
        options.check(Request(("build",), ("--selekt", "m")))


@pytest.mark.parametrize(
    "request_",
    [
        Request(("build",), ("-s", "+fct_orders", "tag:nightly", "--exclude", "stg_*", "-x", "--full-refresh")),
        Request(("build",), ("--vars", "{lookback_days: 9}", "--threads", "16", "--empty")),
        # A value that looks like a refused option is still a value
        Request(("build",), ("--vars", "--target")),
        Request(("run-operation", "grant_access"), ("--args", "{role: analyst}")),
        Request(("source", "freshness"), ("-s", "source:till")),
        Request(("docs", "generate"), ("--static",)),
        Request(("ls",), ("--resource-type", "model", "--output", "json")),
        Request(("show",), ("--inline", "select 1", "--limit", "3")),
    ],
    ids=lambda request: " ".join(request.words),
)
def test_what_selects_and_tunes_is_accepted(request_):
    options.check(request_)


def test_a_path_to_write_to_is_refused_and_a_format_of_the_same_name_is_not():
    with pytest.raises(TerminalError, match=r"--output/-o is refused"):
        options.check(Request(("source", "freshness"), ("-o", "sources.json")))
    options.check(Request(("ls",), ("--output", "json")))


def test_every_refused_option_is_one_of_dbts():
    """An upgrade that renames one must not open what was closed."""
    known = {parameter.name for parameter in options.cli.commands["build"].params} | {"help"}
    assert set(options._REFUSED) <= known


@pytest.mark.parametrize(
    ("cli_args", "compares"),
    [
        (("-s", "state:modified+"), True),
        (("--select", "tag:a", "1+state:new,fct_*"), True),
        (("--exclude=state:unmodified",), True),
        (("--select", "result:error+"), True),
        (("--defer",), True),
        (("--no-defer",), False),
        (("--select", "statement", "estate:x", "--vars", "state:modified"), False),
        ((), False),
    ],
)
def test_what_needs_the_environments_state(cli_args, compares):
    assert options.compares(Request(("build",), cli_args)) is compares
