import { type GraphQLObjectType, type SelectionSetNode, TypeNameMetaFieldDef } from "graphql";
import { collectFields, type Nodes } from "./collect-fields.ts";
import { type CompleteObject, valueCompleter } from "./complete-value.ts";
import { type Completed, type Execution, put } from "./execution.ts";
import { fieldCompleter } from "./field.ts";
import type { PlanScope } from "./info.ts";

/** A field under its name in the answer. */
type Member = { readonly key: string; readonly complete: CompleteObject };

/** @returns what completes the operation's own fields: a mutation's one after the other (spec §6.2.2) */
export function rootCompleter(
  scope: PlanScope,
  type: GraphQLObjectType,
  isSerial: boolean,
): (execution: Execution) => Completed {
  const members = membersOf(scope, type, [scope.operation.selectionSet]);
  if (isSerial) return (execution) => completeSerially(members, execution);
  return (execution) => completeMembers(members, execution.outcomes, undefined, execution);
}

/** @returns what completes an object, planned when there is one for the first time */
function objectCompleter(
  scope: PlanScope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): CompleteObject {
  let members: Member[] | undefined;
  return (source, path, execution) => {
    members ??= membersOf(scope, type, selectionSets);
    return completeMembers(members, source, path, execution);
  };
}

function membersOf(
  scope: PlanScope,
  parentType: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): Member[] {
  const members: Member[] = [];
  for (const [key, nodes] of collectFields(scope, parentType, selectionSets)) {
    const field = scope.schema.getField(parentType, nodes[0].name.value);
    if (field === undefined) continue;
    const below = selectionSetsOf(nodes);
    const completeValue = valueCompleter(scope.schema, field.type, (type) =>
      objectCompleter(scope, type, below),
    );
    const typename = parentType.name;
    members.push({
      key,
      complete:
        field === TypeNameMetaFieldDef
          ? () => typename
          : fieldCompleter(scope, { parentType, field, key, nodes }, completeValue),
    });
  }
  return members;
}

const selectionSetsOf = (nodes: Nodes): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? []);

function completeMembers(
  members: readonly Member[],
  source: unknown,
  path: Parameters<CompleteObject>[1],
  execution: Execution,
): Completed {
  const object = {};
  let pending: Promise<void>[] | undefined;
  try {
    for (const { key, complete } of members)
      pending = put(object, key, complete(source, path, execution), pending);
  } catch (error) {
    if (pending === undefined) throw error;
    return execution.fail(error, pending);
  }
  return pending === undefined ? object : execution.join(object, pending);
}

async function completeSerially(members: readonly Member[], execution: Execution): Promise<object> {
  const object = {};
  for (const { key, complete } of members)
    put(object, key, await complete(execution.outcomes, undefined, execution), undefined);
  return object;
}
