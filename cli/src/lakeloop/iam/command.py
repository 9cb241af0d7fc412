"""``just iam-proof``: which calls IAM would deny, and what it allows that nothing uses."""

from __future__ import annotations

from collections.abc import Sequence

from lakeloop_project.environments import environment

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.place import Place, enter
from lakeloop.errors import UserError
from lakeloop.iam.calls import Use, recorded
from lakeloop.iam.policies import policies_of, roles
from lakeloop.iam.proof import Proof, prove
from lakeloop.plural import counted
from lakeloop.workspace import Workspace

_SQL_SHOWN = 100
_TO_USE = "`just load`, `just run`, `just send` and `just deploy-dev` to the local AWS do most of what roles are for."


def iam_proof(workspace: Workspace, words: Sequence[str]) -> int:
    """``just iam-proof [env=dev] [role=runner]``: prove every role of the environment, or those whose name ends in *role*.

    Other projects and environments of the same emulator have proofs of their own; the whole name of a role finds any.

    Returns:
        0 if every call is allowed and every statement was used, 1 if not.
    """
    arguments, rest = take(words, {"role", "env"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just iam-proof [env=dev] [role=runner]")
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")))
    found = proofs(workspace, place, arguments.get("role", ""))
    for proof in found:
        print_proof(proof)
    return 0 if all(proof.clean for proof in found) else 1


def proofs(workspace: Workspace, place: Place, wanted: str = "") -> list[Proof]:
    """Prove the roles of the place's environment that end in *wanted*. Raises ``UserError`` if there is none."""
    there = roles(place)
    chosen = choose(there, f"{workspace.settings.name}-{place.environment}", wanted)
    if not chosen:
        raise UserError(
            f"No role {wanted or 'of the environment'} at {place}. "
            f"There: {', '.join(there) or 'none; `just tf-apply` makes some'}."
        )
    uses = recorded(place)
    return [prove(role, policies_of(place, role), uses, workspace.root / "emulator") for role in chosen]


def choose(there: Sequence[str], lake: str, wanted: str) -> list[str]:
    """Of the roles *there*, those of *lake* (PROJECT-ENVIRONMENT) that end in *wanted*, and the one that is called so."""
    own = [role for role in there if role.startswith(f"{lake}-")]
    return [role for role in there if role == wanted or (role in own and role.endswith(f"-{wanted}" if wanted else ""))]


def print_proof(proof: Proof) -> None:
    """Print the two lists, and what is not known."""
    console = terminal.console(soft_wrap=True)
    if not proof.permissions and not proof.unknown:
        console.print(f"{proof.role}: made no call since `just up`, so nothing is known of it. {_TO_USE}")
        return
    console.print(
        f"{proof.role}: {counted(proof.permissions, 'permission')} used, {len(proof.denied)} would be denied, "
        f"{counted(len(proof.unused), 'statement or part of one', 'statements or parts of one')} unused",
    )
    for use in proof.unknown:
        console.print(f"  unknown  {use.unknown}{_cause(use)}")
    for use, result in proof.denied:
        explicitly = " (explicitly)" if result == "ExplicitlyDenied" else ""
        console.print(f"  denied{explicitly}  {use.by}: {use.action} on {use.resource}{_cause(use)}")
    for statement in proof.unused:
        which = f": {', '.join(statement.actions)}" if statement.actions else ""
        console.print(f"  unused  {statement.policy} / {statement.sid}{which}")
    for todo in todos(proof):
        console.print(f"  {todo}")


def todos(proof: Proof) -> list[str]:
    """A line for each kind of finding, with what to do about it."""
    found = []
    if proof.denied:
        found.append(
            "Denied: allow the action on that resource in the role's policy, in terraform/modules; or leave out what asks for it."
        )
    if proof.unused:
        found.append(
            f"Unused: take the statement out of the policy, if what needs it was done since `just up`. {_TO_USE}"
        )
    if proof.unknown:
        found.append("Unknown: nothing says which action that call needs; read AWS's page on it before you deploy.")
    return found


def _cause(use: Use) -> str:
    """Cause of the call: the operation if it has another name, Athena's query, or AWS's page that says it is made."""
    parts = [use.call] if use.call != use.action else []
    if use.cause:
        parts.append(f"query {use.cause['query']}: {' '.join(use.cause['sql'].split())[:_SQL_SHOWN]}")
    if use.source:
        parts.append(f"AWS makes it: {use.source}")
    return f"\n          {'; '.join(parts)}" if parts else ""
