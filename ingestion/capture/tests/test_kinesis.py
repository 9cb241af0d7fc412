"""Records into Kinesis: cut into calls, sent again where the stream refuses, and never out of order."""

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
        lane=st.sampled_from(["a", "b", "c"]),
        key=st.sampled_from(["k", "é"]),
        data=st.integers(0, 3_000_000).map(bytes),
        snapshot=st.booleans(),
    ),
    max_size=12,
)


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
def test_calls_are_within_the_limits_and_hold_one_record_of_a_table(records):
    cut = list(calls(records))
    assert [record for call in cut for record in call] == records
    for call in cut:
        assert len(call) <= 500
        assert len(call) == 1 or sum(len(record.data) + len(record.key.encode()) for record in call) <= 5 * 1024 * 1024
        for index, record in enumerate(call):
            assert record.snapshot or record.lane not in [earlier.lane for earlier in call[:index]]


@given(
    st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.booleans(), max_size=8), st.none() | st.integers(1, 6)
)
def test_a_table_s_records_enter_in_order_and_without_gaps_whatever_is_refused(lanes, refusals, dies_after):
    """GIVEN records of some tables WHEN the stream refuses some, or dies THEN it holds the first so many of each table."""
    records = [Record(lane, "k", f"{lane}{index:02}".encode()) for index, lane in enumerate(lanes)]
    stream = Flaky(refusals, dies_after)
    try:
        Kinesis("changes", stream, lambda seconds: None).append(records)
        whole = True
    except CaptureFailed:
        whole = False
    for lane in "abc":
        sent = [record.data for record in records if record.lane == lane]
        kept = [data for data in stream.kept if data.decode().startswith(lane)]
        assert kept == (sent if whole else sent[: len(kept)])


def test_a_stream_that_goes_on_refusing_is_an_error():
    with pytest.raises(CaptureFailed, match=r"changes refused 1 records 12 times.*slow down"):
        Kinesis("changes", Flaky([True] * 50), lambda seconds: None).append([Record("a", "k", b"x")])


def test_a_stream_that_is_not_there_is_refused_with_the_command():
    class Absent:
        def describe_stream_summary(self, StreamName):  # noqa: N803 - boto3's name
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeStreamSummary")

    with pytest.raises(CaptureRefused, match=r"no stream changes: `changes = \{\}`.*tf-apply"):
        Kinesis("changes", Absent()).check()
