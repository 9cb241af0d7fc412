"""Records into Kinesis: cut into calls, sent again where the stream refuses, and never out of order."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.kinesis import Kinesis, calls
from lakeloop_capture.transport import Record

RECORDS = st.lists(
    st.builds(
        Record,
        table=st.sampled_from(["a", "b", "c"]),
        key=st.sampled_from(["k", "é", "l"]),
        data=st.integers(0, 3_000_000).map(bytes),
        snapshot=st.booleans(),
    ),
    max_size=12,
).map(lambda records: sorted(records, key=lambda record: not record.snapshot))


class Flaky:
    """A stream that refuses the records that *refusals* say, one after another, and may die in the middle of a call."""

    def __init__(self, refusals, dies_after=None):
        self.refusals = iter(refusals)
        self.kept = []
        self.calls = 0
        self.dies_after = dies_after

    def put_records(self, StreamName, Records):  # noqa: N803 - boto3's names
        self.calls += 1
        answers = []
        for record in Records:
            if next(self.refusals, False):
                answers.append({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"})
            else:
                self.kept.append(record["Data"])
                answers.append({"SequenceNumber": "1", "ShardId": "0"})
        if self.dies_after == self.calls:
            raise ClientError({"Error": {"Code": "InternalFailure", "Message": "gone"}}, "PutRecords")
        return {"Records": answers}


@given(RECORDS)
def test_calls_are_within_the_limits_and_hold_one_record_of_a_lane(records):
    cut = list(calls(records))
    assert all(cut) and Counter(record for call in cut for record in call) == Counter(records)
    for call in cut:
        assert len(call) <= 500
        assert len(call) == 1 or sum(len(record.data) + len(record.key.encode()) for record in call) <= 5 * 1024 * 1024
        for index, record in enumerate(call):
            assert record.snapshot or record.lane not in [earlier.lane for earlier in call[:index]]
            assert record.snapshot or record.table not in [each.table for each in call[:index] if each.snapshot]
    # Equal records are the same one; of others, those of a lane keep their order.
    sent = [record for call in cut for record in call]
    for lane in {record.lane for record in records}:
        assert [one for one in sent if one.lane == lane] == [one for one in records if one.lane == lane]


def test_a_thousand_rows_of_a_table_go_in_a_few_calls():
    assert len(list(calls([Record("t", f"t {number}", b"x") for number in range(1000)]))) <= 60


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("kl")), max_size=12),
    st.lists(st.booleans(), max_size=8),
    st.none() | st.integers(1, 6),
)
def test_a_lane_s_records_enter_in_order_and_without_gaps_whatever_is_refused(records, refusals, dies_after):
    """GIVEN records of some lanes WHEN the stream refuses some, or dies THEN it holds the first so many of each lane."""
    records = [Record(table, key, f"{index:02}".encode()) for index, (table, key) in enumerate(records)]
    stream = Flaky(refusals, dies_after)
    try:
        Kinesis("changes", stream, lambda seconds: None).append(records)
        whole = True
    except CaptureFailed:
        whole = False
    for lane in {record.lane for record in records}:
        sent = [record.data for record in records if record.lane == lane]
        kept = [data for data in stream.kept if data in sent]
        assert kept == (sent if whole else sent[: len(kept)])


def test_a_stream_that_goes_on_refusing_is_an_error():
    with pytest.raises(CaptureFailed, match=r"changes refused 1 records 12 times.*slow down"):
        Kinesis("changes", Flaky([True] * 50), lambda seconds: None).append([Record("a", "k", b"x")])


def test_a_stream_that_was_made_anew_is_another():
    def made(second):
        stream = Absent()
        moment = datetime(2026, 11, 30, 2, 0, second, tzinfo=UTC)
        stream.describe_stream_summary = lambda StreamName: {  # noqa: N803 - boto3's name
            "StreamDescriptionSummary": {"StreamARN": "arn", "StreamCreationTimestamp": moment}
        }
        return Kinesis("changes", stream).check()

    class Absent:
        pass

    assert made(1) == made(1) == "kinesis:arn@2026-11-30T02:00:01+00:00" != made(2)


def test_a_stream_that_is_not_there_is_refused_with_the_command():
    class Absent:
        def describe_stream_summary(self, StreamName):  # noqa: N803 - boto3's name
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeStreamSummary")

    with pytest.raises(CaptureRefused, match=r"no stream changes: `changes = \{\}`.*tf-apply"):
        Kinesis("changes", Absent()).check()
