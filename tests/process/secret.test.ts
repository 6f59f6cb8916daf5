import { execFile } from "node:child_process";
import {
  chmodSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { readOrCreateSecret } from "../../src/config/signing-secret.ts";
import { temporaryFolder } from "./ownlist-process.ts";

const warnings: string[] = [];
const warn = (line: string) => void warnings.push(line);

afterEach(() => {
  expect(warnings.splice(0)).toEqual([]);
});

describe("the secret of a server that is given none", () => {
  it("is made once, with 256 random bits, for its owner's eyes only", () => {
    const folder = temporaryFolder();
    const secret = readOrCreateSecret(folder, warn);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, "jwt-secret")).mode & 0o777).toBe(0o600);
    expect(readOrCreateSecret(folder, warn)).toBe(secret);
    expect(readOrCreateSecret(temporaryFolder(), warn)).not.toBe(secret);
    expect(readdirSync(folder)).toEqual(["jwt-secret"]);
  });

  it("is the same for all servers that start at once", async () => {
    const folder = temporaryFolder();
    const source = `import { readOrCreateSecret } from ${JSON.stringify(resolve("src/config/signing-secret.ts"))};
      process.stdout.write(readOrCreateSecret(${JSON.stringify(folder)}, console.warn));`;
    const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source]);
    const outputs = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(outputs.map(({ stdout }) => stdout))).toEqual(new Set([readOrCreateSecret(folder, warn)]));
    expect(readdirSync(folder)).toEqual(["jwt-secret"]);
  });

  it("may have been saved by an editor that puts a byte order mark before it, as UTF-8 and as nothing else", () => {
    const folder = temporaryFolder();
    const path = join(folder, "jwt-secret");
    writeFileSync(path, `\ufeff${"k9".repeat(20)}\r\n`, { mode: 0o600 });
    expect(readOrCreateSecret(folder, warn)).toBe("k9".repeat(20));
    writeFileSync(path, `\ufeff${"k9".repeat(20)}`, "utf16le");
    expect(() => readOrCreateSecret(folder, warn)).toThrow(
      `The secret in ${path} is not UTF-8 text: save it as UTF-8.`,
    );
  });

  it("is refused in words when somebody has cut it short, and left as it is", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "jwt-secret"), "too-short\n");
    expect(() => readOrCreateSecret(folder, warn)).toThrow(
      /jwt-secret has 9 bytes; it takes 32 at least\. Delete the file/,
    );
    expect(readFileSync(join(folder, "jwt-secret"), "utf8")).toBe("too-short\n");
  });

  it.each(["644", "640", "777"])(
    "that others could read (mode %s) is closed to them, and told of",
    (mode) => {
      const folder = temporaryFolder();
      const path = join(folder, "jwt-secret");
      const secret = readOrCreateSecret(folder, warn);
      chmodSync(path, mode);
      expect(readOrCreateSecret(folder, warn)).toBe(secret);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(warnings.splice(0)).toEqual([
        `The secret in ${path} could be read by other users of this machine (mode ${mode}); now only its owner can. If one may have done so, delete the file and start again: everybody has to log in once more.`,
      ]);
      readOrCreateSecret(folder, warn);
    },
  );

  it.each([
    ["a link", symlinkSync],
    ["another name of a file", linkSync],
  ])("that is %s is told of and left as it is", (_what, connect) => {
    const folder = temporaryFolder();
    const elsewhere = join(temporaryFolder(), "secret");
    const path = join(folder, "jwt-secret");
    writeFileSync(elsewhere, "a secret of 32 bytes, or of more");
    chmodSync(elsewhere, 0o644);
    connect(elsewhere, path);
    readOrCreateSecret(folder, warn);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
    expect(warnings.splice(0)).toEqual([
      expect.stringContaining(`it still can be: run: chmod 600 ${path}. `),
    ]);
  });
});
