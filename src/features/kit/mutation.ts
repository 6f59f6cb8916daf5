import {
  type InputFieldMap,
  type InputShapeFromFields,
  type ObjectFieldsShape,
  ObjectRef,
} from "@pothos/core";
import type { GraphQLResolveInfo } from "graphql";
import type { DomainError } from "../../errors.ts";
import type { NeededScope } from "../../identity/scopes.ts";
import { decodeIdOf } from "../../schema/ids.ts";
import { builder, type NodeType, type Types } from "./builder.ts";
import type { ContextOf } from "./context.ts";

/** The members of an input that are ids, each by the type of what it names. */
type Ids = Readonly<Record<string, NodeType>>;

/** What the fields of a payload are made with. */
export type PayloadFields<Payload> = PothosSchemaTypes.ObjectFieldBuilder<Types, Payload>;

type ErrorClass = new (...args: never[]) => DomainError;

type InputOf<Fields extends InputFieldMap, I extends Ids> = InputShapeFromFields<Fields> &
  Record<keyof I, string>;

type Mutation<
  S extends NeededScope | undefined,
  Fields extends InputFieldMap,
  I extends Ids,
  Input,
  Payload extends object,
> = {
  description: string;
  /** What it takes of a personal token; left out, it is for whoever is not signed in. */
  scope?: S;
  extensions?: Readonly<Record<string, unknown>>;
  input?: {
    description: string;
    /** What the argument's description is. */
    argument: string;
    ids?: I;
    fields?(t: PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">): Fields;
  };
  /** What a caller may hear in place of the payload. */
  errors?: ErrorClass[];
  /** @param input with the rows' own ids */
  run(context: ContextOf<S>, input: Input, info: GraphQLResolveInfo): Promise<Payload>;
  payload: ObjectRef<Types, Payload> | { description: string; fields: ObjectFieldsShape<Types, Payload> };
};

const capitalise = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** @returns the words of a type's name: `PersonalToken` is a personal token */
const wordsOf = (type: NodeType) => type.replace(/\B[A-Z]/g, " $&").toLowerCase();

/**
 * Adds a mutation with its types, named after it: `<Name>Input`, `<Name>Payload`, and `<Name>Result`, the union of the
 * payload and the errors.
 */
export function mutation<
  Payload extends object,
  S extends NeededScope | undefined = undefined,
  Fields extends InputFieldMap = Record<never, never>,
  const I extends Ids = Record<never, never>,
>(name: string, options: Mutation<S, Fields, I, InputOf<Fields, I>, Payload>): void;
export function mutation(
  name: string,
  {
    scope,
    extensions,
    input,
    errors,
    run,
    payload,
    ...options
  }: Mutation<NeededScope | undefined, InputFieldMap, Ids, object, object>,
): void {
  const noun = capitalise(name);
  const ids = Object.entries(input?.ids ?? {});
  const Payload =
    payload instanceof ObjectRef ? payload : builder.objectRef<object>(`${noun}Payload`).implement(payload);
  const Input =
    input &&
    builder.inputType(`${noun}Input`, {
      description: input.description,
      fields: (t) => ({
        ...Object.fromEntries(
          ids.map(([id, type]) => [id, t.id({ required: true, description: `The ${wordsOf(type)}'s id.` })]),
        ),
        ...input.fields?.(t),
      }),
    });
  builder.mutationField(name, (t) =>
    t.field({
      ...options,
      type: Payload,
      ...(scope && { authScopes: { signedIn: true } }),
      extensions: { ...extensions, ...(scope && { scope }) },
      ...(errors && {
        errors: { types: errors, union: { name: `${noun}Result`, description: `What ${name} answers.` } },
      }),
      args: Input ? { input: t.arg({ type: Input, required: true, description: input.argument }) } : {},
      resolve: (_root, { input: sent }, context, info) => {
        const decoded = ids.map(([id, type]) => [id, decodeIdOf(type, String(sent[id]))]);
        return run(context, { ...sent, ...Object.fromEntries(decoded) }, info);
      },
    }),
  );
}
