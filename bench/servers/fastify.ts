import { type FastifyInstance, fastify } from "fastify";
import type { Context } from "./graph.ts";
import { settings } from "./serve.ts";
import { createPool } from "./tasks.ts";
import { createTokens, getViewer, type Viewer } from "./viewer.ts";

declare module "fastify" {
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

/** @returns an application that refuses wrong tokens with 401, and what its resolvers need */
export function createApp(): {
  app: FastifyInstance;
  contextOf(request: { viewer: Viewer | null }): Context;
} {
  const pool = createPool();
  const tokens = createTokens(settings.jwtSecret);
  const app = fastify();
  app.decorateRequest("viewer", null);
  app.addHook("onRequest", async (request, reply) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return;
    request.viewer = await getViewer(pool, tokens, authorization);
    if (request.viewer === null) return reply.code(401).send({});
  });
  return { app, contextOf: ({ viewer }) => ({ pool, tokens, viewer }) };
}
