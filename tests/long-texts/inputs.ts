import {
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isLeafType,
} from "graphql";
import { schema } from "../../src/features/schema.ts";
import { operations, writeOperation } from "../helpers/operations.ts";

/** A place in the schema that takes a text, and what sends one there. */
export type Place = {
  /** Like "mutation createTask input.due.timeZone". */
  name: string;
  query: string;
  /** @returns variables that are as they should be but for the text */
  variables(text: string): object;
};

/** A text is sent for these as well as for a String: they are made of it. */
const isText = (type: GraphQLInputType) =>
  ["String", "ID", "Date", "DateTime", "LocalTime"].includes(getNamedType(type).name);

/** @returns the paths below an argument at which texts are taken */
function findTexts(type: GraphQLInputType): string[][] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return isText(type) ? [[]] : [];
  const fields = Object.values(named.getFields());
  return fields.flatMap((field) => findTexts(field.type).map((path) => [field.name, ...path]));
}

function select(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return "";
  const canRefuse =
    isAbstractType(named) && schema.getPossibleTypes(named).some(({ name }) => name === "ValidationError");
  return canRefuse
    ? "{ __typename ... on ValidationError { fieldErrors { path message } } }"
    : "{ __typename }";
}

/** Every place of the schema that takes a text, so that one that is added is among them. */
export function findPlaces(): Place[] {
  return operations.flatMap((operation) => {
    const { kind, field } = operation;
    return field.args.flatMap((argument) =>
      findTexts(argument.type).map((below): Place => {
        const path = [argument.name, ...below];
        const { document, variables } = writeOperation(operation, select(field.type), path);
        return { name: [kind, field.name, path.join(".")].join(" "), query: document, variables };
      }),
    );
  });
}
