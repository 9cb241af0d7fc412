"""The worst that each role can do, derived from the policies: the list in SECURITY.md.

``python -m lakeloop.bootstrap.worst`` writes it anew. An action that stands in a policy and in no line here is an error: a new
permission has to say what it can do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lakeloop.bootstrap import iam
from lakeloop.bootstrap.names import BUCKETS, Names

BEGIN = "<!-- Written from the policies: uv run python -m lakeloop.bootstrap.worst -->"
END = "<!-- To here -->"
PAGE = "SECURITY.md"
_NAMES = Names(
    "PROJECT", "ENV", "PREFIX", "OWNER/NAME", "ACCOUNT", "aws", "REGION", "arn:aws:kms:REGION:ACCOUNT:key/KEY"
)
_SETTINGS = "read layers, the state and what Terraform has made"
_LOCK = "take away the state's lock"
# Actions on places where they are harmless.
_HARMLESS = (
    (_SETTINGS, r"s3:Get\S* (layers|state|the state's lock)"),
    (_LOCK, r"s3:DeleteObject the state's lock"),
)
# Consequences of an action, the worst first: the first pattern that matches `ACTION PLACE` decides. Places of S3 are the
# bucket's purpose and the folder.
_WORST: tuple[tuple[str, str], ...] = (
    ("lose data for good, at once or later", r"s3:(DeleteObjectVersion|DeleteBucket|PutLifecycle\S*|PutBucketVersioning) .*"),
    ("take from a bucket what guards it", r"s3:(PutBucket(Policy|PublicAccessBlock|OwnershipControls)|DeleteBucketPolicy) .*"),
    ("forget databases and their tables, whose files stay", r"glue:DeleteDatabase .*"),
    ("take away Spark jobs and crawlers", r"glue:Delete(Job|Crawler) .*|emr-serverless:Delete\S* .*"),
    ("forget tables and partitions, whose files stay", r"glue:(Batch)?Delete\S* .*"),
    ("overwrite or delete files, whose old versions stay for 7 to 90 days", r"s3:(PutObject|DeleteObject|Abort\S*) .*"),
    (
        "encrypt new files with another key, or stop it",
        r"s3:PutEncryptionConfiguration .*|kms:(CreateGrant|Encrypt|Generate\S*) .*",
    ),
    ("make the function's and the pipeline's roles, within the boundary", r"iam:CreateRole .*"),
    ("give those roles any right within the boundary, and pass them on", r"iam:(PutRolePolicy|PassRole) .*"),
    ("describe and tag those roles", r"iam:(Tag|Untag|Update)Role\S* .*"),
    ("take those roles away", r"iam:(Delete\S*|ListInstanceProfilesForRole) .*"),
    ("put any code into Spark jobs", r"glue:(Create|Update)Job .*"),
    ("change how much EMR Serverless may take", r"emr-serverless:(Create|Update)Application .*"),
    ("have crawlers look at other files", r"glue:(Create|Update)Crawler .*"),
    ("put any changes into the stream of captured ones", r"kinesis:PutRecords .*"),
    ("capture by any code, or not at all", r"ecs:(Create|Register|Update|Delete|Deregister)\S* .*"),
    ("make and take away network interfaces, others' too", r"ec2:(Create|Delete)NetworkInterface .*"),
    ("tell false metrics", r"cloudwatch:PutMetricData .*"),
    (
        "put any code into the function and run it",
        r"lambda:(Create|Update|Publish|Invoke|Put)\S* .*|states:(Create|Update|Start)\S* .*",
    ),
    (
        "take away the function, the pipeline, the workgroup, logs",
        r"lambda:Delete\S* .*|states:Delete\S* .*|athena:Delete\S* .*|kinesis:Delete\S* .*"
        r"|logs:(DeleteLogGroup|PutRetentionPolicy) .*",
    ),
    (
        "have runs begin at other times, or at none",
        r"scheduler:(Create|Update|Delete)\S* .*|lambda:(Create|Update|Delete)EventSourceMapping .*|s3:PutBucketNotification .*",
    ),
    ("take messages of files that have arrived out of their queue", r"sqs:(Receive|Delete)Message .*"),
    (
        "change who hears of failures, or have nobody hear of them",
        r"(sns|events|sqs|cloudwatch):(Create|Put|Set|Subscribe|Unsubscribe|Delete|Remove)\S* .*|lambda:RemovePermission .*"
        r"|logs:(Put|Delete)MetricFilter .*",
    ),
    (
        "send messages to who is told of failures, read the webhook's address and what ingestion signs in with",
        r"sns:Publish .*|sqs:SendMessage .*|ssm:GetParameters? .*",
    ),
    ("read what brokers are signed in to with", r"secretsmanager:GetSecretValue .*"),
    ("let others call the function that alerts", r"lambda:AddPermission .*"),
    ("change and delete saved queries of logs, others' too", r"logs:(Put|Delete)QueryDefinition .*"),
    ("grant in Lake Formation what it may grant itself", r"lakeformation:(Grant|Revoke)\S* .*"),
    ("query what it may read, and stop queries", r"athena:(Start|Stop)\S* .*"),
    ("make and change tables", r"glue:(BatchCreate\S*|CreateTable|UpdatePartition|UpdateTable) .*"),
    (
        "make and tag databases, workgroup, buckets, logs",
        r"glue:(CreateDatabase|Tag\S*|Untag\S*) .*|athena:(Create|Update|Tag|Untag)\S* .*"
        r"|s3:(CreateBucket|PutBucketTagging|PutObjectTagging) .*"
        r"|(logs|lambda|scheduler|states|sns|sqs|events|cloudwatch|ecs|emr-serverless):(Tag|Untag)\S* .*"
        r"|kinesis:(AddTags|Create|Increase|RemoveTags|Start|Update)\S* .*"
        r"|logs:(CreateLogGroup|CreateLogStream|PutLogEvents|Associate|Disassociate)\S* .*",
    ),
    ("change the budget, and so who hears of costs", r"budgets:(Modify|Tag|Untag)\S* .*"),
    ("set up the delivery of logs", r"logs:\S*(LogDelivery|LogDeliveries|ResourcePolic\S*) .*"),
    (
        "read data",
        r"(s3:GetObject\S*|kinesis:Get\S*|dynamodb:Scan|athena:GetQueryResults|kms:Decrypt|lakeformation:GetDataAccess) .*",
    ),
    (_SETTINGS, r"[a-z0-9-]+:(BatchCheck|BatchGet|Get|List|Describe|Validate|View)\S* .*"),
    (_LOCK, "-"),
)  # fmt: skip


def section() -> str:
    """The list, from marker to marker."""
    always = (
        iam.CUSTOMER_KEY,
        iam.LAKE_FORMATION,
        iam.BUDGET,
        iam.CHANGES,
        iam.CHANGES_KEY,
        iam.INGEST,
        iam.JOBS,
        iam.CRAWLERS,
        iam.CAPTURE,
        iam.EMR,
    )
    plan, through = _of("plan", *always), _worst(_actions("boundary"))
    first = (
        iam.FIRST_DEPLOYMENT,
        iam.FIRST_INGEST,
        iam.FIRST_JOBS,
        iam.FIRST_CRAWLERS,
        iam.FIRST_CAPTURE,
        iam.FIRST_EMR,
    )
    kept, free = _of("deploy", *always), _of("deploy", *always, *first)
    gone = _of("destroy", *always, *(part for part in iam.ALL if "destroy" in part))
    if _beyond(_of("destroy", *always), plan):
        raise AssertionError("the role of a destroy can do more than a plan where data is kept")
    return "\n".join(
        [
            BEGIN,
            "",
            *_listed("`PROJECT-ENV-plan`, and `PROJECT-ENV-destroy` where data is kept", plan),
            *_listed("The function and the pipeline, whatever a deployment gives them: the boundary", through),
            *_listed("`PROJECT-ENV-deploy` where data is kept: the two above, and", _beyond(kept, plan)),
            *_listed("`PROJECT-ENV-deploy` where `force_destroy = true`: that, and", _beyond(free, kept)),
            *_listed("`PROJECT-ENV-destroy` where `force_destroy = true`: the first, and", _beyond(gone, plan)),
            END,
        ]
    )


def _listed(title: str, worst: Mapping[str, set[str]]) -> Iterator[str]:
    yield f"**{title}**"
    yield ""
    for consequence in dict.fromkeys(consequence for consequence, _ in _WORST):
        if consequence == _SETTINGS and consequence in worst:
            services = sorted({said.strip("`").partition(":")[0] for said in worst[consequence]})
            yield f"- {consequence} ({', '.join(services)})"
        elif consequence in worst:
            yield f"- {consequence}: {'; '.join(sorted(worst[consequence]))}"
    yield ""


def _of(purpose: str, *more: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Consequences of the role for *purpose*, each with its actions and their places."""
    actions: dict[str, set[str]] = {}
    for policy in iam.policies(purpose, *more):
        for action, places in _actions(policy).items():
            actions.setdefault(action, set()).update(places)
    return _worst(actions)


