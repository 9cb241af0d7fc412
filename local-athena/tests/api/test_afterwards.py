"""Actions after an answer run at once, or when the server says so, in the context of the request."""

from __future__ import annotations

from contextvars import ContextVar

from local_athena.api.afterwards import afterwards, collecting

CALLER: ContextVar[str] = ContextVar("caller", default="nobody")


def test_actions_wait_for_the_answer_and_keep_their_context() -> None:
    seen: list[str] = []

    def see() -> None:
        seen.append(CALLER.get())

    with collecting() as actions:
        token = CALLER.set("somebody")
        afterwards(see)
        CALLER.reset(token)
        assert seen == []
    for action in actions:
        action()
    assert seen == ["somebody"]
    afterwards(see)
    assert seen == ["somebody", "nobody"]
