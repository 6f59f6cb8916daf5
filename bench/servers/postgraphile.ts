import { createServer, type IncomingMessage } from "node:http";
import { makeSchema } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { sideEffect } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema } from "postgraphile/utils";
import { serve, settings } from "./serve.ts";
import { createPool } from "./tasks.ts";
import { createTokens, getViewer, login, type Viewer } from "./viewer.ts";

const pool = createPool();
const tokens = createTokens(settings.jwtSecret);
const viewers = new WeakMap<IncomingMessage, Viewer>();

type Credentials = { email: string; password: string };

const loginPlugin = extendSchema({
  typeDefs: `
    extend type Mutation { login(input: LoginInput!): AuthPayload }
    input LoginInput { email: String!, password: String! }
    type AuthPayload { accessToken: String! }
  `,
  objects: {
    Mutation: {
      plans: {
        login: (_$root, { $input }) =>
          sideEffect($input, async (input) => {
            const accessToken = await login(pool, tokens, input as Credentials);
            return accessToken === null ? null : { accessToken };
          }),
      },
    },
  },
});

/** Whose rows a request reaches: the policies of Ownlist's own migrations see to that. */
function pgSettings(viewer: Viewer | undefined): Record<string, string> {
  return viewer === undefined ? { role: "ownlist_app" } : { role: "ownlist_app", "app.user_id": viewer.id };
}

const { schema, resolvedPreset } = await makeSchema({
  extends: [PostGraphileAmberPreset],
  plugins: [loginPlugin],
  pgServices: [makePgService({ pool, schemas: ["public"], pubsub: false })],
  grafast: {
    explain: false,
    context: ({ node }) => ({ pgSettings: pgSettings(node && viewers.get(node.req)) }),
  },
  grafserv: { graphiql: false, watch: false, websockets: false },
});

const handle = grafserv({ schema, preset: resolvedPreset }).createHandler();
const server = createServer(async (req, res) => {
  const { authorization } = req.headers;
  if (authorization !== undefined) {
    const viewer = await getViewer(pool, tokens, authorization);
    if (viewer === null) return res.writeHead(401, { "Content-Length": 0 }).end();
    viewers.set(req, viewer);
  }
  handle(req, res);
});

await serve(() => new Promise<void>((done) => server.listen(settings.port, "127.0.0.1", done)));
