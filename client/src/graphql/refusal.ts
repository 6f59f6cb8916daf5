import { type FragmentType, readFragment } from "../generated/fragment-masking.ts";
import { graphql } from "../generated/gql.ts";

const refusalFields = graphql(`
  fragment Refusal_Fields on Error {
    message
    ... on ValidationError {
      fieldErrors {
        path
        message
      }
    }
  }
`);

/** Why the server did not do what it was asked for; one that is about the input names fields of it. */
export type Refusal = { message: string; fieldErrors: { path: string[]; message: string }[] };

/** What a mutation answers, with the words of its refusals: its document has `...Refusal_Fields`. */
export type Answer = { __typename: string } & FragmentType<typeof refusalFields>;

/** The member of an answer's union that says that it is done. */
export type Payload<Result extends Answer> = Exclude<Result, { __typename: `${string}Error` }>;

export function isDone<Result extends Answer>(result: Result): result is Payload<Result> {
  return !result.__typename.endsWith("Error");
}

export function readRefusal(result: Answer): Refusal {
  const refusal = readFragment(refusalFields, result);
  return { message: refusal.message, fieldErrors: "fieldErrors" in refusal ? refusal.fieldErrors : [] };
}
