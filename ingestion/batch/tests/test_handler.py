"""The function that schedules call, upon S3 and DynamoDB of this process."""

import boto3
import pytest
from lakeloop_ingest import handler
from lakeloop_ingest.errors import IngestError


@pytest.fixture
def task(aws, tmp_path, monkeypatch):
    """The zip's folder, with a pipeline in it."""
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "items.toml").write_text('kind = "dynamodb"\n[tables.items]\n')
    boto3.client("dynamodb").create_table(
        TableName="items",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    monkeypatch.setattr(handler, "_ROOT", tmp_path)
    monkeypatch.setenv("ENVIRONMENT", "dev")
    monkeypatch.setenv("RAW_BUCKET_NAME", "raw")


def test_a_pipeline_is_run_and_its_report_is_the_answer(task):
    boto3.client("dynamodb").put_item(TableName="items", Item={"id": {"S": "a"}})
    report = handler.handle({"pipeline": "items"}, None)
    assert report["tables"]["items"]["rows"] == 1 and report["place"] == "s3://raw"
    assert boto3.client("s3").head_object(Bucket="raw", Key=report["tables"]["items"]["key"])["ContentLength"]
    listed = boto3.client("s3").list_objects_v2(Bucket="raw", Prefix="_ingest/")["Contents"]
    assert [one["Key"] for one in listed] == ["_ingest/items/commits/000000001.json"], "nothing stays staged"


@pytest.mark.parametrize(
    ("event", "said"), [({}, "names no pipeline.*Pipelines: items"), ({"pipeline": "x"}, "no pipeline 'x'")]
)
def test_a_pipeline_that_is_not_there_is_an_error_of_the_function(task, event, said):
    with pytest.raises(IngestError, match=said):
        handler.handle(event, None)
