"""An emulator of a command's own, without starting one."""

import socket
from pathlib import Path

import pytest
from lakeloop import emulator
from lakeloop_project import UserError


def port_of(words):
    return int(next(word.removeprefix("port=") for word in words if word.startswith("port=")))


def test_a_port_that_another_takes_meanwhile_is_left_to_it(monkeypatch):
    # GIVEN another command that is quicker once
    asked, quicker = [], socket.socket()

    def ask(root, settings, *words):
        asked.append((words[0], port_of(words)))
        if len(asked) == 1:
            quicker.bind(("127.0.0.1", port_of(words)))
            raise UserError("it died")
        return "export AWS_ENDPOINT_URL=there\n"

    monkeypatch.setattr(emulator, "_ask", ask)

    # WHEN an emulator is started THEN it is on another port, and is ended there
    with quicker, emulator.own(Path(), Path("state"), enforcing=False) as variables:
        assert variables == {"AWS_ENDPOINT_URL": "there"}
    (_, taken), *others = asked
    assert [word for word, _ in others] == ["down", "up", "env", "down"]
    assert len({port for _, port in others[1:]} - {taken}) == 1


def test_what_else_keeps_it_from_starting_is_told_at_once(monkeypatch):
    asked = []

    def ask(root, settings, *words):
        asked.append(words[0])
        raise UserError("no room")

    monkeypatch.setattr(emulator, "_ask", ask)
    with pytest.raises(UserError, match="no room"), emulator.own(Path(), Path("state"), enforcing=False):
        pass
    assert asked == ["up", "down"]
