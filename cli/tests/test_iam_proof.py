"""The proof, with the real evaluator: what is denied, what is idle, and what is not known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lakeloop.errors import UserError
from lakeloop.iam.calls import Use
from lakeloop.iam.command import choose, print_proof
from lakeloop.iam.policies import Policies
from lakeloop.iam.proof import Statement, prove
from lakeloop.workspace import find

EMULATOR = find().root / "emulator"
BY = "arn:aws:sts::000000000000:assumed-role/runner/me"
QUERY = {"query": "q1", "sql": "select 1"}


def use(action, resource, by=BY, **more):
    return Use(by=by, call=action, action=action, resource=resource, **more)


def allow(sid, actions, resources, **more):
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **more}


def proof_of(uses, *statements, boundary=None):
    document = {"Version": "2012-10-17", "Statement": [*statements]}
    return prove("runner", Policies({"runner": document}, boundary or {}), uses, EMULATOR)


READ = use("s3:GetObject", "arn:aws:s3:::lake/in/a", cause=QUERY)
WRITE = use("s3:PutObject", "arn:aws:s3:::lake/out/a", source="https://docs.aws.amazon.com/x")


def test_what_is_allowed_and_used_is_clean():
    proof = proof_of([READ, WRITE], allow("Files", ["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::lake/*"]))
    assert proof.clean
    assert proof.permissions == 2


def test_what_is_denied_and_what_is_idle_is_named(capsys):
    proof = proof_of(
        [READ, WRITE],
        allow("In", ["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::lake/in/*"]),
        allow("Out", ["s3:PutObject"], ["arn:aws:s3:::lake/elsewhere/*"]),
        {"Sid": "Guard", "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"},
    )
    assert proof.denied == [(WRITE, "ImplicitlyDenied")]
    assert proof.unused == [Statement("runner", "In", ("s3:GetObjectVersion",)), Statement("runner", "Out")]
    print_proof(proof)
    printed = capsys.readouterr().out
    assert f"denied  {BY}: s3:PutObject on arn:aws:s3:::lake/out/a" in printed
    assert "AWS makes it: https://docs.aws.amazon.com/x" in printed
    assert "unused  runner / In: s3:GetObjectVersion" in printed


def test_conditions_denials_and_boundaries_count():
    role = "arn:aws:iam::000000000000:role/other"
    passes = use("iam:PassRole", role, context={"iam:PassedToService": "lambda.amazonaws.com"})
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    to_states = {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}
    assert proof_of([passes], allow("Pass", "iam:PassRole", role, Condition=to_lambda)).clean
    assert proof_of([passes], allow("Pass", "iam:PassRole", role, Condition=to_states)).denied
    everything = allow("All", "*", "*")
    denial = {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    assert proof_of([READ], everything, denial).denied == [(READ, "ExplicitlyDenied")]
    bound = {"bound": {"Version": "2012-10-17", "Statement": [allow("Few", "s3:PutObject", "*")]}}
    assert proof_of([READ], everything, boundary=bound).denied


def test_only_the_roles_own_calls_count_and_none_is_not_clean(capsys):
    other = use("s3:GetObject", "arn:aws:s3:::lake/in/a", by=BY.replace("runner", "other"))
    root = use("s3:DeleteBucket", "arn:aws:s3:::lake", by="arn:aws:iam::000000000000:root")
    proof = proof_of([other, root], allow("Files", "s3:GetObject", "*"))
    assert not proof.clean
    print_proof(proof)
    assert "runner: made no call" in capsys.readouterr().out


def test_a_call_that_is_not_known_is_not_clean(capsys):
    unknown = Use(by=BY, call="s3:Frobnicate", unknown="s3:Frobnicate is no action of IAM's")
    proof = proof_of([READ, unknown], allow("Files", "s3:GetObject", "arn:aws:s3:::lake/*"))
    assert (proof.denied, proof.unused, proof.clean) == ([], [], False)
    print_proof(proof)
    assert "unknown  s3:Frobnicate is no action of IAM's" in capsys.readouterr().out


def test_what_is_no_permission_is_an_error():
    with pytest.raises(UserError, match=r"s3:Frobnicate"):
        proof_of([use("s3:Frobnicate", "*")], allow("Files", "s3:*", "*"))


keys = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=8, unique=True)


@settings(max_examples=2)
@given(keys=keys, gone=st.integers(0, 7))
def test_a_policy_of_exactly_the_calls_is_clean_and_one_statement_less_or_more_is_named(keys, gone):
    uses = [use("s3:GetObject", f"arn:aws:s3:::lake/{key}/x") for key in keys]
    statements = [allow(key.title(), ["s3:GetObject"], [f"arn:aws:s3:::lake/{key}/*"]) for key in keys]
    missing = uses.pop(gone % len(keys))
    proof = proof_of([*uses, missing], *statements)
    assert proof.clean
    idle = statements[gone % len(keys)]
    assert proof_of(uses, *statements).unused == [Statement("runner", idle["Sid"])]
    statements.remove(idle)
    assert [denied for denied, _ in proof_of([*uses, missing], *statements).denied] == [missing]


def test_a_proof_is_of_the_environments_own_roles():
    there = ["acme-dev-dbt-pipeline", "acme-dev-dbt-runner", "acme-dev2-dbt-runner", "other-dev-dbt-runner"]
    assert choose(there, "acme-dev", "") == there[:2]
    assert choose(there, "acme-dev", "dbt-runner") == [there[1]]
    assert choose(there, "acme-dev", "other-dev-dbt-runner") == [there[3]]
    assert choose(there, "acme-dev", "er") == []


def test_of_what_reads_tables_of_others_one_call_suffices():
    tables = ["arn:aws:s3:::lake/*"]
    asked = allow("SourceTables", ["s3:GetObject", "s3:GetObjectTagging"], tables)
    idle = allow("SourceFiles", ["s3:GetObjectAcl"], tables)
    assert [each.sid for each in proof_of([READ], asked, idle).unused] == ["SourceFiles"]
