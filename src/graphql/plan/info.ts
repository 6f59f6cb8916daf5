import type {
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  OperationDefinitionNode,
  ResponsePath,
} from "graphql";
import type { Nodes, Scope } from "./collect-fields.ts";
import type { Execution } from "./execution.ts";
import { takesVariablesBelow } from "./variables.ts";

/** What the fields of a plan are made with. */
export type PlanScope = Scope & { readonly operation: OperationDefinitionNode };

/** A field that is asked for of objects of one type. */
export type SelectedField = {
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** Its name in the answer. */
  readonly key: string;
  readonly nodes: Nodes;
};

/** What resolvers are told of a field that is the same in each execution of a plan. */
const fixedInfo = (scope: PlanScope, { parentType, field }: SelectedField) => ({
  fieldName: field.name,
  returnType: field.type,
  parentType,
  schema: scope.schema,
  fragments: scope.fragments,
  rootValue: undefined,
  operation: scope.operation,
});

/**
 * @returns what resolvers are told of a field. Its `fieldNodes` are the same list each time, as long as nothing that is
 * asked for below takes variables.
 */
export function infoMaker(scope: PlanScope, selected: SelectedField) {
  const { fieldName, returnType, parentType, schema, fragments, operation } = fixedInfo(scope, selected);
  const { nodes } = selected;
  const varies = takesVariablesBelow(nodes, fragments);
  return (path: ResponsePath, execution: Execution): GraphQLResolveInfo => ({
    fieldName,
    fieldNodes: varies ? [...nodes] : nodes,
    returnType,
    parentType,
    path,
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: execution.variableValues,
    getAbortSignal: execution.getAbortSignal,
    getAsyncHelpers: execution.getAsyncHelpers,
  });
}

/** @returns the same for resolvers that take no notice of it: those that do fail by it */
export function sharedInfo(scope: PlanScope, selected: SelectedField): GraphQLResolveInfo {
  const refuse = (): never => {
    throw new Error(`${selected.parentType}.${selected.field.name} takes no info`);
  };
  return Object.freeze({
    ...fixedInfo(scope, selected),
    fieldNodes: [...selected.nodes],
    get path() {
      return refuse();
    },
    get variableValues() {
      return refuse();
    },
    getAbortSignal: refuse,
    getAsyncHelpers: refuse,
  });
}
