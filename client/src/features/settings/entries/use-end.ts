import { type TypedDocumentNode, useMutation } from "urql";
import { describeError } from "../../../graphql/error-words.ts";

/**
 * Ends an entry by a mutation that takes its id.
 * @returns what does it, and returns what went wrong, in words, or null
 */
export function useEnd<Result>(
  document: TypedDocumentNode<Result, { input: { id: string } }>,
  id: string,
): () => Promise<string | null> {
  const [, end] = useMutation(document);
  return async () => {
    // Not found: it has ended already.
    const { error } = await end({ input: { id } });
    return error ? describeError(error) : null;
  };
}
