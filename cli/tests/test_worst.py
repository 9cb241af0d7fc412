"""The list in SECURITY.md of what each role could do at worst: derived from the policies, and it says what they say."""

import pytest
from lakeloop.bootstrap import iam, worst
from lakeloop.workspace import find


def test_the_page_says_what_the_policies_say():
    page = (find().root / worst.PAGE).read_text("utf-8")
    assert page == worst.written(page), "uv run python -m lakeloop.bootstrap.worst"


def test_a_permission_more_changes_the_list(monkeypatch):
    before = worst.section()
    monkeypatch.setattr(iam, "FIRST_DEPLOYMENT", {"deploy": ("first-deployment", "empty-buckets")})
    after = worst.section()
    assert (
        "`s3:DeleteObjectVersion` (every bucket)"
        in after.split("`PROJECT-ENV-deploy` where `force_destroy")[1].split("**")[1]
    )
    assert after != before


def test_a_role_that_destroys_what_is_kept_is_no_list(monkeypatch):
    monkeypatch.setitem(iam.ROLES, "destroy", ("", ("read", "destroy")))
    with pytest.raises(AssertionError, match="more than a plan"):
        worst.section()


def test_an_action_that_nobody_thought_about_is_refused():
    with pytest.raises(ValueError, match="says what iam:AttachRolePolicy on its resource can do"):
        worst._worst({"iam:AttachRolePolicy": {""}})


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        ("destroy", {"s3:DeleteBucket", "s3:PutBucketVersioning"}),
        ("first-deployment", {"s3:PutLifecycleConfiguration", "s3:PutBucketVersioning"}),
    ],
)
def test_what_loses_data_is_called_so(policy, actions):
    said = worst._worst(worst._actions(policy))["lose data for good, at once or later"]
    assert {each.partition("`")[2].partition("`")[0] for each in said} == actions


def test_a_page_without_a_place_for_it_is_refused():
    with pytest.raises(ValueError, match="has no place for the list"):
        worst.written("# Security\n")
