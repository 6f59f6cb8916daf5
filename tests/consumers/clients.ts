import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import type { ResultOf, TypedDocumentNode } from "@graphql-typed-document-node/core";
import { Client, type ClientOptions, cacheExchange, fetchExchange } from "@urql/core";
import { getOperationAST, isAbstractType, print } from "graphql";
import { GraphQLClient } from "graphql-request";
import { schema } from "../../src/features/schema.ts";

/** Has one operation executed. @throws whatever the client throws when the answer has errors */
export type Run = <Result, Variables extends object>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  token?: string,
) => Promise<Result>;

const credential = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

/** @param more members of the request besides its document and variables */
const runByPost =
  (url: string, headers: Record<string, string>, more: object = {}): Run =>
  async (document, variables, token) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, ...credential(token) },
      body: JSON.stringify({ query: print(document), variables, ...more }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    return data;
  };

const json = { "Content-Type": "application/json" };

/** Nothing but what every runtime has, which is what GraphQL Code Generator's fetcher sends that was given the type too. */
export const runWithFetch = (url: string): Run => runByPost(url, json);

export const runWithGraphqlRequest =
  (url: string): Run =>
  (document, variables, token) =>
    new GraphQLClient(url, { headers: credential(token) }).request<ResultOf<typeof document>>(
      print(document),
      variables,
    );

const isQuery = (document: TypedDocumentNode<unknown, never>) =>
  getOperationAST(document)?.operation === "query";

/** @param options of the client's besides its address and the token; by default it sends queries with GET */
export const runWithUrql =
  (url: string, options: Partial<ClientOptions> = {}): Run =>
  async (document, variables, token) => {
    const fetchOptions = { headers: credential(token) };
    const exchanges = [cacheExchange, fetchExchange];
    const client = new Client({ url, exchanges, fetchOptions, ...options });
    const result = isQuery(document)
      ? client.query(document, variables)
      : client.mutation(document, variables);
    const { data, error } = await result.toPromise();
    if (error || !data) throw error ?? new Error("no data");
    return data;
  };

/** What tells Apollo's cache which types a union or an interface stands for, as code generators write it. */
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

/** @param options of the link's besides its address and the token; by default it sends everything with POST */
export const runWithApollo =
  (url: string, options: Partial<HttpLink.Options> = {}): Run =>
  async (document, variables, token) => {
    const link = new HttpLink({ uri: url, headers: credential(token), ...options });
    const client = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
    const { data } = isQuery(document)
      ? await client.query({ query: document, variables })
      : await client.mutate({ mutation: document, variables });
    if (!data) throw new Error("no data");
    return data as ResultOf<typeof document>;
  };

/**
 * Sends what a network layer of Relay's does that names both media types, as its starter kits have it; the other members
 * are there whether they say anything or not.
 */
export const runWithRelayFetch = (url: string): Run => {
  const Accept = "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8";
  return runByPost(url, { Accept, ...json }, { extensions: {}, operationName: null });
};

/** Sends what GraphQL Code Generator's fetcher for React Query does unless it is given more: no type. */
export const runWithGeneratedFetcher = (url: string): Run => runByPost(url, {});
