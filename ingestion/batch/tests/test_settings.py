"""Files of pipelines: unknown words, secrets, places that are taken are named before anything is asked."""

import boto3
import pytest
from lakeloop_ingest import secrets, settings
from lakeloop_ingest.errors import IngestError

REST = 'kind = "rest"\nbase_url = "http://127.0.0.1"\n'
TABLE = "[tables.orders]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "is not TOML"),
        ('kind = "oracle"', "kind = 'oracle' is not known. Kinds: dynamodb, rest, postgres"),
        ('kind = "rest"\n' + TABLE, "base_url is missing"),
        (REST, "it names no table"),
        (REST + "speed = 3\n" + TABLE, "unknown setting speed"),
        (REST + TABLE + 'primary = "id"', "tables.orders: unknown setting primary"),
        (REST + TABLE + 'columns = { id = "int8x" }', "is no type"),
        (REST + TABLE + 'columns = { id = "array(bigint)" }', "kept as JSON"),
        (REST + TABLE + 'folder = "incoming/orders"', "is no place in the raw bucket"),
        (REST + TABLE + 'folder = "_hidden"', "is no place in the raw bucket"),
        (REST + TABLE + 'folder = "../orders"', "is no place in the raw bucket"),
        (REST + "[tables.a]\n[tables.b]\nfolder = 'a'", "two tables have the folder a"),
        (REST + TABLE + "lag_seconds = -1", "lag_seconds is a whole number"),
        (REST + TABLE + 'cursor_parameter = "since"', "needs a cursor"),
        (REST + 'auth = { type = "bearer", token = "s3cret" }\n' + TABLE, "token looks like a secret"),
        (REST + 'headers = { X-Api-Key = "s3cret" }\n' + TABLE, "looks like a secret|X-Api-Key"),
        ('kind = "postgres"\nconnection = "host=h password=x"\n' + TABLE, "connection looks like a secret"),
        ('kind = "postgres"\nconnection = "postgresql://me:test@h/db"\n' + TABLE, "connection looks like a secret"),
        ('kind = "dynamodb"\nsegments = 0\n' + TABLE, "segments is a whole number"),
        (REST + "[tables.Orders]", "a table's name is lower-case"),
    ],
)
def test_what_is_wrong_is_named(pipeline, text, said):
    with pytest.raises(IngestError, match=said):
        pipeline(text)


def test_a_pipeline_that_is_not_there_names_those_that_are(pipeline, tmp_path):
    pipeline(REST + TABLE)
    with pytest.raises(IngestError, match=r"There is no pipeline 'other'.*Pipelines: shop\."):
        settings.read(tmp_path, "other")
    with pytest.raises(IngestError, match="names no pipeline"):
        settings.read(tmp_path, "../shop")


def test_secrets_come_from_the_parameter_store_by_environment(aws, pipeline):
    name = "/acme/dev/ingest/token"
    boto3.client("ssm").put_parameter(Name=name, Value="s3cret", Type="SecureString")
    auth = 'auth = { type = "bearer", token = { ssm = "/acme/{environment}/ingest/token" } }\n'
    shop = pipeline(REST + auth + TABLE)
    assert secrets.resolved(dict(shop.more), "dev")["auth"] == {"type": "bearer", "token": "s3cret"}
    with pytest.raises(IngestError, match=r"no parameter /acme/prod/ingest/token in SSM\. `aws ssm put-parameter"):
        secrets.resolved(dict(shop.more), "prod")


def test_a_paginators_own_words_are_no_secrets(pipeline):
    cursor = 'paginator = { type = "cursor", cursor_path = "next", cursor_param = "page_token" }\n'
    assert pipeline(REST + cursor + TABLE).more["paginator"]["cursor_param"] == "page_token"
