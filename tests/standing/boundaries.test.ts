import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clientLayers, serverLayers } from "./layers.ts";
import * as rules from "./rules.ts";
import { listFiles, parseSource, readSources } from "./sources.ts";

const sources = [...readSources("src"), ...readSources("client/src")];

/** Each rule, what it says of our code, and code that it has to refuse. */
const cases: [sentence: string, rule: rules.Rule, path: string, refused: string[]][] = [
  [
    "imports go down, from the process to what stands alone",
    rules.keepsToLayers,
    "src/features/tasks/service.ts",
    [
      'import { builder } from "../kit/builder.ts";',
      'import type { Context } from "../kit/context.ts";',
      'import { taskFields } from "./schema.ts";',
      'import { User } from "../accounts/schema.ts";',
      'export { send } from "../../http/headers.ts";',
      'const later = await import("../../server/server.ts");',
      'type Env = import("../../config/env.ts").Env;',
    ],
  ],
  [
    "rules that the web client shares stand alone",
    rules.keepsToLayers,
    "src/rules/folding.ts",
    [
      'import { Refusal } from "../errors.ts";',
      'import type { Tab } from "../../client/src/session/note.ts";',
    ],
  ],
  [
    "a feature knows no other feature's schema",
    rules.keepsToLayers,
    "src/features/lists/schema.ts",
    ['import { Task } from "../tasks/task-schema.ts";', 'import { node } from "../node-query.ts";'],
  ],
  [
    "a component knows its own feature, the shared pieces and the documents",
    rules.keepsToLayers,
    "client/src/features/tasks/list/row.tsx",
    [
      'import { Account } from "../../auth/account.tsx";',
      'import { startSession } from "../../../session/session.ts";',
      'import type { TaskRow } from "../../../../../src/tasks/service.ts";',
    ],
  ],
  [
    "what looks alone knows nothing of the server",
    rules.takesNothingForeign,
    "client/src/ui/problem.tsx",
    ['import { CombinedError } from "urql";', 'import type { UseQueryExecute } from "urql";'],
  ],
  [
    "a kind of file that the layers don't know is given a place in them first",
    rules.keepsToLayers,
    "src/extras.ts",
    ["export const extra = 1;"],
  ],
  [
    "imports go in no circle",
    rules.goesInNoCircle,
    "src/features/tasks/due.ts",
    ['import type { Due } from "./due.ts";', 'import "../tasks/due.ts";'],
  ],
  [
    "packages are used in their places",
    rules.keepsPackagesInPlace,
    "src/features/tasks/service.ts",
    [
      'import pg from "pg";',
      'import { PrismaPg } from "@prisma/adapter-pg";',
      'import jwt from "jsonwebtoken";',
    ],
  ],
  [
    "services take nothing of GraphQL, not even types",
    rules.takesNothingForeign,
    "src/features/tasks/list.ts",
    [
      'import type { GraphQLResolveInfo } from "graphql";',
      'import { queryFromInfo } from "@pothos/plugin-prisma";',
    ],
  ],
  [
    "the database client that is bound to nobody is in the hands of few",
    rules.keepsRowsApart,
    "src/features/tasks/schema.ts",
    [
      'import type { Db } from "../../db/prisma.ts";',
      'import { PrismaClient } from "../../generated/prisma/client.ts";',
      'import { bindToViewer } from "../../db/viewer-db.ts";',
    ],
  ],
  [
    "statements get to connections by the bound pool alone",
    rules.keepsToBoundPool,
    "src/db/viewer-db.ts",
    [
      'import { createLanes } from "./lanes.ts";',
      'import type { Lane } from "./lane.ts";',
      'import { PlainQuery } from "./wire.ts";',
      'import { runBound } from "./bound-query.ts";',
      'import { sendBound as send } from "./bound-query.ts";',
    ],
  ],
  [
    "the environment is read where the configuration is",
    rules.readsNoEnvironment,
    "src/server/server.ts",
    [
      "export const port = () => process.env.PORT;",
      'const all = process["env"];',
      "const { env } = process;",
    ],
  ],
  [
    "what works answers out is told the time",
    rules.readsNoClock,
    "src/features/sessions/service.ts",
    [
      "export const now = () => new Date();",
      "export const now = () => Date.now();",
      "const { now } = Date;",
      "export const text = () => Date();",
      "export const ms = () => performance.now();",
      "export const now = () => Temporal.Now.instant();",
    ],
  ],
  [
    "signals are listened for where the process is run",
    rules.hearsNoSignals,
    "src/server/server.ts",
    ['export const f = () => process.once("SIGTERM", stop);', 'process.on("exit", stop);'],
  ],
  [
    "loading a module opens nothing",
    rules.opensNothing,
    "src/server/server.ts",
    [
      'import pg from "pg"; export const pool = new pg.Pool();',
      'import { readFileSync } from "node:fs"; const text = [1].map(() => 2).concat(readFileSync("x").length);',
      'import * as fs from "node:fs"; class Cache { static text = fs.readFileSync("x"); }',
      "setInterval(() => {}, 1000);",
      "const start = () => setTimeout(start, 1); export const timer = start();",
      'export const answer = await fetch("http://localhost");',
      'document.addEventListener("click", () => {});',
    ],
  ],
  [
    "texts are parsed and normalised where their length is looked at first",
    rules.parsesInPlace,
    "src/features/tasks/service.ts",
    [
      'export const f = (title: string) => title.trim().normalize("NFC");',
      "export const f = (a: string, b: string) => a.localeCompare(b);",
      'import { domainToASCII } from "node:url"; export const f = (host: string) => domainToASCII(host);',
      'import url from "node:url"; export const f = (host: string) => url.domainToUnicode(host);',
      "export const f = (link: string) => new URL(link).host;",
      "export const f = (link: string) => URL.canParse(link);",
      "export const f = (day: string) => Temporal.PlainDate.from(day);",
      "export const f = (zone: string) => Temporal.Now.zonedDateTimeISO(zone);",
      "export const f = (locale: string) => new Intl.Segmenter(locale);",
      'export const f = (id: string) => Buffer.from(id, "base64url");',
      "export const f = (text: string) => JSON.parse(text);",
    ],
  ],
  [
    "an input method's keys are no commands: nothing listens for keys past the guard",
    rules.heedsComposition,
    "client/src/main.tsx",
    [
      'guardComposition(); addEventListener("keydown", close);',
      'guardComposition(); document.addEventListener("keyup", close, true);',
      "guardComposition(); window.onkeydown = close;",
      'import { useHotkeys } from "@mantine/hooks"; guardComposition(); useHotkeys([["x", close]]);',
      "guardComposition(); export const Page = () => <p onKeyDownCapture={close} />;",
      "guardComposition(); export const Page = () => <p onKeyUp={close} />;",
      "start(); guardComposition();",
      "start();",
    ],
  ],
  [
    "a part that is loaded later has something to stand in for it",
    rules.standsInForParts,
    "client/src/app.tsx",
    [
      'import { lazy } from "react"; const Page = lazy(() => import("./page.tsx"));',
      'export const open = () => import("./page.tsx");',
    ],
  ],
  [
    "mutations ask for what refuses them by one fragment",
    rules.asksForRefusals,
    "client/src/features/tasks/changes/task-mutations.ts",
    [
      "graphql(`\n  mutation A_B {\n    logout {\n      __typename\n    }\n  }\n`);",
      "graphql(`\n  mutation A_B {\n    logout {\n      __typename\n      ...Refusal_Fields\n      ... on NotFoundError {\n        message\n      }\n    }\n  }\n`);",
    ],
  ],
  [
    "types are known: no any, no !",
    rules.knowsItsTypes,
    "src/schema/ids.ts",
    [
      "let x: any;",
      "export const f = (x?: string) => x!.length;",
      "let x!: string;",
      "class A { b!: string; }",
    ],
  ],
  ["no file has more than 400 lines", rules.isShort, "src/schema/ids.ts", ["\n".repeat(401)]],
];

