"""moto's S3 Tables, completed: the bucket that holds a table's files is one of the emulator's S3.

moto makes it in its own S3, which nothing here listens to. S3 Tables gives each table such a bucket, its warehouse location:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_s3Buckets_GetTable.html
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.s3tables.models import S3TablesBackend, Table, s3tables_backends

from localstack_plugin.moto_service import service as moto_service

_HOME = "us-east-1"
_DELETE_BATCH = 1000


def service() -> Service:
    """The provider."""
    return moto_service(
        "s3tables", {"CreateTable": create_table, "DeleteTable": delete_table, "ListTables": list_tables}
    )


def backend(context: RequestContext) -> S3TablesBackend:
    """moto's table buckets of the caller."""
    return s3tables_backends[context.account_id][context.region]


def create_table(context: RequestContext, request: Any) -> Any:
    """Make a table, and where its files go."""
    answer = call_moto(context)
    make_storage(context, backend(context).get_table(request["tableBucketARN"], request["namespace"], request["name"]))
    return answer


def delete_table(context: RequestContext, request: Any) -> Any:
    """Delete a table and its files."""
    table = backend(context).get_table(request["tableBucketARN"], request["namespace"], request["name"])
    answer = call_moto(context)
    delete_storage(context, table)
    return answer


def list_tables(context: RequestContext, request: Any) -> Any:
    """Tables, with their types and ARNs, which moto leaves out."""
    answer = call_moto(context)
    for summary in answer["tables"]:
        table = backend(context).get_table(request["tableBucketARN"], summary["namespace"][0], summary["name"])
        summary |= {"type": table.type, "tableARN": table.arn}
    return answer


def make_storage(context: RequestContext, table: Table) -> None:
    """The bucket of *table*'s files."""
    region = context.region
    place = {} if region == _HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    _s3(context).create_bucket(Bucket=table._bucket.name, **place)


def delete_storage(context: RequestContext, table: Table) -> None:
    """The files of *table*, and their bucket."""
    s3, bucket = _s3(context), table._bucket.name
    for page in s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": _DELETE_BATCH}
    ):
        if objects := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def _s3(context: RequestContext) -> Any:
    return connect_to(aws_access_key_id=context.account_id, region_name=context.region).s3
