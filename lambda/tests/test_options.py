import click
import pytest
from dbt_runner import options
from dbt_runner.errors import TerminalError
from dbt_runner.event import Request
from hypothesis import given
from hypothesis import strategies as st


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
        Request(("show",), ("-s", "fct_orders", "--limit", "3")),
    ],
    ids=lambda request: " ".join(request.words),
)
def test_what_selects_and_tunes_is_accepted(request_):
    options.check(request_)


def test_a_path_to_write_to_is_refused_and_a_format_of_the_same_name_is_not():
    with pytest.raises(TerminalError, match=r"--output/-o is refused"):
        options.check(Request(("source", "freshness"), ("-o", "sources.json")))
    options.check(Request(("ls",), ("--output", "json")))


def test_every_option_that_is_listed_is_one_of_dbts():
    """An upgrade that renames one must not open what was closed; one that it adds is closed."""
    known = {parameter.name for parameter in parameters()} | {"help"}
    assert set(options._REFUSED) | options._ALLOWED <= known
    assert not options._ALLOWED & set(options._REFUSED)
    paths = {one.name for one in parameters() if isinstance(one.type, click.Path)}
    assert paths & options._ALLOWED == {"output"}, "that of `source freshness`; elsewhere it is a format"


def parameters():
    """The parameters of the commands that the runner runs."""
    for names in options.COMMANDS:
        command = options.cli
        for name in names:
            command = command.commands[name]
        yield from command.params


@pytest.mark.parametrize(
    "words",
    [
        ("compile", "--inline", "select 1"),
        ("compile", "--inline={{ env_var('AWS_SECRET_ACCESS_KEY') }}"),
        ("show", "-q", "--inline", "select 1"),
        ("show", "--inline-direct", "select 1"),
        ("run-operation", "--sql", "delete from t"),
        ("run-operation", "say", "--sql={{ run_query('drop table t') }}"),
    ],
)
def test_text_to_evaluate_is_refused_with_another_way(words):
    command, *cli_args = words
    with pytest.raises(TerminalError, match=r"with the function's rights.*just query env=.*run-operation"):
        options.check(Request((command,), tuple(cli_args)))


@pytest.mark.parametrize("option", ["--macro-debugging", "--snowflake-projects-otel", "--no-inject-ephemeral-ctes"])
def test_an_option_that_nobody_listed(option):
    with pytest.raises(TerminalError, match="none of the options that an event may give"):
        options.check(Request(("compile",), (option,)))


JINJA = "{{ env_var('AWS_SECRET_ACCESS_KEY') }}"


@pytest.mark.parametrize(
    "words",
    [
        ("run-operation", JINJA),
        ("run-operation", "say", "--args", '{word: "' + JINJA + '"}'),
        ("run-operation", "say", "--args", "{%set x = 1%}: 1"),
        # The same signs, escaped; in a key; in a list
        ("build", "--vars", '{"hook": "\\u007b{ env_var(1) }}"}'),
        ("build", "--vars", '{"hook": "\\x7b\\x7b env_var(1) }}"}'),
        ("build", "--vars", '{"\\x7b% do x %}": 1}'),
        ("build", "--vars", '{hooks: [{sql: ["\\x7b# #}"]}]}'),
        ("build", "--select", JINJA),
        ("build", "-s", "a", "--exclude=" + JINJA),
        ("ls", "--output-keys", JINJA),
        ("build", "--warn-error-options", '{error: ["\\x7b{ 1 }}"]}'),
    ],
    ids=" ".join,
)
def test_jinja_is_refused_wherever_it_is(words):
    command, *cli_args = words
    with pytest.raises(TerminalError, match="text of an event is not evaluated"):
        options.check(Request((command,), tuple(cli_args)))


@pytest.mark.parametrize(
    ("yaml", "reason"),
    [
        ("{a: &x [1], b: [*x, *x]}", "aliases"),
        ("{a: !!binary e3sgMSB9fQ==}", "tags"),
        ("{a: " + "[" * 5_000 + "]" * 5_000 + "}", "nested more than 32 deep"),
        ("a:\n" + "- " * 5_000 + "1", "nested more than 32 deep"),
    ],
    ids=["aliases", "tags", "brackets", "dashes"],
)
@pytest.mark.parametrize("option", ["--vars", "--args", "--warn-error-options"])
def test_yaml_that_is_larger_when_it_is_read(yaml, reason, option):
    command = ("run-operation", "say") if option == "--args" else ("build",)
    with pytest.raises(TerminalError, match=reason):
        options.check(Request(command, (option, yaml)))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("build", ("--threads", "100000")),
        ("build", ("--threads", "0")),
        ("show", ("-s", "a", "--limit", "1" + "0" * 12)),
        ("build", ("--printer-width", "1000000000")),
    ],
)
def test_numbers_have_bounds(command, words):
    with pytest.raises(TerminalError, match=rf"{words[-2]} is a number from .* to .*, not '{words[-1]}'"):
        options.check(Request((command,), words))


def test_a_selection_has_bounds():
    options.check(Request(("build",), ("-s", *map(str, range(500)))))
    for words in [
        ("-s", *map(str, range(501))),
        ("--exclude", "a," * 500 + "a"),
        ("-s", "a " * 300, "-s", "b " * 300),
    ]:
        with pytest.raises(TerminalError, match=r"criteria, and may have 500"):
            options.check(Request(("build",), words))


FLAGS = st.sampled_from(
    ["--inline", "--inline-direct", "--sql", "--vars", "--args", "-s", "--exclude", "--selector", "-q", "-x"]
)


@given(
    st.sampled_from([" ".join(names) for names in options.COMMANDS]),
    st.lists(FLAGS | st.text(max_size=20), max_size=4),
    st.lists(FLAGS | st.text(max_size=20), max_size=4),
    st.sampled_from(["{{", "{%", "{#"]),
    st.text(max_size=30),
)
def test_no_event_with_jinja_is_let_through(command, before, after, sign, text):
    with pytest.raises(TerminalError):
        options.check(Request(tuple(command.split()), (*before, sign + text, *after)))


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
