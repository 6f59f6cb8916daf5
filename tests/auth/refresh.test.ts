import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { decode } from "./accounts.ts";
import { logIn, refresh, refreshDocument, sendRefresh, type Tokens } from "./tokens-api.ts";

const day = 24 * 60 * 60 * 1000;

let server: TestServer;
let person: Person;
let clock: number | null = null;
beforeAll(async () => {
  server = await startServer({ now: () => new Date(clock ?? Date.now()) });
  person = await signUp(server);
});
afterAll(() => server.close());

/** Runs with the server's clock ahead. */
async function later<T>(ms: number, run: () => Promise<T>): Promise<T> {
  clock = Date.now() + ms;
  try {
    return await run();
  } finally {
    clock = null;
  }
}

const statusOf = async (token: string) => (await server.graphql.send("{ viewer { id } }", {}, token)).status;
const codeOf = async (token: string) => (await sendRefresh(server, token)).errors?.[0]?.extensions.code;
const sessionOf = ({ accessToken }: Tokens) => decode(accessToken).payload.sid;

async function generationOf(tokens: Tokens): Promise<number> {
  const text = "SELECT refresh_generation AS generation FROM sessions WHERE id = $1";
  return (await server.admin.query(text, [sessionOf(tokens)])).rows[0]?.generation;
}

const eventsOf = async ({ data }: Person): Promise<string[]> => {
  const { securityEvents } = await data("{ securityEvents(first: 5) { edges { node { kind } } } }");
  return securityEvents.edges.map(({ node }: { node: { kind: string } }) => node.kind);
};

