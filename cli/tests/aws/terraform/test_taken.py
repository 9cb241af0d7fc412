import json

import pytest
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.taken import described

HERE = Place("dev", "http://127.0.0.1:4566", "127.0.0.1-4566", {})


def resource(kind, mode="managed", **values):
    return {"type": kind, "mode": mode, "values": values}


def test_what_goes_is_named_and_where():
    state = {
        "values": {
            "root_module": {
                "resources": [resource("aws_caller_identity", mode="data"), resource("aws_s3_bucket", bucket="raw")],
                "child_modules": [
                    {
                        "resources": [
                            resource("aws_s3_bucket", bucket="lake"),
                            resource("aws_athena_workgroup", name="w"),
                        ],
                        "child_modules": [{"resources": [resource("aws_glue_catalog_database", name="marts")]}],
                    }
                ],
            }
        }
    }
    assert described(json.dumps(state), HERE) == (
        "From dev at http://127.0.0.1:4566, this goes: 4 resources; buckets lake, raw; database marts. "
        "What is in buckets and databases goes with them."
    )


@pytest.mark.parametrize("shown", ["", "{}", '{"format_version": "1.0"}', '{"values": {"root_module": {}}}', "Error"])
def test_nothing_there_is_said(shown):
    assert described(shown, HERE) == "There is nothing of dev at http://127.0.0.1:4566."
