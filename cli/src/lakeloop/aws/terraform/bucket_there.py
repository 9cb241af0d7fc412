"""Whether a bucket is there, asked without boto3, whose import and first client take a third of a second more."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_SECONDS = 2.0


def there(bucket: str, variables: Mapping[str, str]) -> bool:
    """Whether ``AWS_ENDPOINT_URL`` of *variables* says that *bucket* is there; False also where it says nothing of it."""
    key, secret = variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        return False  # of a profile, which is boto3's to read
    endpoint = urlsplit(variables["AWS_ENDPOINT_URL"])
    request = AWSRequest("HEAD", f"{endpoint.scheme}://{endpoint.netloc}/{bucket}")
    keys = Credentials(key, secret, variables.get("AWS_SESSION_TOKEN"))
    S3SigV4Auth(keys, "s3", variables["AWS_REGION"]).add_auth(request)
    kind = http.client.HTTPSConnection if endpoint.scheme == "https" else http.client.HTTPConnection
    connection = kind(endpoint.netloc, timeout=_SECONDS)
    try:
        connection.request("HEAD", f"/{bucket}", headers=dict(request.headers))
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
