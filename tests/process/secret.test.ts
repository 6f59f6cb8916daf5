import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readOrCreateSecret } from "../../src/secret.ts";
import { temporaryFolder } from "./ownlist-process.ts";

describe("the secret of a server that is given none", () => {
  it("is made once, with 256 random bits, for its owner's eyes only", () => {
    const folder = temporaryFolder();
    const secret = readOrCreateSecret(folder);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, "jwt-secret")).mode & 0o777).toBe(0o600);
    expect(readOrCreateSecret(folder)).toBe(secret);
    expect(readOrCreateSecret(temporaryFolder())).not.toBe(secret);
    expect(readdirSync(folder)).toEqual(["jwt-secret"]);
  });

  it("is the same for all servers that start at once", async () => {
    const folder = temporaryFolder();
    const source = `import { readOrCreateSecret } from ${JSON.stringify(resolve("src/secret.ts"))};
      process.stdout.write(readOrCreateSecret(${JSON.stringify(folder)}));`;
    const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source]);
    const outputs = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(outputs.map(({ stdout }) => stdout))).toEqual(new Set([readOrCreateSecret(folder)]));
    expect(readdirSync(folder)).toEqual(["jwt-secret"]);
  });

  it("may have been saved by an editor that puts a byte order mark before it, as UTF-8 and as nothing else", () => {
    const folder = temporaryFolder();
    const path = join(folder, "jwt-secret");
    writeFileSync(path, `\ufeff${"k9".repeat(20)}\r\n`);
    expect(readOrCreateSecret(folder)).toBe("k9".repeat(20));
    writeFileSync(path, `\ufeff${"k9".repeat(20)}`, "utf16le");
    expect(() => readOrCreateSecret(folder)).toThrow(
      `The secret in ${path} is not UTF-8 text: save it as UTF-8.`,
    );
  });

  it("is refused in words when somebody has cut it short, and left as it is", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "jwt-secret"), "too-short\n");
    expect(() => readOrCreateSecret(folder)).toThrow(
      /jwt-secret has 9 bytes; it takes 32 at least\. Delete the file/,
    );
    expect(readFileSync(join(folder, "jwt-secret"), "utf8")).toBe("too-short\n");
  });
});
