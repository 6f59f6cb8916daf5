import { type ChangeEvent, type FormEvent, useState } from "react";
import { type OperationContext, type TypedDocumentNode, useMutation } from "urql";
import { useNamedDraft } from "../browser/drafts.ts";
import { describeError } from "../graphql/error-words.ts";
import { type Answer, isDone, type Payload, readRefusal } from "../graphql/refusal.ts";
import { sortByField } from "./field-errors.ts";
import { useFirstWrong } from "./use-first-wrong.ts";

type Name<Values> = keyof Values & string;

/** Never a password or a code. */
type Keepable<Values> = Exclude<Name<Values>, "code" | `${string}Code` | "password" | `${string}Password`>;

/** What is wrong, in words: with a field, or under "form" with none of them. */
type Errors<Values> = { [Key in Name<Values> | "form"]?: string | undefined };

/** The field that a refusal is about, or what to say instead. */
type Place<Values> = Name<Values> | "form" | ((message: string) => Errors<Values>);

type Options<Values, Result extends Answer, Input> = {
  /** What stands in the fields to begin with, under the names that the input has for them. */
  fields: Values;
  /** The name under which the page keeps what is typed, and in which fields. */
  draft?: { name: string; fields: readonly Keepable<Values>[] };
  /** Says what is wrong before anything is sent. */
  check?: (values: Values) => { [Key in Name<Values>]?: string | false | null };
  /** Asks for `__typename` and `...Refusal_Fields`. */
  mutation: TypedDocumentNode<Record<string, Result>, { input: Input }>;
  context?: Partial<OperationContext>;
  input: (values: Values) => Input;
  /** Each refusal's place; a ValidationError names its fields itself. */
  refusals: Record<
    Exclude<Result, Payload<Result> | { __typename: "ValidationError" }>["__typename"],
    Place<Values>
  >;
  /** @param values as they were sent; nothing is typed any more */
  onDone: (payload: Payload<Result>, values: Values) => void;
};

/** A form that sends one mutation. Whatever is wrong stands at its field, and the first such field gets the focus. */
export function useForm<Values extends object, Result extends Answer, Input>(
  options: Options<Values, Result, Input>,
) {
  const { fields, draft, check, mutation, context, input, refusals, onDone } = options;
  const [kept, keep] = useNamedDraft<Partial<Values>>(draft?.name ?? null);
  const [typed, setTyped] = useState<Partial<Values>>({});
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const ref = useFirstWrong(errors);
  const [{ fetching: isBusy }, mutate] = useMutation(mutation);
  const values: Values = { ...fields, ...kept, ...typed };
  const keptNames: readonly string[] = draft?.fields ?? [];

  const change = <Key extends Name<Values>>(name: Key, value: Values[Key]) => {
    if (keptNames.includes(name)) keep({ ...kept, [name]: value });
    else setTyped((before) => ({ ...before, [name]: value }));
  };

  /** The props of a field for a text. */
  const field = <Key extends Name<Values>>(name: Values[Key] extends string ? Key : never) => ({
    value: values[name] as string,
    error: errors[name],
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) =>
      change<Key>(name, currentTarget.value as Values[Key]),
  });

  const explain = (result: Answer) => {
    const refusal = readRefusal(result);
    if (result.__typename === "ValidationError") return sortByField(refusal, Object.keys(fields));
    const places: Record<string, Place<Values>> = refusals;
    const place = places[result.__typename] ?? "form";
    return typeof place === "function" ? place(refusal.message) : { [place]: refusal.message };
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const checked = Object.entries<string | false | null | undefined>(check?.(values) ?? {});
    const problems = checked.flatMap(([name, problem]) => (problem ? [[name, problem]] : []));
    setErrors(Object.fromEntries(problems));
    if (problems.length > 0 || isBusy) return;
    const { data, error } = await mutate({ input: input(values) }, context);
    if (error) return setErrors({ form: describeError(error) });
    const [result] = Object.values(data ?? {});
    if (!result) return;
    if (!isDone(result)) return setErrors(explain(result));
    setTyped({});
    keep(undefined);
    onDone(result, values);
  };

  return { values, change, field, errors, submit, ref, isBusy };
}
