import { answerGraphql, type GraphqlHandler, wantsPage } from "../graphql/endpoint.ts";
import { answerDownload, type DownloadHandler } from "../http/download.ts";
import type { Route } from "../http/front.ts";
import { createGraphiql } from "../http/graphiql/graphiql.ts";
import { createReadiness, sendLive } from "../http/health.ts";
import { HttpRefusal } from "../http/refusal.ts";
import { createClient } from "../http/web-client.ts";

export type RouteDepsOptions = {
  graphql: GraphqlHandler;
  /** Answers at /export. */
  download: DownloadHandler;
  isReady: () => Promise<boolean>;
  /** Where the built web client is; it may be missing. */
  clientDir: string;
  /** Where people reach all this on its origin: "/tasks"; "" for the root. */
  basePath: string;
  /** Whether a browser gets GraphiQL at /graphql. */
  graphiql: boolean;
};

const readyLimitMs = 2_000;

/** Makes what the routes answer with. */
export function createRouteDeps({
  graphql,
  download,
  isReady,
  clientDir,
  basePath,
  graphiql,
}: RouteDepsOptions) {
  return {
    graphql,
    download,
    graphiql: graphiql ? createGraphiql(basePath) : null,
    sendReady: createReadiness(isReady, readyLimitMs),
    sendClient: createClient(clientDir, basePath),
  };
}

const reading = ["GET", "HEAD"];

/** All that the server answers, by its address. */
export const routes: readonly Route<ReturnType<typeof createRouteDeps>>[] = [
  {
    path: "/graphql",
    methods: ["GET"],
    takes: ({ req }) => wantsPage(req),
    answer({ graphiql }, exchange) {
      if (graphiql !== null) return graphiql.sendPage(exchange);
      throw new HttpRefusal(404, "BAD_REQUEST", "There is no page here. Send GraphQL requests with POST.");
    },
  },
  {
    path: "/graphql",
    methods: ["GET", "POST"],
    cors: true,
    answer: ({ graphql }, exchange, request) => answerGraphql(exchange, request, graphql),
  },
  {
    path: "/export",
    methods: ["GET"],
    cors: true,
    answer: ({ download }, exchange) => answerDownload(exchange, download),
  },
  {
    path: "/graphiql/",
    methods: reading,
    answer: ({ graphiql, sendClient }, exchange, { path }) =>
      graphiql === null ? sendClient(exchange, path) : graphiql.sendAsset(exchange, path),
  },
  { path: "/live", methods: reading, answer: (_deps, exchange) => sendLive(exchange) },
  { path: "/ready", methods: reading, answer: ({ sendReady }, exchange) => sendReady(exchange) },
  { path: "/", methods: reading, answer: ({ sendClient }, exchange, { path }) => sendClient(exchange, path) },
];

/** Addresses that are not the web client's; with "/" at its end: all below it. */
export const ownPaths = [...new Set(routes.map(({ path }) => path))].filter((path) => path !== "/");
