"""Words of ``just replay`` about a statement that is run again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lakeloop.errors import UserError
from lakeloop.sampling import replay
from lakeloop.sampling.replay import Statement

CAST = "Database Error in model fct (models/fct.sql)\n  INVALID_CAST_ARGUMENT: Cannot cast 'x9' to INT"
CONTRACT = (
    "Compilation Error in model fct (models/fct.sql)\n  its 'columns' specification is missing\n"
    "  > in macro a (macros/a.sql)\n  > called by model fct (models/fct.sql)"
)


@pytest.mark.parametrize(
    ("there", "here", "said"),
    [
        (CAST, "The query failed on Athena: INVALID_CAST_ARGUMENT: Cannot cast 'x1' to INT", "fails here, too ("),
        (CONTRACT, "The query failed on Athena: INVALID_CAST_ARGUMENT: 'x1'", "fails here, with another error ("),
        (CAST, None, "does not fail here"),
    ],
)
def test_it_says_whether_the_error_is_the_same(there, here, said, monkeypatch, capsys):
    def execute(*given, **more):
        if here is not None:
            raise UserError(here)
        return SimpleNamespace(columns=[])

    monkeypatch.setattr(replay.athena, "execute", execute)
    monkeypatch.setattr(replay.athena, "rows", lambda *given: iter(()))
    lake = SimpleNamespace(athena_workgroup="w", glue_database="g")
    statement = Statement("model.shop.fct", there, "select 1", ("model.shop.a",))
    assert replay._try(None, lake, statement, "select 1") == (0 if here is None else 1)
    told = capsys.readouterr().out
    assert f"fct {said}" in told
    assert "macro" not in told, "of a message, what macros it came through"
