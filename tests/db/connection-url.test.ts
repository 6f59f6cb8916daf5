import pg from "pg";
import { expect, it, vi } from "vitest";
import { connectionFrom } from "../../src/db/connection-url.ts";

const neon = "postgresql://user:secret@ep-cool-1-pooler.eu-central-1.aws.neon.tech/neondb";

it.each(["prefer", "require", "verify-ca"])("takes sslmode=%s as pg does, without its warning", (mode) => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const client = new pg.Client(connectionFrom(`${neon}?sslmode=${mode}&channel_binding=require`));
  expect(client.ssl).toEqual({});
  expect(client.host).toBe("ep-cool-1-pooler.eu-central-1.aws.neon.tech");
  expect(warn).not.toHaveBeenCalled();
});

it.each(["disable", "no-verify", "verify-full"])("leaves sslmode=%s as it is", (mode) => {
  const url = `${neon}?sslmode=${mode}`;
  expect(connectionFrom(url)).toEqual({ connectionString: url });
});

it("leaves the mode to who asks for libpq's meaning", () => {
  const url = `${neon}?uselibpqcompat=true&sslmode=require`;
  expect(connectionFrom(url)).toEqual({ connectionString: url });
});
