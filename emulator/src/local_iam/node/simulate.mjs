// One JSON line in, one out: the words between local_iam/simulator.py and @cloud-copilot/iam-simulate.
//
// {"define": NAME, "identity": [{"name", "policy"}], "boundary": [{"name", "policy"}]}    answers nothing
// {"use": NAME, "principal", "account", "action", "resource", "context": {KEY: VALUE}}     answers
//   {"result": "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied", "statements": [{"policy", "statement", "action"}]}
//   {"error": TEXT} where the action, the resource or a policy is none
import { createInterface } from "node:readline";
import { runSimulation } from "@cloud-copilot/iam-simulate";

const sets = new Map();

// The policy that AWS gives a key: IAM decides. Without one nobody may use a key.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
function ofKey(account) {
  const principal = { AWS: `arn:aws:iam::${account}:root` };
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: principal, Action: "kms:*", Resource: "*" }] };
}

function used(analysis) {
  const identity = analysis.identityAnalysis;
  return [...(identity?.allowStatements ?? []), ...(identity?.denyStatements ?? [])].map((found) => ({
    policy: found.policyId,
    statement: found.explain.identifier,
    // An element may be Action or NotAction, one text or a list of them.
    actions: [found.explain.actions ?? found.explain.notActions ?? []].flat().filter((part) => part.matches).map((part) => part.action),
  }));
}

async function answer(asked) {
  const { identity, boundary } = sets.get(asked.use);
  const found = await runSimulation(
    {
      request: {
        principal: asked.principal,
        action: asked.action,
        resource: { resource: asked.resource, accountId: asked.account },
        contextVariables: asked.context,
      },
      identityPolicies: identity,
      permissionBoundaryPolicies: boundary.length ? boundary : undefined,
      resourcePolicy: asked.action.startsWith("kms:") ? ofKey(asked.account) : undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (found.resultType === "error") {
    return { error: JSON.stringify(found.errors) };
  }
  const results = found.resultType === "single" ? [found.result] : found.results;
  return { result: found.overallResult, statements: results.flatMap((result) => used(result.analysis)) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.define !== undefined) {
    sets.set(asked.define, asked);
    continue;
  }
  let said;
  try {
    said = await answer(asked);
  } catch (error) {
    said = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(said) + "\n");
}