describe("check 23: a refresh", () => {
  it("answers a new pair of the same session, and leaves the old access token to its time", async () => {
    const first = await logIn(server, person);
    const second = await refresh(server, first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(sessionOf(second)).toBe(sessionOf(first));
    expect(await statusOf(second.accessToken)).toBe(200);
    expect(await statusOf(first.accessToken)).toBe(200);
  });

  it("takes opaque tokens, each of them another, of which the database has no trace", async () => {
    const tokens = new Set<string>();
    let { refreshToken } = await logIn(server, person);
    for (let n = 0; n < 50; n++) {
      tokens.add(refreshToken);
      ({ refreshToken } = await refresh(server, refreshToken));
    }
    expect(tokens.size).toBe(50);
    const secrets = [...tokens].map((token) => token.slice("ownlist_rt_".length + 48, -43));
    expect(new Set(secrets).size).toBe(50);
    expect(Math.min(...secrets.map(({ length }) => length))).toBeGreaterThanOrEqual(40);
    const { rows } = await server.admin.query("SELECT sessions::text AS line FROM sessions");
    for (const token of tokens) {
      const hex = Buffer.from(token).toString("hex");
      expect(rows.filter(({ line }) => line.includes(token) || line.includes(hex))).toEqual([]);
    }
  });
});

/** Uses what came of a refresh, as whoever has got it does. */
const use = async ({ accessToken }: Tokens) => expect(await statusOf(accessToken)).toBe(200);

describe("check 24: a refresh token that was replaced", () => {
  it("is refused after the time of grace, and ends its session at once, the newest tokens included", async () => {
    const first = await logIn(server, person);
    const second = await refresh(server, first.refreshToken);
    const third = await refresh(server, second.refreshToken);
    await use(third);
    const other = await logIn(server, person);
    const answer = await later(11_000, () => sendRefresh(server, second.refreshToken));
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([401, "REFRESH_REUSED"]);
    expect(await statusOf(third.accessToken)).toBe(401);
    expect(await codeOf(third.refreshToken)).toBe("UNAUTHENTICATED");
    expect(await statusOf(other.accessToken)).toBe(200);
    expect(await eventsOf(person)).toContain("REFRESH_REUSED");
    expect(server.logged()).toContain('"event":"refresh token reused"');
  });

  it("long ago is known for what it is, within the time of grace of a later one as well", async () => {
    const first = await logIn(server, person);
    const second = await refresh(server, first.refreshToken);
    await refresh(server, second.refreshToken);
    expect(await codeOf(first.refreshToken)).toBe("REFRESH_REUSED");
  });
});

describe("check 26: a hundred refreshes of one token at once", () => {
  it("make one successor, and sign nobody out", async () => {
    const { refreshToken } = await logIn(server, person);
    const all = await Promise.all(Array.from({ length: 100 }, () => refresh(server, refreshToken)));
    expect(new Set(all.map((tokens) => tokens.refreshToken)).size).toBe(1);
    const [one] = all as [Tokens];
    expect(await generationOf(one)).toBe(1);
    expect(new Set(await Promise.all(all.slice(0, 5).map((tokens) => statusOf(tokens.accessToken))))).toEqual(
      new Set([200]),
    );
    expect((await refresh(server, one.refreshToken)).refreshToken).not.toBe(one.refreshToken);
  });
});

describe("check 27: a refresh whose answer was lost", () => {
  it("can be asked for again within the time of grace, and gives what it gave", async () => {
    const first = await logIn(server, person);
    const body = JSON.stringify({ query: refreshDocument, variables: { token: first.refreshToken } });
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    await new Promise<void>((resolve) => {
      const lost = request(`${server.url}/graphql`, { method: "POST", headers });
      lost.on("error", () => {});
      lost.on("close", resolve);
      lost.end(body, () => lost.destroy());
    });
    const again = await refresh(server, first.refreshToken);
    const third = await later(9_000, () => refresh(server, first.refreshToken));
    expect(third.refreshToken).toBe(again.refreshToken);
    expect(await generationOf(again)).toBe(1);
  });
});

describe("a token that was replaced, however late it comes again", () => {
  const late = 20 * day;

  it("gets the same successor as long as nobody has shown to have it", async () => {
    const first = await logIn(server, person);
    await use(first);
    const lost = await refresh(server, first.refreshToken);
    for (const ms of [11_000, day, late]) {
      const again = await later(ms, () => refresh(server, first.refreshToken));
      expect(again.refreshToken).toBe(lost.refreshToken);
      expect(await generationOf(again)).toBe(1);
    }
    // What came before it says nothing of whether it has arrived.
    await use(first);
    const again = await later(late, () => refresh(server, first.refreshToken));
    expect(again.refreshToken).toBe(lost.refreshToken);
    const next = await later(late, () => refresh(server, again.refreshToken));
    expect(await later(late, () => statusOf(next.accessToken))).toBe(200);
  });

  it.each<[string, (next: Tokens, again: Tokens) => Promise<unknown>]>([
    ["an access token made along with it", (next) => use(next)],
    ["an access token that a repetition made", (_next, again) => use(again)],
    ["the successor itself", (next) => refresh(server, next.refreshToken)],
    [
      "an access token, by logging out in vain",
      ({ accessToken }) => server.graphql.send("mutation { nonsense }", {}, accessToken),
    ],
  ])("is a theft once there was use of %s", async (_what, useIt) => {
    const first = await logIn(server, person);
    const next = await refresh(server, first.refreshToken);
    const again = await later(11_000, () => refresh(server, first.refreshToken));
    await useIt(next, again);
    expect(await later(30_000, () => codeOf(first.refreshToken))).toBe("REFRESH_REUSED");
    expect(await statusOf(next.accessToken)).toBe(401);
  });

  it("is known for a theft by every server, and by one that was not there when it was used", async () => {
    const first = await logIn(server, person);
    const next = await refresh(server, first.refreshToken);
    const shared = { connection: server.connection, admin: server.admin.options, drop: async () => {} };
    const other = await startServer({}, shared);
    const { data } = await other.graphql.send("{ viewer { id } }", {}, next.accessToken);
    expect(data.viewer.id).toBe(person.id);
    await other.close();
    expect(await later(11_000, () => codeOf(first.refreshToken))).toBe("REFRESH_REUSED");
  });

  it("is known for a theft when its time of grace seems to last, for the clock was put back", async () => {
    const first = await later(day, () => logIn(server, person));
    const next = await later(day, () => refresh(server, first.refreshToken));
    expect(await later(day, () => statusOf(next.accessToken))).toBe(200);
    expect(await codeOf(first.refreshToken)).toBe("REFRESH_REUSED");
  });

  it("is answered in time, or is a theft: never both, with its access token used at the same moment", async () => {
    for (let round = 0; round < 20; round++) {
      const first = await logIn(server, person);
      const next = await refresh(server, first.refreshToken);
      const all = await later(11_000, () =>
        Promise.all([
          ...Array.from({ length: 3 }, () => statusOf(next.accessToken)),
          ...Array.from({ length: 3 }, () => sendRefresh(server, first.refreshToken)),
        ]),
      );
      const answers = all.filter((each) => typeof each === "object");
      for (const { data, errors } of answers) {
        if (errors === undefined) expect(data.refresh.refreshToken).toBe(next.refreshToken);
        else expect(["REFRESH_REUSED", "UNAUTHENTICATED"]).toContain(errors[0]?.extensions.code);
      }
      // After the use that was answered there is no more of it, at any time.
      expect(["REFRESH_REUSED", "UNAUTHENTICATED"]).toContain(
        await later(11_000, () => codeOf(first.refreshToken)),
      );
    }
  });

  it("is no change to tell of, and costs the first request alone a statement", async () => {
    const first = await logIn(server, person);
    const { accessToken } = await refresh(server, first.refreshToken);
    const seq = async () =>
      (await server.admin.query("SELECT seq FROM users WHERE id = $1", [idOf()])).rows[0].seq;
    const idOf = () => decode(accessToken).payload.sub;
    const before = await seq();
    const updates = async () =>
      (await server.statements(() => statusOf(accessToken))).filter((text) => text.includes("UPDATE")).length;
    expect([await updates(), await updates(), await updates()]).toEqual([1, 0, 0]);
    expect(await seq()).toBe(before);
  });
});

describe("check 28: a session", () => {
  it("ends when it was not refreshed for 30 days", async () => {
    const { refreshToken } = await logIn(server, person);
    expect(await later(30 * day + 1000, () => codeOf(refreshToken))).toBe("UNAUTHENTICATED");
    const { refreshToken: next } = await later(29 * day, () => refresh(server, refreshToken));
    expect(await later(58 * day, () => codeOf(next))).toBeUndefined();
  });

  it("ends after 180 days however often it was refreshed, its access tokens with it", async () => {
    let tokens = await logIn(server, person);
    for (let days = 25; days < 180; days += 25)
      tokens = await later(days * day, () => refresh(server, tokens.refreshToken));
    tokens = await later(179 * day, () => refresh(server, tokens.refreshToken));
    const end = Date.parse(tokens.sessionExpiresAt) - Date.now();
    expect(Math.abs(end - 180 * day)).toBeLessThan(60_000);
    expect(Date.parse(tokens.expiresAt)).toBeLessThanOrEqual(Date.parse(tokens.sessionExpiresAt));
    expect(await later(180 * day + 1000, () => codeOf(tokens.refreshToken))).toBe("UNAUTHENTICATED");
    expect(await later(180 * day + 1000, () => statusOf(tokens.accessToken))).toBe(401);
  });
});

describe("check 18: a token in the place of another kind", () => {
  it("is refused", async () => {
    const { accessToken, refreshToken } = await logIn(server, person);
    expect(await statusOf(refreshToken)).toBe(401);
    expect(await codeOf(accessToken)).toBe("UNAUTHENTICATED");
  });

  it("is refused when anything of it was changed", async () => {
    const { refreshToken } = await logIn(server, person);
    const at = (place: number) => {
      const letter = refreshToken[place] === "A" ? "B" : "A";
      return refreshToken.slice(0, place) + letter + refreshToken.slice(place + 1);
    };
    const start = "ownlist_rt_".length;
    const changed = [start, start + 30, start + 45, start + 60, start + 100].map(at);
    for (const token of [...changed, "", "ownlist_rt_", `${refreshToken}A`, ` ${refreshToken}`, "null"]) {
      const { status, errors } = await sendRefresh(server, token);
      expect([status, errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    }
    expect((await refresh(server, refreshToken)).accessToken).toBeTruthy();
  });
});

describe("a secret that was replaced", () => {
  it("still counts for refresh tokens, and their successors have the new one", async () => {
    const secrets = [
      "first-secret-of-more-than-thirty-two-bytes",
      "second-secret-of-more-than-thirty-two-bytes",
    ];
    const [first = "", second = ""] = secrets;
    const before = await startServer({ sessions: { jwtSecret: first } });
    const { email } = await signUp(before);
    const old = await logIn(before, { email });
    const lost = await refresh(before, old.refreshToken);
    const shared = { connection: before.connection, admin: before.admin.options, drop: async () => {} };
    const after = await startServer({ sessions: { jwtSecret: second, jwtSecretPrevious: first } }, shared);
    expect((await refresh(after, old.refreshToken)).refreshToken).toBe(lost.refreshToken);
    const next = await refresh(after, lost.refreshToken);
    const alone = await startServer({ sessions: { jwtSecret: second } }, shared);
    expect((await refresh(alone, next.refreshToken)).accessToken).toBeTruthy();
    expect((await sendRefresh(alone, old.refreshToken)).status).toBe(401);
    await Promise.all([alone.close(), after.close()]);
    await before.close();
  });
});
