import { type GraphQLObjectType, type SelectionSetNode, TypeNameMetaFieldDef } from "graphql";
import { collectFields, type Nodes } from "./collect-fields.ts";
import { valueWriter, type WriteObject } from "./complete-value.ts";
import { type Execution, writeRest } from "./execution.ts";
import { fieldWriter, rootFieldWriter } from "./field.ts";
import type { PlanScope } from "./info.ts";

/** A field with what stands in front of it. */
type Member = { readonly name: string; readonly write: WriteObject };

/** @returns what writes the operation's own fields: a mutation's one after the other (spec §6.2.2) */
export function rootWriter(
  scope: PlanScope,
  type: GraphQLObjectType,
  isSerial: boolean,
): (execution: Execution) => string | Promise<string> {
  const members = membersOf(scope, type, [scope.operation.selectionSet], rootFieldWriter);
  if (isSerial) return (execution) => writeSerially(members, execution);
  return (execution) => writeMembers(members, undefined, undefined, execution);
}

/** @returns what writes an object's fields, planned when there is one for the first time */
function objectWriter(
  scope: PlanScope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): WriteObject {
  let members: Member[] | undefined;
  return (source, path, execution) => {
    members ??= membersOf(scope, type, selectionSets, fieldWriter);
    return writeMembers(members, source, path, execution);
  };
}

function membersOf(
  scope: PlanScope,
  parentType: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  writerOf: typeof fieldWriter,
): Member[] {
  const members: Member[] = [];
  for (const [key, nodes] of collectFields(scope, parentType, selectionSets)) {
    const field = scope.schema.getField(parentType, nodes[0].name.value);
    if (field === undefined) continue;
    const below = selectionSetsOf(nodes);
    const writeValue = valueWriter(scope.schema, field.type, (type) => objectWriter(scope, type, below));
    const typename = `"${parentType.name}"`;
    members.push({
      name: `${members.length === 0 ? "{" : ","}"${key}":`,
      write:
        field === TypeNameMetaFieldDef
          ? () => typename
          : writerOf(scope, { parentType, field, key, nodes }, writeValue),
    });
  }
  return members;
}

const selectionSetsOf = (nodes: Nodes): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? []);

const writeMembers = (
  members: readonly Member[],
  source: unknown,
  path: Parameters<WriteObject>[1],
  execution: Execution,
): string | Promise<string> => {
  if (members.length === 0) return "{}";
  let text = "";
  let index = 0;
  for (const { name, write } of members) {
    index++;
    text += name;
    const written = write(source, path, execution);
    if (typeof written !== "string")
      return writeRest(execution, [text, written], (parts) => {
        for (const member of members.slice(index))
          parts.push(member.name, member.write(source, path, execution));
        parts.push("}");
      });
    text += written;
  }
  return `${text}}`;
};

async function writeSerially(members: readonly Member[], execution: Execution): Promise<string> {
  if (members.length === 0) return "{}";
  let text = "";
  for (const { name, write } of members) text += name + (await write(undefined, undefined, execution));
  return `${text}}`;
}
