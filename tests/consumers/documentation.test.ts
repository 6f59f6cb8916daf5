import { readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentLimits } from "../../src/graphql/cost/document-limits.ts";
import { variableLimits } from "../../src/graphql/cost/variable-limits.ts";
import { MAX_BODY_BYTES } from "../../src/http/body.ts";
import { maxAnswerSize } from "../../src/schema/long-texts.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { readCurl } from "./curl.ts";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const api = await read("docs/api.md");
const readme = await read("README.md");

/** A document's blocks of code: fenced ones by their language, and those that are set in by four spaces. */
function blocksOf(text: string): { language: string; code: string }[] {
  const pattern = /^```(\w+)\n([\s\S]*?)^```$|(?:^ {4}.*\n)(?:(?: {4}.*)?\n)*/gm;
  return [...text.matchAll(pattern)].map(([block, language, code]) =>
    language === undefined || code === undefined
      ? { language: /^ {4}\{/.test(block) ? "json" : "sh", code: block.replace(/^ {4}/gm, "") }
      : { language, code },
  );
}

/** Values that are different each time; of the others an example has to be right to the letter. */
const changing = /^(id|deletedTaskId|accessToken|refreshToken|secret|hint|expiresAt|\w+At|\w*[cC]ursor)$/;

function settle(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (changing.test(key) && part !== null ? typeof part : part)),
  );
}

/** What later examples call by a name, after an answer that gives it. */
function namesFrom(
  data: Record<
    string,
    { accessToken?: string; refreshToken?: string; secret?: string; task?: { id?: string } }
  >,
): Record<string, string> {
  const [answer] = Object.values(data);
  return {
    ...(answer?.accessToken === undefined ? {} : { TOKEN: answer.accessToken }),
    ...(answer?.refreshToken ? { REFRESH: answer.refreshToken } : {}),
    ...(answer?.secret === undefined ? {} : { PAT: answer.secret }),
    ...(answer?.task?.id === undefined ? {} : { TASK: answer.task.id }),
  };
}

describe.each([
  ["docs/api.md", api, 15],
  ["README.md", readme, 3],
])("the examples with curl in %s", (_, text, count) => {
  let server: TestServer;
  beforeAll(async () => {
    // The day on which the examples were written, some of which name later ones.
    server = await startServer({ now: () => new Date("2026-11-21T12:24:35Z") });
  });
  afterAll(() => server.close());

  it("work one after the other and are answered as they say", async () => {
    const blocks = blocksOf(text);
    const variables: Record<string, string> = {};
    let examples = 0;
    for (const [index, { language, code }] of blocks.entries()) {
      if (language !== "sh" || !code.startsWith("curl")) continue;
      const { url, headers, body } = readCurl(code, variables);
      expect(url).toMatch(/^http:\/\/localhost:4000\/graphql$/);
      const response = await fetch(url.replace("http://localhost:4000", server.url), {
        method: "POST",
        headers,
        body,
      });
      const answer = await response.json();
      expect([response.status, answer.errors], code).toEqual([200, undefined]);
      Object.assign(variables, namesFrom(answer.data));
      const next = blocks[index + 1];
      if (next?.language === "json") expect(settle(answer), code).toEqual(settle(JSON.parse(next.code)));
      examples++;
    }
    expect(examples).toBeGreaterThanOrEqual(count);
  });
});

describe("docs/api.md", () => {
  it("shows only documents that fit the schema", async () => {
    const schema = buildSchema(await read("schema.graphql"));
    const documents = blocksOf(api).filter(({ language }) => language === "graphql");
    expect(documents.length).toBeGreaterThan(2);
    expect(documents.flatMap(({ code }) => validate(schema, parse(code)))).toEqual([]);
  });

  it("names the limits as they are", () => {
    const sizes = [MAX_BODY_BYTES, maxAnswerSize];
    const numbers = [...Object.values(documentLimits), ...Object.values(variableLimits), ...sizes];
    const [, section = ""] = api.split("\n## Limits\n");
    expect(numbers.filter((number) => !section.includes(` ${number.toLocaleString("en-US")} `))).toEqual([]);
  });

  it("names all the errors that mutations answer with, and where", async () => {
    const unions = [...(await read("schema.graphql")).matchAll(/^union \w+ = (.*)$/gm)].flatMap(
      ([, members = ""]) => members.split(" | "),
    );
    const errors = new Set(unions.filter((member) => member.endsWith("Error")));
    const rows = [...api.matchAll(/^\| `(\w+Error)` \|/gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual([...errors].toSorted());
  });

  it("links to nothing that is not there", async () => {
    const anchors = new Set(
      [...api.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replace(/[^a-z ]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    const links = [...api.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = ""]) => anchor);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });
});
