import { mercurius } from "mercurius";
import { createApp } from "./fastify.ts";
import { type Context, resolvers, typeDefs } from "./graph.ts";
import { serve, settings } from "./serve.ts";

declare module "mercurius" {
  interface MercuriusContext extends Context {}
}

const { app, contextOf } = createApp();
// Documents are kept parsed and validated; each is compiled at its second execution.
app.register(mercurius, { schema: typeDefs, resolvers, context: contextOf, jit: 1 });

await serve(() => app.listen({ port: settings.port, host: "127.0.0.1" }));
