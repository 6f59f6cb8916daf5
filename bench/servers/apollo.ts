import { ApolloServer } from "@apollo/server";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { createApp } from "./fastify.ts";
import { type Context, resolvers, typeDefs } from "./graph.ts";
import { serve, settings } from "./serve.ts";

const { app, contextOf } = createApp();
// As in production: no introspection and no usage reports. Documents are kept parsed and validated.
const apollo = new ApolloServer<Context>({ typeDefs, resolvers, introspection: false });

await serve(async () => {
  await apollo.start();
  app.post("/graphql", fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) }));
  await app.listen({ port: settings.port, host: "127.0.0.1" });
});
