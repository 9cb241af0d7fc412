"""Local Athena on both sides of `just truth`: in this process, and through its API with differences planted in what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from tests.conftest import BUCKET
from tests.dialect import test_expressions
from tests.dialect.cases import case
from tests.truth import __main__ as truth
from tests.truth import answers
from tests.truth.answers import Answer
from tests.truth.asking import Asking, TooDear, dollars
from tests.truth.comparing import Question

from local_athena import dialect
from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import ApiError
from local_athena.engine import Engine
from local_athena.storage import AwsClients

PRICE = 5.0
VALUES = ["1 + 1", "x from (values 'a') t(x)", "upper('b')", "null", "''", "0.1e0 + 0.2e0", "array['x', null]"]
ERRORS = ["1 / 0", "selec(", "nosuch(1)"]
QUESTIONS = [
    *(Question("numbers" if n < 1 else "texts", sql) for n, sql in enumerate(VALUES)),
    *(Question("errors", sql, refused=True) for sql in ERRORS),
]


class Client:
    """Athena's client without HTTP; ``planted`` is what is asked in the place of what a statement says."""

    def __init__(self, service: LocalAthena) -> None:
        self._service = service
        self.planted: dict[str, str] = {}
        self.asked: list[str] = []

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self._service.call(operation, request, Identity())
        except ApiError as error:
            raise ClientError(
                {"Error": {"Code": error.code, "Message": error.message}, **error.fields}, operation
            ) from error

    def start_query_execution(self, QueryString: str, **request: Any) -> dict[str, Any]:  # noqa: N803 - as boto3 calls it
        self.asked.append(QueryString)
        for said, planted in self.planted.items():
            QueryString = QueryString.replace(said, planted)  # noqa: N806
        return self._call("StartQueryExecution", QueryString=QueryString, ClientRequestToken=str(uuid4()), **request)

    def get_query_execution(self, **request: Any) -> dict[str, Any]:
        return self._call("GetQueryExecution", **request)

    def get_query_results(self, **request: Any) -> dict[str, Any]:
        return self._call("GetQueryResults", **request)

    def stop_query_execution(self, **request: Any) -> dict[str, Any]:
        return self._call("StopQueryExecution", **request)


@pytest.fixture
def athena(aws: AwsClients, tmp_path: Path) -> Iterator[Client]:
    service = LocalAthena(lambda identity: aws, lambda identity, clients: Engine(clients, tmp_path / "cache"))
    client = Client(service)
    location = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/out/"}}
    client._call("CreateWorkGroup", Name="truth", Configuration=location)
    yield client
    service.close()


def asking(athena: Client, most: int = 100) -> Asking:
    return Asking(athena, "truth", "default", most)


def outcome(athena: Client, style: str = "tsv", most: int = 100) -> int:
    return truth.truth(asking(athena, most), QUESTIONS, style, "the other", PRICE, save=False)


def test_an_athena_agrees_with_itself_in_few_statements(athena: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(athena) == 0
    printed = capsys.readouterr()
    assert printed.out == "family\texpression\tasked\tlocal\n"
    assert "10 agree, 0 differ" in printed.err
    assert len(athena.asked) == 1 + len(ERRORS) == truth.plan(QUESTIONS, PRICE)["statements"]


def test_a_planted_difference_is_found_and_hides_no_other(athena: Client, capsys: pytest.CaptureFixture[str]) -> None:
    athena.planted = {"1 + 1": "1 + 2", "upper('b')": "unknown('b')", "1 / 0": "1 / 1"}
    assert outcome(athena) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "numbers\t1 + 1\t'3' integer\t'2' integer",
        "texts\tupper('b')\tFUNCTION_NOT_FOUND\t'B' varchar(1)",
        "errors\t1 / 0\t'1' integer\tDIVISION_BY_ZERO",
    ]


def test_a_page_and_a_table_tell_the_same(athena: Client, capsys: pytest.CaptureFixture[str]) -> None:
    athena.planted = {"1 + 1": "1 + 2"}
    assert outcome(athena, "md") == 1
    page = capsys.readouterr().out
    assert page.startswith("# Local Athena against the other\n")
    assert "| numbers | 0 | 1 | 0 |" in page
    assert "| `1 + 1` | `'3' integer` | `'2' integer` |" in page
    outcome(athena, "table")
    assert "'3' integer" in capsys.readouterr().out


