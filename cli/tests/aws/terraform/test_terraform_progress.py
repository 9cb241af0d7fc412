"""Output of Terraform 1.11, and the part that a person sees without a terminal."""

import pytest
from lakeloop.aws.terraform.progress import Changes

PLAN = """module.storage.data.aws_partition.current: Read complete after 0s [id=aws]

Terraform will perform the following actions:

  # aws_s3_bucket.raw will be created
  + resource "aws_s3_bucket" "raw" {}

Plan: 1 to add, 1 to change, 0 to destroy.
aws_s3_bucket.raw: Creating...
aws_s3_bucket.raw: Creation complete after 0s [id=raw]
aws_iam_role.runner["a"]: Modifying... [id=runner]
"""
MADE = """aws_iam_role.runner["a"]: Modifications complete after 1s [id=runner]

Apply complete! Resources: 1 added, 1 changed, 0 destroyed.

Outputs:

raw_bucket = "raw"
"""
FAILED = """
Error: creating IAM Role (runner): EntityAlreadyExists

  with aws_iam_role.runner["a"],
"""
SEEN = "Plan: 1 to add, 1 to change, 0 to destroy.\n1 of 2  aws_s3_bucket.raw\n"


@pytest.mark.parametrize(
    ("end", "out", "err"),
    [
        (MADE, MADE.partition("\n\n")[2], SEEN + '2 of 2  aws_iam_role.runner["a"]\n'),
        (FAILED, "", SEEN + FAILED.removeprefix("\n")),
    ],
)
def test_progress_and_what_comes_of_it(end, out, err, capsys, tmp_path):
    with Changes(tmp_path / "apply.log") as changes:
        for line in (PLAN + end).splitlines(keepends=True):
            changes(line)
    assert capsys.readouterr() == (out, err)
    assert (tmp_path / "apply.log").read_text("utf-8") == PLAN + end
