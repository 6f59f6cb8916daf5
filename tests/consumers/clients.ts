import type { ResultOf, TypedDocumentNode } from "@graphql-typed-document-node/core";
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { getOperationAST, print } from "graphql";
import { GraphQLClient } from "graphql-request";

/** Has one operation executed. @throws whatever the client throws when the answer has errors */
export type Run = <Result, Variables extends object>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  token?: string,
) => Promise<Result>;

const credential = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

/** Nothing but what every runtime has. */
export const runWithFetch =
  (url: string): Run =>
  async (document, variables, token) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...credential(token) },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    return data;
  };

export const runWithGraphqlRequest =
  (url: string): Run =>
  (document, variables, token) =>
    new GraphQLClient(url, { headers: credential(token) }).request<ResultOf<typeof document>>(
      print(document),
      variables,
    );

export const runWithUrql =
  (url: string): Run =>
  async (document, variables, token) => {
    const fetchOptions = { headers: credential(token) };
    const client = new Client({
      url,
      exchanges: [cacheExchange, fetchExchange],
      fetchOptions,
      preferGetMethod: false,
    });
    const isQuery = getOperationAST(document)?.operation === "query";
    const result = isQuery ? client.query(document, variables) : client.mutation(document, variables);
    const { data, error } = await result.toPromise();
    if (error || !data) throw error ?? new Error("no data");
    return data;
  };
