import { readFile } from "node:fs/promises";
import type { Exchange } from "../exchange.ts";
import { graphiqlHeaders } from "../headers.ts";
import { HttpRefusal } from "../refusal.ts";
import {
  compressFiles,
  createStaticFile,
  IMMUTABLE,
  REVALIDATE,
  type StaticFile,
  sendFile,
} from "../static-file.ts";
import { type GraphiqlBundle, readBundle } from "./bundle.ts";

type Graphiql = { page: StaticFile; assets: ReadonlyMap<string, StaticFile> };

/**
 * Serves GraphiQL from files of its own below /graphiql/, none of them from elsewhere and no script within the
 * page. They are made when somebody first asks for the page.
 *
 * @param basePath where people reach the server on its origin: "/tasks"; "" for the root
 */
export function createGraphiql(basePath: string) {
  let loading: Promise<Graphiql> | null = null;
  const load = (): Promise<Graphiql> => {
    loading ??= build(basePath).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  return {
    async sendPage(exchange: Exchange): Promise<void> {
      const { page } = await load();
      await sendFile(exchange, page, graphiqlHeaders);
    },
    async sendAsset(exchange: Exchange, path: string): Promise<void> {
      const asset = (await load()).assets.get(path);
      if (asset === undefined) throw new HttpRefusal(404, "BAD_REQUEST", "There is nothing at this address.");
      await sendFile(exchange, asset);
    },
  };
}

async function build(basePath: string): Promise<Graphiql> {
  const [bundle, start, document, variables] = await Promise.all([
    readBundle(),
    readFile(new URL("./start.js", import.meta.url)),
    readFile(new URL("./example.graphql", import.meta.url), "utf8"),
    readFile(new URL("./example-variables.json", import.meta.url), "utf8"),
  ]);
  const files = new Map<string, StaticFile>();
  const publish = (name: string, content: Uint8Array<ArrayBuffer>): string => {
    const file = createStaticFile(
      name,
      Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      IMMUTABLE,
    );
    const path = `/graphiql/${name.replace(".", `.${file.hash.slice(0, 12)}.`)}`;
    files.set(path, file);
    return basePath + path;
  };
  const paths = Object.fromEntries(
    Object.entries({ ...bundle, "start.js": start }).map(([name, content]) => [name, publish(name, content)]),
  ) as Record<keyof GraphiqlBundle | "start.js", string>;
  void compressFiles(files.values());
  const page = renderPage(paths, { basePath, document, variables: variables.trim() });
  return { page: createStaticFile("page.html", Buffer.from(page), REVALIDATE), assets: files };
}

function renderPage(
  paths: Record<keyof GraphiqlBundle | "start.js", string>,
  setup: { basePath: string; document: string; variables: string },
): string {
  const workers = {
    editorWorkerService: paths["editor-worker.js"],
    json: paths["json-worker.js"],
    graphql: paths["graphql-worker.js"],
  };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL · Ownlist</title>
    <link rel="icon" href="${setup.basePath}/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="${paths["graphiql.css"]}">
    <script defer src="${paths["start.js"]}"></script>
    <script defer src="${paths["graphiql.js"]}"></script>
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root" data-setup="${escapeHtml(JSON.stringify({ workers, ...setup }))}"></div>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
