import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { serve, settings } from "./serve.ts";
import { createPool, createTask, getTask, listTasks, updateTask } from "./tasks.ts";
import { createTokens, getViewer, login } from "./viewer.ts";

// The practical limit: what node:http and pg can do when nothing lies between them.

const pool = createPool();
const tokens = createTokens(settings.jwtSecret);

async function readJson<Body>(req: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of req) text += chunk;
  return JSON.parse(text) as Body;
}

/** @returns what is answered; null where there is nothing of the viewer's */
async function answer(req: IncomingMessage, userId: string): Promise<object | null> {
  const { pathname, searchParams } = new URL(req.url ?? "", "http://localhost");
  const [, , id] = pathname.split("/");
  if (req.method === "POST") {
    const { title } = await readJson<{ title: string }>(req);
    return id === undefined ? createTask(pool, userId, title) : updateTask(pool, userId, { id, title });
  }
  if (id !== undefined) return getTask(pool, userId, id);
  const completed = searchParams.get("completed");
  return listTasks(pool, userId, {
    first: Number(searchParams.get("first")),
    after: searchParams.get("after"),
    completed: completed === null ? null : completed === "true",
    search: searchParams.get("search"),
    dueFrom: searchParams.get("dueFrom"),
  });
}

function send(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  res.end(text);
}

async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.url === "/login") {
    const accessToken = await login(pool, tokens, await readJson(req));
    return accessToken === null ? send(res, 401, {}) : send(res, 200, { accessToken });
  }
  const viewer = await getViewer(pool, tokens, req.headers.authorization);
  if (viewer === null) return send(res, 401, {});
  const found = await answer(req, viewer.id);
  return found === null ? send(res, 404, {}) : send(res, 200, found);
}

const server = createServer((req, res) => {
  handle(req, res).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    send(res, 500, {});
  });
});

await serve(() => new Promise<void>((done) => server.listen(settings.port, "127.0.0.1", done)));
