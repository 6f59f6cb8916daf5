import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./ownlist-process.ts";

const repository = resolve(import.meta.dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
let root: string;

beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, "src/tools"), { recursive: true });
  for (const path of ["package.json", "src/tools/packages.cjs"])
    copyFileSync(join(repository, path), join(root, path));
});

type Entry = { version: string; [more: string]: unknown };

/** What npm leaves behind for these packages: all that there is to see of an installation. */
function install(packages: Record<string, Entry>): void {
  for (const path of Object.keys(packages)) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, "package.json"), "{}");
  }
  write("node_modules/.package-lock.json", packages);
}

const write = (path: string, packages: object) =>
  writeFileSync(join(root, path), JSON.stringify({ packages }));

const a = { version: "1.2.3" };

/** @param version of Node.js that it takes itself for */
function look(version = process.versions.node): { status: number | null; said: string } {
  const disguise = join(root, "disguise.cjs");
  writeFileSync(disguise, `Object.defineProperty(process.versions, "node", { value: "${version}" })`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", disguise, join(root, "src/tools/packages.cjs")],
    { encoding: "utf8" },
  );
  return { status, said: stdout + stderr };
}

const refusal = (line: string) => ({ status: 1, said: `${line}: run "npm ci".\n` });
const nothing = { status: 0, said: "" };

describe("before anything else it is looked whether the packages", () => {
  beforeEach(() => write("package-lock.json", { "": {}, "node_modules/a": a }));

  it("are there at all", () => {
    expect(look("20.1.0")).toEqual(refusal("The packages are not installed"));
    mkdirSync(join(root, "node_modules/a"), { recursive: true });
    expect(look()).toEqual(refusal("The packages are not installed"));
  });

  it("are there to the last", () => {
    install({ "node_modules/a": a });
    expect(look()).toEqual(nothing);
    write("node_modules/.package-lock.json", { "node_modules/a": a, "node_modules/b": a });
    expect(look()).toEqual(refusal("The packages are not all there"));
  });

  it("are those of package-lock.json", () => {
    const stale = refusal("The packages are not those of package-lock.json, as after an update");
    install({ "node_modules/a": { version: "1.2.2" } });
    expect(look()).toEqual(stale);
    install({ "node_modules/b": a });
    expect(look()).toEqual(stale);
  });

  it("are for this system", () => {
    const other = process.platform === "darwin" ? "linux" : "darwin";
    const line = `The packages were installed on another system than this one (${process.platform} ${process.arch})`;
    for (const entry of [{ os: [other] }, { cpu: ["pdp11"] }, { os: [`!${process.platform}`] }]) {
      install({ "node_modules/a": { ...a, ...entry } });
      expect(look()).toEqual(refusal(line));
    }
    for (const entry of [{ os: [other, process.platform] }, { cpu: [process.arch] }, { os: [`!${other}`] }]) {
      install({ "node_modules/a": { ...a, ...entry } });
      expect(look()).toEqual(nothing);
    }
  });

  it("may leave out those for development and for other systems", () => {
    const left = { d: { ...a, dev: true }, o: { ...a, optional: true }, p: { ...a, devOptional: true } };
    write("package-lock.json", { "": {}, "node_modules/a": a, ...left });
    install({ "node_modules/a": a });
    expect(look()).toEqual(nothing);
  });

  it("bring the Node.js that it takes, unless there is one", () => {
    install({ "node_modules/a": a });
    expect(look("20.20.2")).toEqual(
      refusal("This is Node.js 20.20.2, and it takes 26, which is missing from the packages"),
    );
    expect(look("26.0.0")).toEqual(nothing);
  });
});

it("the packages of this repository, as they are here, will do", () => {
  expect(spawnSync(process.execPath, ["src/tools/packages.cjs"], { cwd: repository }).status).toBe(0);
});

it("every script begins with it", () => {
  const names = Object.keys(scripts).filter((name) => !/^(pre|check:)/.test(name));
  const first = names.map((name) => [name, scripts[`pre${name}`]?.split(" && ")[0]]);
  expect(first).toEqual(names.map((name) => [name, "node src/tools/packages.cjs"]));
});

it.each(["start", "test", "dev", "admin", "check"])("npm run %s says it before npm ci", (name) => {
  // With the Node.js that npm finds, however old, and not that of the packages here.
  const path = process.env.PATH?.split(delimiter).filter((folder) => !folder.startsWith(repository));
  const env = { ...process.env, PATH: path?.join(delimiter) };
  const { status, stderr } = spawnSync("npm", ["run", name], { cwd: root, env, encoding: "utf8" });
  expect({ status, line: /^The packages are .*$/m.exec(stderr)?.[0] }).toEqual({
    status: 1,
    line: 'The packages are not installed: run "npm ci".',
  });
  expect(stderr).not.toMatch(/^ {4}at /m);
});