describe.each(cases)("%s", (_, rule, path, refused) => {
  it("in this repository", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(rule(sources)).toEqual([]);
  });

  it("and code that does otherwise would be refused", () => {
    expect(refused.filter((text) => rule([parseSource(path, text)]).length === 0)).toEqual([]);
  });
});

describe("folders of the web client import each other in no circle", () => {
  it("in this repository", () => {
    expect(rules.keepsRoomsInOrder(sources)).toEqual([]);
  });

  it("and code that does otherwise would be refused", () => {
    const list = parseSource("client/src/features/tasks/list/row.tsx", 'import "../details/panel.tsx";');
    const details = parseSource("client/src/features/tasks/details/times.tsx", 'import "../list/count.tsx";');
    expect(rules.keepsRoomsInOrder([list])).toEqual([]);
    expect(rules.keepsRoomsInOrder([list, details])).toHaveLength(1);
  });
});

describe.each([
  ["server", serverLayers],
  ["client", clientLayers],
])("the table of the %s's layers in docs/architecture.md", (_, layers) => {
  it("has layers that import from those below them alone, whatever generated code there is besides", () => {
    const names = layers.map(({ name }) => name);
    const upwards = layers.flatMap(({ name, imports }, index) => {
      const below = [...names.slice(index + 1), ...(layers === clientLayers ? ["rules"] : []), "generated"];
      return imports.filter((other) => !below.includes(other)).map((other) => `${name} > ${other}`);
    });
    expect(names.length).toBeGreaterThan(5);
    expect(upwards).toEqual([]);
  });

  it("allows nothing that no file needs", () => {
    const own = sources.filter(({ path }) => path.startsWith(layers === clientLayers ? "client/" : "src/"));
    expect(rules.findUnusedArrows(own, layers)).toEqual([]);
  });
});

it("at the top of src/ there are the processes' entries, errors.ts and folders, twenty in all at most", () => {
  const top = readdirSync(new URL("../../src", import.meta.url), { withFileTypes: true });
  const files = top.filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(files.sort()).toEqual(["admin.ts", "errors.ts", "main.ts", "worker.ts"]);
  expect(top.length).toBeLessThanOrEqual(20);
});

describe("a file's name", () => {
  const names = [...listFiles("src"), ...listFiles("client/src")].flatMap((path) => path.split("/").slice(1));

  it("is in kebab-case", () => {
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.module)?(\.[a-z]+)?$/.test(name))).toEqual([]);
  });

  it("says what is in it, and is no drawer's", () => {
    expect(names.filter((name) => /^(utils?|helpers?|common|misc|shared|lib)(\.|$)/.test(name))).toEqual([]);
  });
});
