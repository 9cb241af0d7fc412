import pytest
from lakeloop.arguments import meant, take
from lakeloop.errors import UserError


@pytest.mark.parametrize(
    ("words", "found", "rest"),
    [
        ([], {}, []),
        (["raw=a/b"], {"raw": "a/b"}, []),
        (["build", "raw=x=y", "--select", "m"], {"raw": "x=y"}, ["build", "--select", "m"]),
        (["build", "--vars", "raw=1"], {}, ["build", "--vars", "raw=1"]),
        (["select 1 = 1"], {}, ["select 1 = 1"]),
    ],
)
def test_known_words_are_split_off(words, found, rest):
    assert take(words, {"raw"}) == (found, rest)


@pytest.mark.parametrize(("words", "message"), [(["rwa=x"], "Known: raw="), (["raw=a", "raw=b"], "twice")])
def test_unknown_and_repeated_words_are_refused(words, message):
    with pytest.raises(UserError, match=message):
        take(words, {"raw"})


def test_a_word_that_is_near_a_known_one_is_named():
    with pytest.raises(UserError, match=r"Unknown argument 'wiat=3'\. Did you mean wait=3\? Known: "):
        take(["wiat=3"], {"wait", "env"})


def test_known_words_are_named_in_the_same_order_each_time():
    """A set of texts has another order in each process."""
    known = {f"word{number}" for number in range(9)}
    with pytest.raises(
        UserError, match=rf"Known: {', '.join(f'{name}=...' for name in sorted(known))}".replace(".", r"\.")
    ):
        take(["x=1"], known)


@pytest.mark.parametrize(("word", "sentence"), [("puase", " Did you mean pause?"), ("zzz", "")])
def test_a_sentence_names_the_nearest_word(word, sentence):
    assert meant(word, {"pause": 1, "resume": 2}) == sentence
