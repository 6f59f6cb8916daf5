import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { build, type Step } from "../../src/tools/build.ts";
import { temporaryFolder } from "./ownlist-process.ts";

// A repository in which a tool copies one file to another, notes that it ran, and fails when it is told to.
const tool = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
appendFileSync("runs", process.argv[2] + "\\n");
if (existsSync("fail")) { console.error("a mistake in line 3"); process.exit(1); }
await new Promise((resolve) => setTimeout(resolve, 100));
mkdirSync("client/made", { recursive: true });
mkdirSync("src/generated/draft", { recursive: true });
writeFileSync(process.argv[3], readFileSync("source.txt"));
`;
const copied: Step = {
  name: "copied file",
  inputs: ["source.txt"],
  output: "client/made/copy.txt",
  tool: ["tool.mjs", "copied", "client/made/copy.txt"],
};
const drafted: Step = {
  name: "drafted folder",
  inputs: ["source.txt", "client"],
  output: "client/dist",
  tool: ["tool.mjs", "drafted", "src/generated/draft/copy.txt"],
  draft: "src/generated/draft",
};

let root: string;
let said: string[];

beforeEach(() => {
  root = temporaryFolder();
  said = [];
  writeFileSync(join(root, "tool.mjs"), tool);
  writeFileSync(join(root, "source.txt"), "one");
  writeFileSync(join(root, "package-lock.json"), "{}");
  mkdirSync(join(root, "client"));
});

function run(chains: Step[][] = [[copied]]): Promise<void> {
  return build(root, chains, (line) => said.push(line));
}

function runs(): string[] {
  return existsSync(join(root, "runs")) ? readFileSync(join(root, "runs"), "utf8").trim().split("\n") : [];
}

describe("building", () => {
  it("makes what is missing and says so, then has nothing to do and says nothing", async () => {
    await run();
    expect(readFileSync(join(root, "client/made/copy.txt"), "utf8")).toBe("one");
    expect(said).toEqual([
      "Building the copied file …",
      expect.stringMatching(/^Built the copied file in \d+\.\d s$/),
    ]);
    said = [];
    await run();
    expect(said).toEqual([]);
    expect(runs()).toEqual(["copied"]);
  });

  it("does it again when an input, the packages or the output have changed, and for nothing else", async () => {
    await run();
    writeFileSync(join(root, "other.txt"), "");
    await run();
    expect(runs()).toHaveLength(1);
    writeFileSync(join(root, "source.txt"), "two");
    await run();
    expect(runs()).toHaveLength(2);
    writeFileSync(join(root, "package-lock.json"), "{ }");
    await run();
    expect(runs()).toHaveLength(3);
    rmSync(join(root, "client/made"), { recursive: true });
    await run();
    expect(runs()).toHaveLength(4);
  });

  it("puts a folder in its place when it is whole, and does not count what was made as an input", async () => {
    await run([[drafted]]);
    writeFileSync(join(root, "source.txt"), "two");
    await run([[drafted]]);
    await run([[drafted]]);
    expect(readFileSync(join(root, "client/dist/copy.txt"), "utf8")).toBe("two");
    expect(runs()).toHaveLength(2);
  });

  it("waits for another that is at it, and finds its work done", async () => {
    await Promise.all([run(), run()]);
    expect(runs()).toEqual(["copied"]);
    expect(said).toContain(`Waiting for another build (process ${process.pid}) …`);
  });

  it("takes over from one that was killed", async () => {
    mkdirSync(join(root, "src/generated"), { recursive: true });
    writeFileSync(join(root, "src/generated/.lock"), "4194303");
    await run();
    expect(runs()).toEqual(["copied"]);
  });

  it("shows what the tool said when it fails, and tries again next time", async () => {
    await run();
    writeFileSync(join(root, "source.txt"), "two");
    writeFileSync(join(root, "fail"), "");
    await expect(run()).rejects.toThrow("The copied file could not be built:\na mistake in line 3");
    await expect(run()).rejects.toThrow("a mistake in line 3");
    rmSync(join(root, "fail"));
    await run();
    expect(readFileSync(join(root, "client/made/copy.txt"), "utf8")).toBe("two");
  });

  it("says what is missing where the tools are not installed", async () => {
    rmSync(join(root, "tool.mjs"));
    await expect(run()).rejects.toThrow(
      'The copied file can\'t be built without the development packages: run "npm ci".',
    );
  });
});
