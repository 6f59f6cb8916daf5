import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readEnv } from "../../src/config/env.ts";
import { configuration, settings, wordsOf } from "../../src/config/settings.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const readme = read("README.md");
const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$/gm)].map(
  ([, name = "", byDefault = "", about = ""]) => ({ name, byDefault, about }),
);

describe("the README's table of variables", () => {
  it("has all that there are, in their words", () => {
    expect(rows.map(({ name, about }) => ({ name, about }))).toEqual(
      settings.map(({ name, about }) => ({ name, about })),
    );
  });

  it("says what each is when it is not set", () => {
    const rules = Object.values(configuration.shape).flatMap(({ shape }) => Object.values(shape));
    for (const { name, byDefault } of rows) {
      const [, value] = /^`(.+)`$/.exec(byDefault) ?? [];
      const rule = rules.find((each) => wordsOf(each).name === name);
      if (value === undefined) expect([null, []], name).toContainEqual(rule?.parse(undefined));
      else expect(readEnv({ [name]: value }), name).toEqual(readEnv({}));
    }
  });

  it("is followed by those that may stand in files", () => {
    const [, list = ""] = /^(.+) may stand in files/m.exec(readme) ?? [];
    const secret = settings.filter(({ isSecret }) => isSecret);
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(secret.map(({ name }) => name));
  });
});

it.each(["README.md", "docs/self-hosting.md", "docs/security.md"])(
  "%s names variables that there are",
  (path) => {
    const known = settings.flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : name));
    const codes = /^\| `[A-Z_]+` \(.*$/gm;
    const named =
      read(path)
        .replace(codes, "")
        .match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g) ?? [];
    expect(named.filter((name) => ![...known, "NODE_ENV"].includes(name))).toEqual([]);
  },
);
