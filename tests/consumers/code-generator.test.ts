import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../helpers/server.ts";

const root = new URL("../..", import.meta.url).pathname;
const run = promisify(execFile);

const tsconfig = {
  compilerOptions: {
    strict: true,
    module: "esnext",
    moduleResolution: "bundler",
    target: "esnext",
    noEmit: true,
    types: [],
    skipLibCheck: true,
  },
  include: ["src"],
};

/** A program that uses what the generator made of its documents. */
const program = `
import { graphql } from "./gql";
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";

const Complete = graphql(\`
  mutation Complete($input: UpdateTaskInput!) {
    updateTask(input: $input) {
      __typename
      ... on UpdateTaskPayload { task { id title due { date at } completedAt priority } }
      ... on ConflictError { currentVersion }
      ... on Error { message }
    }
  }
\`);

export const variables: VariablesOf<typeof Complete> = { input: { id: "x", completed: true } };

export function describe({ updateTask }: ResultOf<typeof Complete>): string {
  switch (updateTask.__typename) {
    case "UpdateTaskPayload":
      return updateTask.task.due?.date.toUpperCase() ?? updateTask.task.title;
    case "ConflictError":
      return String(updateTask.currentVersion?.toFixed());
    default:
      return updateTask.message;
  }
}
`;

describe("a code generator's client", () => {
  let server: TestServer;
  let dir: string;
  beforeAll(async () => {
    server = await startServer();
    dir = await mkdtemp(join(tmpdir(), "ownlist-consumer-"));
    await mkdir(join(dir, "src"));
    await symlink(join(root, "node_modules"), join(dir, "node_modules"));
    await copyFile(join(root, "schema.graphql"), join(dir, "schema.graphql"));
    await writeFile(join(dir, "tsconfig.json"), JSON.stringify(tsconfig));
    await writeFile(join(dir, "package.json"), '{ "type": "module" }');
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
    await server.close();
  });

  const tool = (path: string, ...args: string[]) =>
    run(process.execPath, [join("node_modules", path), ...args], { cwd: dir });

  /** Generates with the configuration that docs/api.md shows; @returns the types that come out */
  async function generate(schema: string): Promise<string> {
    const [, config = ""] =
      /^```ts\n([\s\S]*?)^```$/m.exec(await readFile(join(root, "docs/api.md"), "utf8")) ?? [];
    expect(config).toContain('schema: "schema.graphql"');
    await writeFile(join(dir, "codegen.ts"), config.replace("schema.graphql", schema));
    await writeFile(join(dir, "src/program.ts"), program);
    await tool("@graphql-codegen/cli/esm/bin.js");
    return readFile(join(dir, "src/gql/graphql.ts"), "utf8");
  }

  it("is the same from schema.graphql and from the endpoint, and using a field wrongly does not compile", async () => {
    const types = await generate("schema.graphql");
    await tool("typescript/bin/tsc");
    await writeFile(join(dir, "src/program.ts"), program.replace("task.title", "task.priority * 2"));
    const stdout = expect.stringContaining("src/program.ts");
    await expect(tool("typescript/bin/tsc")).rejects.toMatchObject({ stdout });
    expect(await generate(`${server.url}/graphql`)).toBe(types);
  });
});
