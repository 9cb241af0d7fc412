"""Shards without an emulator: numbers, ranges, splits and merges, retention, iterators, limits."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from itertools import pairwise

import pytest

from local_kinesis import limits, sequence
from local_kinesis.errors import KinesisError
from local_kinesis.iterators import SECONDS, Iterator, place
from local_kinesis.shard import Record, Shard
from local_kinesis.shards import KEYS, Shards, hash_key

DAY = 24.0


@dataclass
class Clock:
    """A time that tests set."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shards(clock: Clock) -> Shards:
    return Shards(2, clock)


def read(shards: Shards, shard: Shard, after: int | None = None, limit: int = 10_000) -> list[Record]:
    return shards.read(shard, shard.first if after is None else after, DAY, limit)[0]


def test_sequence_numbers_have_56_digits_and_rise_within_a_shard(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    numbers = []
    for step in range(1000):
        clock.now += step % 3 - 1  # a clock that goes back now and then
        numbers.append(shards.put(shard, "k", b"").sequence)
    assert numbers == sorted(set(numbers))
    assert {len(str(number)) for number in [*numbers, shard.first, shard.end]} == {56}
    assert numbers[0] > 2**63
    assert all(sequence.parse(str(number)) == number for number in numbers)


def test_children_have_greater_numbers_than_their_parents(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    last = [shards.put(shard, "k", b"") for _ in range(3)][-1]
    shards.split(shard, shard.high // 2)
    left, right = shard.children
    shards.merge(left, right)
    (merged,) = right.children
    assert merged.parents == (left.id, right.id) and left.parents == (shard.id,)
    grandchild = shards.put(merged, "k", b"")
    assert last.sequence < left.first < right.first < grandchild.sequence


def test_every_hash_key_has_one_open_shard_through_splits_and_merges(shards: Shards) -> None:
    shards.scale(4)
    shards.scale(3)
    for _ in range(2):
        opened = shards.open
        assert opened[0].low == 0 and opened[-1].high == KEYS - 1
        assert all(one.high + 1 == other.low for one, other in pairwise(opened))
        shards.scale(2)
    assert shards.of(KEYS - 1) is shards.open[-1] and shards.of(0) is shards.open[0]


def test_three_shards_take_the_highest_hash_key() -> None:
    three = Shards(3)
    assert three.of(KEYS - 1).number == 2 and three.open[-1].high == KEYS - 1


def test_a_closed_shard_keeps_its_records_and_takes_no_more(shards: Shards) -> None:
    shard = shards.of(hash_key("k"))
    put = [shards.put(shard, "k", bytes([number])) for number in range(3)]
    shards.split(shard, (shard.low + shard.high) // 2)
    assert read(shards, shard) == put
    assert all(read(shards, child) == [] for child in shard.children)
    assert shards.of(hash_key("k")) in shard.children
    assert shards.read(shard, put[-1].sequence, DAY) == ([], 0, True)
    with pytest.raises(KinesisError, match="already been merged or split"):
        shards.split(shard, shard.high)


@pytest.mark.parametrize("where", ["low", "beyond"])
def test_a_split_has_a_key_within_the_shard(shards: Shards, where: str) -> None:
    first, second = shards.open
    with pytest.raises(KinesisError, match="NewStartingHashKey"):
        shards.split(first, first.low if where == "low" else second.low)


def test_shards_that_do_not_adjoin_are_not_merged() -> None:
    first, _, third = Shards(3).open
    with pytest.raises(KinesisError, match="not an adjacent pair"):
        Shards(3).merge(first, third)


def test_the_shard_count_at_most_doubles_and_at_least_halves(shards: Shards) -> None:
    with pytest.raises(KinesisError, match="cannot scale from 2 to 5"):
        shards.scale(5)
    shards.scale(4)
    with pytest.raises(KinesisError, match="cannot scale from 4 to 1"):
        shards.scale(1)


def test_records_go_when_they_are_older_than_the_retention(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    old = shards.put(shard, "k", b"old")
    clock.now += DAY * 3600 - 1
    new = shards.put(shard, "k", b"new")
    assert read(shards, shard) == [old, new]
    clock.now += 2
    assert read(shards, shard) == [new]
    # The horizon has moved: an iterator at what is gone reads the oldest that is there.
    assert read(shards, shard, place(shard, "AT_SEQUENCE_NUMBER", str(old.sequence), None)) == [new]


def test_a_closed_shard_is_listed_until_its_records_are_gone(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    shards.split(shard, shard.high // 2)
    clock.now += DAY * 3600 - 1
    assert shard in shards.all(DAY)
    clock.now += 2
    assert shard not in shards.all(DAY) and len(shards.all(DAY)) == 3
    with pytest.raises(KinesisError, match="does not exist"):
        shards.get(shard.id, DAY)


def test_iterators_begin_where_they_are_asked_to(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    put = []
    for _ in range(5):
        clock.now += 10
        put.append(shards.put(shard, "k", b""))

    def begins(kind: str, number: int | None = None, moment: float | None = None) -> list[Record]:
        return read(shards, shard, place(shard, kind, None if number is None else str(number), moment))

    assert begins("TRIM_HORIZON") == put
    assert begins("LATEST") == []
    assert begins("AT_SEQUENCE_NUMBER", put[2].sequence) == put[2:]
    assert begins("AFTER_SEQUENCE_NUMBER", put[2].sequence) == put[3:]
    assert begins("AT_SEQUENCE_NUMBER", shard.first) == put
    assert begins("AT_TIMESTAMP", moment=put[3].arrived) == put[3:]
    assert begins("AT_TIMESTAMP", moment=put[3].arrived + 0.001) == put[4:]
    assert begins("AT_TIMESTAMP", moment=0) == put


@pytest.mark.parametrize("number", ["17", "x", "", "9" * 56, None])
def test_a_number_of_another_shard_or_of_none_is_refused(shards: Shards, number: str | None) -> None:
    with pytest.raises(KinesisError, match=r"(?i)startingSequenceNumber"):
        place(shards.open[0], "AFTER_SEQUENCE_NUMBER", number, None)
    other = shards.put(shards.open[1], "k", b"")
    with pytest.raises(KinesisError, match="did not come from this shard"):
        place(shards.open[0], "AFTER_SEQUENCE_NUMBER", str(other.sequence), None)


def test_an_iterator_expires_after_five_minutes() -> None:
    word = Iterator("s", "shardId-000000000000", 7).word(now=1000.0)
    assert Iterator.of(word, now=1000.0 + SECONDS) == Iterator("s", "shardId-000000000000", 7)
    with pytest.raises(KinesisError) as refused:
        Iterator.of(word, now=1001.0 + SECONDS)
    assert refused.value.code == "ExpiredIteratorException"
    with pytest.raises(KinesisError) as refused:
        Iterator.of("rubbish")
    assert refused.value.code == "InvalidArgumentException"


def test_a_call_reads_at_most_10_mib_and_at_least_one_record(shards: Shards) -> None:
    shard = shards.open[0]
    for size in (1, 6, 5, 10, 1):
        shards.put(shard, "k", bytes(size * 1024 * 1024))
    sizes, after = [], shard.first
    while found := read(shards, shard, after):
        sizes.append([len(record.data) // 1024 // 1024 for record in found])
        after = found[-1].sequence
    assert sizes == [[1, 6], [5], [10], [1]]
    assert len(read(shards, shard, limit=2)) == 2


def test_lag_is_told_until_the_reader_is_at_the_tip(shards: Shards, clock: Clock) -> None:
    shard = shards.open[0]
    for _ in range(3):
        shards.put(shard, "k", b"")
        clock.now += 1
    assert [shards.read(shard, shard.first, DAY, limit)[1] for limit in (1, 2, 3)] == [2000, 1000, 0]


def test_shards_outlive_a_saved_state() -> None:
    shards = Shards(2)
    shard = shards.open[0]
    put = shards.put(shard, "k", b"1")
    loaded: Shards = pickle.loads(pickle.dumps(shards))
    assert read(loaded, loaded.open[0]) == [put]
    assert loaded.put(loaded.open[0], "k", b"2").sequence > put.sequence


# Limits


def code(records: list[tuple[str, bytes]], kib: int = limits.RECORD_KIB) -> str:
    try:
        limits.check_request(records, kib)
    except KinesisError as error:
        return error.code
    return ""


def test_a_record_counts_with_its_partition_key() -> None:
    most = 1024 * 1024
    assert code([("k", bytes(most - 1))]) == ""
    assert code([("k", bytes(most))]) == "InvalidArgumentException"
    assert code([("é", bytes(most - 1))]) == "InvalidArgumentException"
    assert code([("k", bytes(most))], kib=2048) == ""
    assert code([("k", bytes(10 * most + 1))], kib=10_240) == "ValidationException"


@pytest.mark.parametrize("key", ["", "k" * 257])
def test_a_partition_key_has_1_to_256_characters(key: str) -> None:
    assert code([(key, b"")]) == "ValidationException"
    assert code([("é" * 256, b"")]) == ""


def test_a_request_has_at_most_500_records_and_10_mib() -> None:
    assert code([("k", b"")] * 500) == ""
    assert code([("k", b"")] * 501) == "ValidationException"
    assert code([]) == "ValidationException"
    assert code([("k", bytes(1024 * 1024 - 1))] * 10) == ""
    assert code([("k", bytes(1024 * 1024 - 1))] * 10 + [("k", b"")]) == "InvalidArgumentException"


def test_a_shard_takes_a_thousand_records_or_a_mebibyte_a_second() -> None:
    clock = Clock()
    rate = limits.Rate(clock)
    assert sum(rate.takes(10) for _ in range(1500)) == 1000
    clock.now += 0.5
    assert sum(rate.takes(10) for _ in range(1500)) == 500
    clock.now += 10
    assert sum(rate.takes(256 * 1024) for _ in range(10)) == 4
    clock.now += 1
    assert rate.takes(5 * 1024 * 1024)  # a burst, paid for later
    clock.now += 1
    assert not rate.takes(1)
    clock.now += 4
    assert rate.takes(1)
