"""`just tf-apply` as people type it: ended by Ctrl-C, again, and what recipes say before it and right after it."""

import re

import pytest
from lakeloop.aws.load.bucket import upload
from lakeloop.aws.terraform.interrupts import FINISHING
from lakeloop.errors import UserError

from tests.e2e.aws_loop.conftest import MARKS, terraform_files

pytestmark = MARKS


def test_what_is_not_applied_says_so(loop):
    for recipe in ("just invoke", "just logs env=dev", 'just query "select 1" env=dev'):
        assert "`just tf-apply env=dev` makes it" in loop.types(recipe, 2)


def test_after_ctrl_c_an_apply_makes_all_that_it_began(applied):
    """And all that the one before it was ended in."""
    _, interrupted, again = applied
    assert FINISHING in interrupted
    assert "Apply complete!" in interrupted
    assert re.search(r"^(\d+) of \1  module\.", interrupted, re.MULTILINE)
    assert "0 added, 0 changed, 0 destroyed" in again


def test_an_apply_ends_with_the_outputs_and_leaves_nothing_in_the_checkout(applied, shipped):
    loop, _, printed = applied
    assert "dev at http://127.0.0.1:" in printed
    assert 'raw_bucket = "lakeloop-dev-raw"' in printed
    assert terraform_files(loop) == shipped


def test_a_plan_right_after_the_apply_shows_no_changes(applied):
    loop, *_ = applied
    assert "No changes" in loop.types("just tf-plan env=dev")


def test_there_is_no_state_before_the_first_build(applied):
    loop, *_ = applied
    printed = loop.types("just state env=dev", 2)
    assert "has no state yet: looked in s3://lakeloop-dev-artifacts/latest/" in printed
    assert "`just run env=dev` is one" in printed


def test_a_bucket_that_is_not_there_is_one_message(applied, tmp_path):
    loop, *_ = applied
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(UserError, match=r"The bucket nowhere does not exist.*just tf-apply"):
        upload(loop.client("s3"), "nowhere", {"a/file": tmp_path / "file"}, ["a/"], lambda size: None)
