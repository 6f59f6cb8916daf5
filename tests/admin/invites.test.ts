import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInvites } from "../../src/features/accounts/invites.ts";
import { newAddress, signup } from "../auth/accounts.ts";
import { password } from "../helpers/people.ts";
import { jwtSecret, startServer, type TestServer } from "../helpers/server.ts";
import { admin } from "./admin-command.ts";

const day = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ signup: { policy: "invite" } });
});
afterAll(() => server.close());

const outcome = async (inviteCode?: string) =>
  (await signup(server, { email: newAddress(), password, inviteCode })).__typename as string;

describe("where accounts are made by invitation", () => {
  it("one that the admin command made is good for one account", async () => {
    const text = await admin(server, "invite", "--days", "3");
    const [code = ""] = /ownlist_invite_[\w-]+/.exec(text) ?? [];
    expect(text).toContain(`https://tasks.example.com/signup#invite=${code}\n`);
    expect(await outcome(code)).toBe("AuthPayload");
    expect(await outcome(code)).toBe("InvalidCodeError");
  });

  it("one is good for one account, also when many use it at the same moment", async () => {
    const code = createInvites([jwtSecret]).issue(new Date(Date.now() + day));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(code)));
    expect(outcomes.sort()).toEqual(["AuthPayload", ...Array(7).fill("InvalidCodeError")]);
  });

  it("nobody gets in without one, or with one that is forged or has expired", async () => {
    const good = createInvites([jwtSecret]).issue(new Date(Date.now() + day));
    const last = good.endsWith("A") ? "B" : "A";
    const codes = [
      undefined,
      "",
      "ownlist_invite_",
      `${good.slice(0, -1)}${last}`,
      createInvites(["another secret of more than thirty-two bytes"]).issue(new Date(Date.now() + day)),
      createInvites([jwtSecret]).issue(new Date(Date.now() - 1000)),
    ];
    for (const code of codes) expect([code, await outcome(code)]).toEqual([code, "InvalidCodeError"]);
  });

  it("one stays good when the account could not be made", async () => {
    const code = createInvites([jwtSecret]).issue(new Date(Date.now() + day));
    const taken = newAddress();
    const other = createInvites([jwtSecret]).issue(new Date(Date.now() + day));
    await signup(server, { email: taken, password, inviteCode: other });
    const refused = await signup(server, { email: taken, password, inviteCode: code });
    expect(refused.__typename).toBe("EmailTakenError");
    expect(await outcome(code)).toBe("AuthPayload");
  });
});

it("where sign-up is closed nobody makes an account, invited or not, and clients can tell before", async () => {
  const closed = await startServer({ signup: { policy: "closed" } });
  const inviteCode = createInvites([jwtSecret]).issue(new Date(Date.now() + day));
  const refused = await signup(closed, { email: newAddress(), password, inviteCode });
  expect([refused.__typename, refused.message]).toEqual([
    "NotAvailableError",
    "This server takes no new accounts.",
  ]);
  expect((await closed.graphql.data("{ server { signup } }")).server.signup).toBe("CLOSED");
  await closed.close();
});
