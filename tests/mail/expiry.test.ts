import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeExpired } from "../../src/db/expired.ts";
import { createToken } from "../auth/tokens-api.ts";
import { type Person, signUp } from "../helpers/people.ts";
import type { TestServer } from "../helpers/server.ts";
import { startWithMail } from "./mail-api.ts";
import type { Mailbox } from "./mailbox.ts";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse("2026-11-21T12:00:00.000Z");

let server: TestServer;
let mailbox: Mailbox;
let person: Person;
beforeAll(async () => {
  ({ server, mailbox } = await startWithMail({ now: () => new Date(start) }));
  person = await signUp(server);
  await mailbox.take(person.email);
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

/** Removes what has had its time by then. */
const tidy = (time: number) => removeExpired(server.bound, new Date(time));

describe("housekeeping removes, and no sooner,", () => {
  it("one-time codes that have expired", async () => {
    expect(await tidy(start + 24 * hour)).toMatchObject({ codes: 0 });
    expect(await tidy(start + 24 * hour + 1)).toMatchObject({ codes: 1 });
  });

  it("personal tokens thirty days after they have expired", async () => {
    await createToken(person, ["TASKS_READ"], new Date(start + hour));
    expect(await tidy(start + hour + 30 * day)).toMatchObject({ personalTokens: 0 });
    expect(await tidy(start + hour + 30 * day + 1)).toMatchObject({ personalTokens: 1 });
    expect((await server.admin.query("SELECT FROM personal_tokens")).rowCount).toBe(0);
  });

  it("entries of the security log after 180 days", async () => {
    expect(await tidy(start + 180 * day)).toMatchObject({ securityEvents: 0 });
    const { rowCount } = await server.admin.query("SELECT FROM security_events");
    expect(rowCount).toBeGreaterThan(0);
    expect(await tidy(start + 180 * day + 1)).toMatchObject({ securityEvents: rowCount });
  });

  it("counts of attempts whose time is over, however many there are", async () => {
    await server.admin.query(
      "INSERT INTO rate_limits (key, points, expire) SELECT 'old ' || n, 1, $1 FROM generate_series(1, 2500) AS n",
      [start],
    );
    await server.admin.query("INSERT INTO rate_limits (key, points, expire) VALUES ('new', 1, $1)", [
      start + 1,
    ]);
    expect(await tidy(start)).toMatchObject({ counts: 0 });
    expect(await tidy(start + 1)).toMatchObject({ counts: 2500 });
    expect((await server.admin.query("SELECT key FROM rate_limits")).rows).toEqual([{ key: "new" }]);
  });
});
