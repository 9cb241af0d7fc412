"""LocalStack's entry points: which function makes which service. They import late: what is unused costs nothing."""

from __future__ import annotations

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="athena")
def athena() -> Service:
    """Local Athena, in LocalStack's own process."""
    from localstack_plugin.athena import service

    return service()


@aws_provider(api="cloudwatch", name="judges")
def cloudwatch() -> Service:
    """LocalStack's CloudWatch with metric math and alarms that change: PROVIDER_OVERRIDE_CLOUDWATCH=judges."""
    from localstack_plugin.cloudwatch_alarms import Alarms

    return Service.for_provider(Alarms())


@aws_provider(api="dynamodb", name="moto")
def dynamodb() -> Service:
    """moto's DynamoDB: PROVIDER_OVERRIDE_DYNAMODB=moto. LocalStack's is a Java program that it downloads at the first call."""
    from localstack_plugin.moto_service import service

    return service("dynamodb")


@aws_provider(api="emr-serverless")
def emr_serverless() -> Service:
    """moto's EMR Serverless, whose job runs run."""
    from localstack_plugin.emr_serverless import service

    return service()


@aws_provider(api="events", name="delivers")
def events() -> Service:
    """LocalStack's EventBridge, whose targets have retries and dead letters: PROVIDER_OVERRIDE_EVENTS=delivers."""
    from localstack_plugin.events import DeliveredEvents

    return Service.for_provider(DeliveredEvents())


@aws_provider(api="glue")
def glue() -> Service:
    """moto's Glue, completed."""
    from localstack_plugin.glue import service

    return service()


@aws_provider(api="kinesis", name="numbered")
def kinesis() -> Service:
    """moto's Kinesis, whose records have AWS's numbers and limits: PROVIDER_OVERRIDE_KINESIS=numbered.

    LocalStack's is a JavaScript program that it downloads at the first call.
    """
    from localstack_plugin.kinesis import service

    return service()


@aws_provider(api="lambda", name="completed")
def lambda_() -> Service:
    """LocalStack's Lambda, completed: PROVIDER_OVERRIDE_LAMBDA=completed."""
    from localstack_plugin import lambda_metrics, lambda_streams  # noqa: F401 - they change what LocalStack has
    from localstack_plugin.lambda_concurrency import ToldConcurrency
    from localstack_plugin.lambda_events import CheckedEvents
    from localstack_plugin.lambda_layers import ListedLayers
    from localstack_plugin.lambda_snap_start import RegionalSnapStart

    class CompletedLambda(CheckedEvents, ListedLayers, RegionalSnapStart, ToldConcurrency):
        """All that is completed of it."""

    return Service.for_provider(CompletedLambda())


@aws_provider(api="lakeformation")
def lakeformation() -> Service:
    """moto's Lake Formation: it keeps tags and grants, and enforces none."""
    from localstack_plugin.lakeformation import service

    return service()


@aws_provider(api="logs", name="completed")
def logs() -> Service:
    """LocalStack's CloudWatch Logs, completed: PROVIDER_OVERRIDE_LOGS=completed."""
    from localstack.services.moto import MotoFallbackDispatcher

    from localstack_plugin.logs import KeyedLogs
    from localstack_plugin.logs_filters import FilteredLogs
    from localstack_plugin.logs_insights import Insights

    class CompletedLogs(FilteredLogs, Insights, KeyedLogs):
        """All that is completed of it."""

    return Service.for_provider(CompletedLogs(), dispatch_table_factory=MotoFallbackDispatcher)


@aws_provider(api="s3", name="apart")
def s3() -> Service:
    """LocalStack's S3, its files in the emulator's own folder: PROVIDER_OVERRIDE_S3=apart.

    By itself it keeps every emulator's objects in one folder of the machine, where one's DeleteBucket takes another's files.
    """
    from localstack_plugin.s3 import service

    return service()


@aws_provider(api="s3tables")
def s3tables() -> Service:
    """moto's S3 Tables, whose files lie in the emulator's S3."""
    from localstack_plugin.s3_tables import service

    return service()


@aws_provider(api="scheduler", name="fires")
def scheduler() -> Service:
    """moto's Scheduler with a clock that fires: PROVIDER_OVERRIDE_SCHEDULER=fires."""
    from localstack_plugin.scheduler import service

    return service()


@aws_provider(api="sqs", name="told")
def sqs() -> Service:
    """LocalStack's SQS, whose queues tell how old their messages are: PROVIDER_OVERRIDE_SQS=told."""
    from localstack.services.sqs.provider import SqsProvider

    from localstack_plugin import sqs_metrics  # noqa: F401 - it has them told

    return Service.for_provider(SqsProvider())


@aws_provider(api="stepfunctions", name="completed")
def stepfunctions() -> Service:
    """LocalStack's Step Functions, completed: PROVIDER_OVERRIDE_STEPFUNCTIONS=completed."""
    from localstack_plugin import states_metrics  # noqa: F401 - it has them told
    from localstack_plugin.states import service

    return service()


@aws_provider(api="sns", name="subjects")
def sns() -> Service:
    """LocalStack's SNS, whose mails have subjects: PROVIDER_OVERRIDE_SNS=subjects."""
    from localstack.services.moto import MotoFallbackDispatcher
    from localstack.services.sns.provider import SnsProvider

    from localstack_plugin.sns_mail import register

    register()
    return Service.for_provider(SnsProvider(), dispatch_table_factory=MotoFallbackDispatcher)
