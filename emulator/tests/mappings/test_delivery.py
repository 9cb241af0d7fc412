"""Batches of one shard, delivered to functions that fail: no time passes, for the tests' own waits return at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from local_lambda.mappings import answers
from local_lambda.mappings.delivery import Delivery
from local_lambda.mappings.model import Discarded, Done, Failed, NotInvoked, Outcome, Policy, Record

NOW = 1_000_000.0
Function = Callable[[list[int]], Outcome]


def records(*numbers: int, arrived: float = NOW) -> list[Record]:
    return [Record(str(number), arrived, {}, 10) for number in numbers]


@dataclass
class Shard:
    """A delivery, and all that it did."""

    function: Function
    policy: Policy
    stop_after: int = 1000
    calls: list[list[int]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    discarded: list[tuple[list[int], str, int]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def deliver(self, batch: list[Record]) -> bool:
        return Delivery(
            "s", self.policy, self._invoke, lambda record: self.positions.append(int(record.sequence)), self._discard,
            self._wait, lambda: NOW,
        ).deliver(batch)  # fmt: skip

    def _invoke(self, batch: Sequence[Record]) -> Outcome:
        self.calls.append([int(record.sequence) for record in batch])
        return self.function(self.calls[-1])

    def _discard(self, one: Discarded) -> None:
        self.discarded.append(([int(record.sequence) for record in one.records], one.condition, one.invocations))

    def _wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return len(self.waits) <= self.stop_after


def poison(*bad: int) -> Function:
    """A function that fails on batches with any of these."""
    return lambda batch: Failed(function_error="Unhandled") if set(bad) & set(batch) else Done()


def reporting(*bad: int) -> Function:
    """A function that reports the first of these."""

    def handle(batch: list[int]) -> Outcome:
        failed = [number for number in batch if number in bad]
        return Failed(first=str(failed[0])) if failed else Done()

    return handle


def test_a_batch_that_is_taken_moves_the_position_to_its_end() -> None:
    shard = Shard(poison(), Policy())
    assert shard.deliver(records(1, 2, 3))
    assert (shard.calls, shard.positions, shard.waits) == ([[1, 2, 3]], [3], [])


def test_a_batch_is_tried_again_as_long_as_it_takes() -> None:
    answers_ = iter([Failed()] * 20 + [Done()])
    shard = Shard(lambda batch: next(answers_), Policy())
    assert shard.deliver(records(1, 2))
    assert shard.calls == [[1, 2]] * 21 and shard.positions == [2] and not shard.discarded
    assert shard.waits[-1] > shard.waits[0] and max(shard.waits) <= 30


def test_a_batch_is_given_up_after_its_retries() -> None:
    shard = Shard(poison(2), Policy(retries=2))
    assert shard.deliver(records(1, 2, 3))
    assert shard.calls == [[1, 2, 3]] * 3
    assert shard.discarded == [([1, 2, 3], "RetryAttemptsExhausted", 3)]
    assert shard.positions == [3]


def test_no_retries_is_one_try() -> None:
    shard = Shard(poison(1), Policy(retries=0))
    assert shard.deliver(records(1))
    assert shard.calls == [[1]] and shard.discarded == [([1], "RetryAttemptsExhausted", 1)]


@pytest.mark.parametrize("retries", [0, 1])
def test_splitting_a_batch_finds_the_bad_record_and_spends_no_retry(retries: int) -> None:
    shard = Shard(poison(5), Policy(bisect=True, retries=retries))
    assert shard.deliver(records(*range(1, 9)))
    assert shard.calls[:6] == [
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [5, 6],
        [5],
        *([[5]] if retries else [[6]]),
    ]
    assert shard.discarded == [([5], "RetryAttemptsExhausted", retries + 1)]
    assert shard.positions == sorted(shard.positions) and shard.positions[-1] == 8
    taken = {number for call in shard.calls if 5 not in call for number in call}
    assert taken == {1, 2, 3, 4, 6, 7, 8}


@pytest.mark.parametrize("bisect", [False, True])
def test_a_reported_record_is_where_the_next_try_begins(bisect: bool) -> None:
    seen: list[int] = []

    def handle(batch: list[int]) -> Outcome:
        seen.append(len(batch))
        return Failed(first="3") if len(seen) == 1 else Done()

    shard = Shard(handle, Policy(bisect=bisect, reports_failures=True))
    assert shard.deliver(records(1, 2, 3, 4))
    assert shard.calls == [[1, 2, 3, 4], [3, 4]] and shard.positions == [2, 4]


def test_a_record_that_is_always_reported_is_given_up_with_all_behind_it() -> None:
    shard = Shard(reporting(3), Policy(retries=2, reports_failures=True))
    assert shard.deliver(records(1, 2, 3, 4))
    assert shard.calls == [[1, 2, 3, 4], [3, 4], [3, 4]]
    assert shard.discarded == [([3, 4], "RetryAttemptsExhausted", 3)]


def test_a_first_record_that_is_reported_is_split_off() -> None:
    shard = Shard(reporting(1), Policy(retries=0, bisect=True, reports_failures=True))
    assert shard.deliver(records(1, 2, 3))
    assert shard.calls == [[1, 2, 3], [1], [2, 3]]
    assert shard.discarded == [([1], "RetryAttemptsExhausted", 1)]


def test_a_function_that_is_not_reached_spends_no_retry() -> None:
    answers_ = iter([NotInvoked("throttled")] * 5 + [Failed(), Done()])
    shard = Shard(lambda batch: next(answers_), Policy(retries=1))
    assert shard.deliver(records(1))
    assert len(shard.calls) == 7 and not shard.discarded


def test_old_records_are_given_up_and_the_others_are_not() -> None:
    shard = Shard(poison(), Policy(age_seconds=60))
    assert shard.deliver([*records(1, 2, arrived=NOW - 61), *records(3, arrived=NOW - 59)])
    assert shard.discarded == [([1, 2], "RecordAgeExceeded", 0)]
    assert shard.calls == [[3]] and shard.positions == [2, 3]


def test_a_delivery_that_is_stopped_keeps_its_position() -> None:
    shard = Shard(reporting(3), Policy(), stop_after=2)
    assert not shard.deliver(records(1, 2, 3, 4))
    assert shard.positions == [2]


@pytest.mark.parametrize(
    ("answer", "first"),
    [
        (None, None),
        ({}, None),
        ({"batchItemFailures": []}, None),
        ({"batchItemFailures": None}, None),
        ("text", None),
        ({"batchItemFailures": [{"itemIdentifier": "11"}, {"itemIdentifier": "9"}]}, "9"),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, "8"),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, "8"),
        ({"batchItemFailures": [{"wrong": "11"}]}, "8"),
        ({"batchItemFailures": [{"itemIdentifier": "12345"}]}, "8"),
    ],
)
def test_answers_name_the_first_record_that_failed(answer: object, first: str | None) -> None:
    outcome = answers.outcome(answer, records(8, 9, 10, 11), "r", "1")
    assert outcome == (Done() if first is None else Failed("r", "", "1", first))