def _actions(policy: str) -> dict[str, set[str]]:
    """Actions of a policy, each with the places in S3 that it is about; of other services the place is the environment's."""
    actions: dict[str, set[str]] = {}
    for statement in _NAMES.document(policy)["Statement"]:
        for action in statement["Action"]:
            actions.setdefault(action, set()).update(_place(resource) for resource in statement["Resource"])
    return actions


def _place(resource: str) -> str:
    if not resource.startswith("arn:aws:s3:::"):
        return ""
    bucket, _, key = resource.removeprefix(f"arn:aws:s3:::{_NAMES.prefix}-{_NAMES.environment}-").partition("/")
    if bucket == "tfstate":
        return "the state's lock" if key.endswith(".tflock") else "state"
    folder = key.removesuffix("*").rstrip("/")
    return "layers" if folder == "layers" else f"{bucket}/{folder}".rstrip("/")


def _worst(actions: Mapping[str, set[str]]) -> dict[str, set[str]]:
    worst: dict[str, dict[str, set[str]]] = {}
    for action, places in actions.items():
        for place in places:
            consequence = next(
                (said for said, pattern in (*_HARMLESS, *_WORST) if re.fullmatch(pattern, f"{action} {place}")), None
            )
            if consequence is None:
                raise ValueError(
                    f"No line of lakeloop.bootstrap.worst says what {action} on {place or 'its resource'} can do"
                )
            worst.setdefault(consequence, {}).setdefault(action, set()).add(place)
    return {
        consequence: {_said(action, places) for action, places in each.items()} for consequence, each in worst.items()
    }


def _said(action: str, places: set[str]) -> str:
    everywhere = set(BUCKETS) <= places
    named = ", ".join(
        [*(["every bucket"] if everywhere else []), *sorted(filter(None, places - set(BUCKETS if everywhere else ())))]
    )
    return f"`{action}`{f' ({named})' if named else ''}"


def _beyond(worst: Mapping[str, set[str]], less: Mapping[str, set[str]]) -> dict[str, set[str]]:
    more = {consequence: each - less.get(consequence, set()) for consequence, each in worst.items()}
    return {consequence: each for consequence, each in more.items() if each}


def written(page: str) -> str:
    """*page* with the list as it has to be. Raises ``ValueError`` if it has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} has no place for the list: {BEGIN} to {END}")
    return f"{before}{section()}{after}"


if __name__ == "__main__":
    from lakeloop.workspace import find

    FILE: Path = find().root / PAGE
    FILE.write_text(written(FILE.read_text("utf-8")), "utf-8")
