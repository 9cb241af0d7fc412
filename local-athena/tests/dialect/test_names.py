"""Messages with the place in the user's text, and words that are no names."""

from __future__ import annotations

import pytest
from tests.dialect import shapes_of_names, shapes_of_places
from tests.dialect.conftest import Run

from local_athena import dialect
from local_athena.dialect.parsing import reserved
from local_athena.errors import AthenaError


@pytest.mark.parametrize(("sql", "message"), (*shapes_of_names.MESSAGES, *shapes_of_places.MESSAGES))
def test_a_message_speaks_of_what_the_user_wrote(sql: str, message: str, run: Run) -> None:
    with pytest.raises(AthenaError) as caught:
        run(sql)
    assert str(caught.value) == message


@pytest.mark.parametrize("form", ["select 1 as {}", "select t.{} from t", "select 1 from t as {}", "select 1 from {}"])
def test_a_reserved_word_is_no_name(form: str) -> None:
    for word in sorted(reserved.WORDS):
        with pytest.raises(AthenaError) as caught:
            dialect.parse(form.format(word.lower()))
        assert caught.value.code == "SYNTAX_ERROR", word
        dialect.parse(form.format(f'"{word.lower()}"'))
