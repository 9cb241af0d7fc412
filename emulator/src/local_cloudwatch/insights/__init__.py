"""Queries of CloudWatch Logs Insights.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from local_cloudwatch.insights.commands import Query, read
from local_cloudwatch.insights.events import Event

__all__ = ["Event", "Query", "read"]
