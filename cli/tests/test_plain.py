"""Whatever the program prints of others' texts: markup stays text, control characters are spelt out, colours of its own stay."""

import contextlib
import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import lakeloop
import pytest
from lakeloop import commands, plain, terminal
from lakeloop.aws.runs import logs
from lakeloop.errors import UserError
from rich.table import Table
from rich.text import Text

SOURCE = Path(lakeloop.__file__).parent
HOSTILE = "[/foo] \x1b[2J\x1b]52;c;aGk=\x07 \x9b31m \u202e :warning:"
SHOWN = r"[/foo] \x1b[2J\x1b]52;c;aGk=\x07 \x9b31m \u202e :warning:"


def test_an_error_message_is_printed_without_what_a_terminal_would_obey(monkeypatch, capsys):
    def fail(here, words):
        raise UserError(HOSTILE)

    monkeypatch.setitem(commands.COMMANDS, "query", fail)
    monkeypatch.setattr(sys, "argv", ["lakeloop", "query"])
    before = sys.stdout, sys.stderr
    assert commands.main() == 2
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr().err == f"error: {SHOWN}\n"


def test_lines_and_tabs_stay(capsys):
    with plain.printing():
        print("a\tb\nc", HOSTILE)
        sys.stderr.writelines(["one\n", "\x07two\n"])
    said = capsys.readouterr()
    assert said.out == f"a\tb\nc {SHOWN}\n"
    assert said.err == "one\n\\x07two\n"


def test_a_stream_of_another_encoding_takes_every_text(monkeypatch):
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    with plain.printing():
        print("é\udcff", flush=True)
    assert out.getvalue() == b"\\xe9\\udcff\n"


@pytest.mark.parametrize("force", [{}, {"FORCE_COLOR": "1"}])
def test_a_console_shows_what_it_is_given(monkeypatch, capsys, force):
    for name, value in {**force, "COLUMNS": "200", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE)
    with plain.printing():
        console = terminal.console()
        console.print(HOSTILE)
        console.print(table)
        console.print(Text(HOSTILE, no_wrap=True, overflow="ellipsis"))
    shown = capsys.readouterr().out
    own = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert (own != shown) == bool(force), "rich's own colours reach a terminal"
    assert not plain.CONTROLS.search(own)
    assert own.count(SHOWN) == 4, own
    assert own.count(SHOWN.replace(r"\x07", "")) == 1, "rich takes a bell out of a text of its own"


def test_there_is_no_other_way_to_a_console():
    for file in SOURCE.rglob("*.py"):
        text = file.read_text("utf-8")
        if file.name != "terminal.py":
            assert not re.search(r"\bConsole\(|rich\.print|from rich import print|\.from_markup\(", text), file
        assert all("markup=False" in column for column in re.findall(r"\bTextColumn\([^)]*\)", text)), file


@pytest.mark.parametrize(
    "message",
    [
        '{"_aws": 1}',
        '{"type": "platform.report", "record": 5}',
        '{"level": {}, "message": "x"}',
        "[1]",
        "[" * 9999,
        "{}",
        "7",
    ],
)
def test_a_log_line_is_shown_whatever_a_function_has_printed(message):
    assert logs._line({"timestamp": 0, "message": message}) == f"00:00:00 {message}"


MOVING = """
import os, sys
from lakeloop import plain, terminal
from rich.progress import Progress
with plain.printing():
    console = terminal.console(stderr=True)
    with Progress(console=console) as bar:
        task = bar.add_task("round 1", total=3)
        for _ in range(3):
            bar.advance(task)
            bar.refresh()
            print("a line \\x1b]0;title\\x07 of others")
    with console.status("layer"):
        console.print("another \\x1b[31m")
"""


def test_a_bar_moves_on_a_terminal_and_what_others_print_beside_it_is_shown():
    """Recipes print through ``printing``; while a bar moves, rich has a stream of its own before that."""
    ours, terminals = pty.openpty()
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "60"}
    words = [sys.executable, "-c", MOVING]
    process = subprocess.Popen(words, stdin=terminals, stdout=terminals, stderr=terminals, env=variables)
    os.close(terminals)
    printed = b""
    with contextlib.suppress(OSError):  # Linux: the other end is closed
        while read := os.read(ours, 65536):
            printed += read
    os.close(ours)
    assert process.wait() == 0, printed
    text = printed.decode()
    assert "\x1b[2K" in text
    assert "\x1b]0;" not in text, "rich leaves it out of what is printed beside a bar"
    assert re.findall(r"\\x[0-9a-f]{2}", text) == ["\\x1b"], "the console's own line has it spelt"


def test_a_dumb_terminal_is_as_wide_as_it_is_and_nothing_moves_on_it(monkeypatch):
    for name, value in {"FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    console = terminal.console()
    assert (console.is_terminal, console.width, console.is_interactive) == (True, 40, False)


@pytest.mark.parametrize(
    ("variables", "tty", "colored"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_programs_print_colours_where_a_terminal_has_some(monkeypatch, variables, tty, colored):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: tty))
    assert terminal.colored() is colored