def test_the_cap_ends_it_and_says_so(athena: Client, capsys: pytest.CaptureFixture[str]) -> None:
    asked = asking(athena, most=2)
    with pytest.raises(TooDear):
        asked.ask(VALUES, ERRORS)
    assert asked.statements == 2 == len(athena.asked)
    assert outcome(athena, most=1) == 1
    assert "Stopped at its cap, with 7 of 10 expressions answered" in capsys.readouterr().err


def test_what_local_athena_refuses_by_name_is_no_difference_that_counts(
    athena: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "covar_pop(y, x) from (values (2e0, 3e0), (infinity(), 1e0)) t(y, x)"
    athena.planted = {sql: "nan()"}
    one = [Question("moments", sql, refused=True, ours=True)]
    assert truth.truth(asking(athena), one, "tsv", "the other", PRICE, save=False) == 0
    assert "0 differ, 1 are refused by name here alone" in capsys.readouterr().err


def test_everything_there_is_costs_less_than_a_dollar() -> None:
    asked = truth.questions()
    planned = truth.plan(asked, PRICE)
    assert planned["values"] + planned["errors"] == len({question.sql for question in asked}) > 4_000
    assert planned["dollars"] == dollars(int(planned["statements"]), PRICE) < 0.1


def test_answers_are_kept_sorted_and_come_back(tmp_path: Path) -> None:
    file = tmp_path / "athena.jsonl"
    assert answers.load(file) == {}
    kept = {"b": Answer("varchar", None), "a": Answer("varchar", "ä"), "c": Answer(error="X")}
    answers.save(kept, file)
    assert file.read_text("utf-8") == (
        '{"sql": "a", "type": "varchar", "text": "ä"}\n'
        '{"sql": "b", "type": "varchar", "text": null}\n'
        '{"sql": "c", "error": "X"}\n'
    )
    assert answers.load(file) == kept


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Answer("double", "0.30000000000000004"), Answer("double", "0.3"), True),
        (Answer("array(double)", "[1.0, 2.0]"), Answer("array(double)", "[1.0, 2.1]"), False),
        (Answer("varchar", "0.30000000000000004"), Answer("varchar", "0.3"), False),
        (Answer("double", None), Answer("double", "NaN"), False),
        (Answer("varchar(1)", ""), Answer("varchar", ""), False),
        (Answer(error="A"), Answer(error="B"), False),
    ],
)
def test_answers_are_the_same_but_for_the_last_digit_of_a_double(one: Answer, other: Answer, alike: bool) -> None:
    assert answers.same(one, other) is alike


VALUE = case.Case("1 + 1", 2, "integer")
ERROR = case.Refused("1 / 0", "DIVISION_BY_ZERO")


def judge(row: Any, recorded: Answer | None) -> None:
    connection = dialect.connect()

    def run(sql: str) -> Any:
        made, rows = truth.local.fetched(connection, sql, lambda ran: ran.fetchall())
        return rows, [(column.name, str(dialect.types.from_datatype(column.type))) for column in made.columns]

    judged = test_expressions.judge_value if isinstance(row, case.Case) else test_expressions.judge_error
    judged(row, run, connection, recorded)


def test_a_recorded_answer_wins_over_the_table() -> None:
    judge(VALUE, Answer("integer", "2"))
    with pytest.raises(AssertionError, match="Athena has answered '3' integer, local Athena answers '2' integer"):
        judge(VALUE, Answer("integer", "3"))
    with pytest.raises(AssertionError, match="Athena has answered '0' integer"):
        judge(ERROR, Answer("integer", "0"))


def test_a_table_that_athena_contradicts_is_warned_of() -> None:
    with pytest.warns(
        UserWarning, match=r"Athena has answered '2' integer to 1 \+ 1; the table says 5 integer: mend the table"
    ):
        judge(case.Case("1 + 1", 5, "integer"), Answer("integer", "2"))
    with pytest.warns(UserWarning, match="the table says NOT_SUPPORTED"):
        judge(case.Refused("1 / 0", "NOT_SUPPORTED"), Answer(error="DIVISION_BY_ZERO"))
