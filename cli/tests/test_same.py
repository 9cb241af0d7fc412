"""Comparison of what AWS answers with what bootstrap sets: members that AWS adds are no difference, what is missing is one."""

import copy
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.bootstrap import bucket
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.same import holds, same_policy

NAMES = Names("acme", "dev", "lake", "acme/lake", "0" * 12, "aws", "eu-central-1")
PLAIN = st.recursive(
    st.booleans() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


class S3:
    """S3 that answers settings as AWS does: with members of its own beside those that were put."""

    def __init__(self):
        self.settings = {}
        self.puts = []

    def get_paginator(self, _):
        return SimpleNamespace(paginate=lambda: [{"Buckets": [{"Name": "lake-dev-tfstate"}]}])

    def __getattr__(self, call):
        verb, _, what = call.partition("_bucket_") if "_bucket_" in call else call.partition("_")

        def get(**_):
            if what not in self.settings:
                raise ClientError({"Error": {"Code": ABSENT[what]}}, call)
            return added(copy.deepcopy(self.settings[what]))

        def put(Bucket, ExpectedBucketOwner, **value):  # noqa: N803
            self.puts.append(what)
            (argument,) = value
            self.settings[what] = value[argument] if what == "versioning" else value

        return get if verb == "get" else put


ABSENT = {
    "public_access_block": "NoSuchPublicAccessBlockConfiguration",
    "ownership_controls": "OwnershipControlsNotFoundError",
    "versioning": "NoSuchBucket",
    "encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "policy": "NoSuchBucketPolicy",
}


def added(answer):
    """*answer* with a member that nobody set in each object, but for policies, which are texts."""
    if isinstance(answer, dict):
        return {
            **{name: added(value) for name, value in answer.items()},
            "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
        }
    return [added(each) for each in answer] if isinstance(answer, list) else answer


def test_every_setting_of_the_bucket_comes_to_rest_whatever_aws_says_besides():
    s3 = S3()
    steps = bucket.steps(SimpleNamespace(client=lambda *_, **__: s3), NAMES)
    assert len(steps) == 6
    for step in steps:
        if not step.exists():
            step.create()
    assert sorted(s3.puts) == sorted(ABSENT)
    assert all(step.exists() for step in steps)


@pytest.mark.parametrize("setting", bucket.SETTINGS, ids=lambda setting: setting[0])
def test_a_setting_that_was_changed_is_no_longer_there(setting):
    _, _, _, value, _ = setting
    for place, broken in broken_in_turn(value):
        assert not holds(added(broken), value), place


def broken_in_turn(value, place=()):
    """Copies of *value*, each with another leaf changed or taken away."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield (*place, name), {other: kept for other, kept in value.items() if other != name}
            for where, broken in broken_in_turn(each, (*place, name)):
                yield where, {**value, name: broken}
    elif isinstance(value, list):
        yield place, []
        for where, broken in broken_in_turn(value[0], place):
            yield where, [broken]
    else:
        yield place, "other"


@given(PLAIN)
def test_a_thing_holds_itself_and_itself_with_more(value):
    assert holds(value, value)
    assert holds(added(value), value)


POLICY = NAMES.document("state-bucket")


@pytest.mark.parametrize(
    "said",
    [
        {**POLICY, "Statement": [{**POLICY["Statement"][0], "Principal": {"AWS": "*"}}]},
        {**POLICY, "Statement": [{**POLICY["Statement"][0], "Resource": POLICY["Statement"][0]["Resource"][::-1]}]},
        {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": ["s3:*"]}]},
        {
            **POLICY,
            "Statement": [{**POLICY["Statement"][0], "Condition": {"Bool": {"aws:securetransport": ["false"]}}}],
        },
        {**POLICY, "Statement": POLICY["Statement"][0]},
    ],
)
def test_a_policy_is_the_same_however_it_is_written(said):
    assert same_policy(json.loads(json.dumps(said)), POLICY)


@pytest.mark.parametrize(
    "other",
    [
        {
            **POLICY,
            "Statement": [
                *POLICY["Statement"],
                {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
            ],
        },
        {**POLICY, "Statement": [{**POLICY["Statement"][0], "Effect": "Allow"}]},
        {**POLICY, "Statement": [{**POLICY["Statement"][0], "Condition": {}}]},
        {**POLICY, "Statement": []},
        None,
    ],
)
def test_a_policy_with_more_or_less_is_another_one(other):
    assert not same_policy(other, POLICY)
