import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../helpers/graphql.ts";
import { type Person, password, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";

const otherSecret = "another-hmac-key-for-tests-of-more-than-32-bytes";

/** Two installations on one host, as on two ports of one machine. */
let server: TestServer;
let neighbour: TestServer;
const people = new Map<TestServer, Person>();

beforeAll(async () => {
  server = await startServer();
  neighbour = await startServer({
    installationId: "00c0ffee-4567-489a-8bcd-ef0123456789",
    sessions: { jwtSecret: otherSecret },
  });
  for (const each of [server, neighbour]) people.set(each, await signUp(each));
});
afterAll(() => Promise.all([server.close(), neighbour.close()]));

const loginDocument =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }";
const refreshDocument = "mutation { refresh { accessToken } }";
const logoutDocument = "mutation { logout { signedOut } }";
const plainName = "ownlist-refresh-5eed01234567";

/** What a browser keeps for the host of all its servers. */
class Jar {
  readonly cookies = new Map<string, string>();

  async send(to: TestServer, document: string, variables: object = {}, tls = false): Promise<Answer> {
    const origin = tls ? to.url.replace("http", "https") : to.url;
    const Cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join("; ");
    const answer = await to.graphql.send(document, variables, undefined, { Cookie, Origin: origin });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  logIn(to: TestServer, tls = false): Promise<Answer> {
    const input = { email: people.get(to)?.email, password };
    return this.send(to, loginDocument, { input }, tls);
  }

  /** The token that it has got from the server, under whatever name. */
  take(name: string): string {
    const value = this.cookies.get(name) ?? "";
    this.cookies.delete(name);
    return value;
  }
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;

describe("two installations on one host", () => {
  it("leave each other's cookies alone, whoever signs in, reloads and signs out", async () => {
    const jar = new Jar();
    await jar.logIn(server);
    await jar.logIn(neighbour);
    expect([...jar.cookies.keys()]).toEqual([plainName, "ownlist-refresh-00c0ffee4567"]);
    for (const each of [server, neighbour, server, neighbour])
      expect((await jar.send(each, refreshDocument)).data.refresh.accessToken).toBeTruthy();
    await jar.send(neighbour, logoutDocument);
    expect([...jar.cookies.keys()]).toEqual([plainName]);
    expect(codeOf(await jar.send(neighbour, refreshDocument))).toBe("UNAUTHENTICATED");
    expect((await jar.send(server, refreshDocument)).status).toBe(200);
  });

  it.each([
    ["a neighbour's of the name from before", "ownlist-refresh", () => neighbour],
    ["one under our own name that we have not sealed", plainName, () => neighbour],
  ])("and what is not ours: %s", async (_what, name, other) => {
    const foreign = new Jar();
    await foreign.logIn(other());
    const jar = new Jar();
    jar.cookies.set(name, foreign.take("ownlist-refresh-00c0ffee4567"));
    for (const document of [refreshDocument, logoutDocument]) {
      const answer = await jar.send(server, document);
      expect([codeOf(answer), answer.headers.getSetCookie()]).toEqual([
        document === refreshDocument ? "UNAUTHENTICATED" : undefined,
        [],
      ]);
    }
    // It is no reason to refuse, wherever the request comes from.
    const headers = { Cookie: `${name}=${jar.cookies.get(name)}`, "Sec-Fetch-Site": "same-site" };
    const answer = await server.graphql.send(refreshDocument, {}, undefined, headers);
    expect(codeOf(answer)).toBe("UNAUTHENTICATED");
  });

  it("and our own cookie is found beside one of the same name that somebody else has set", async () => {
    const jar = new Jar();
    await jar.logIn(server);
    const own = `${plainName}=${jar.cookies.get(plainName)}`;
    const headers = { Cookie: `${plainName}=x; ${own}; ${plainName}=y`, Origin: server.url };
    expect((await server.graphql.send(refreshDocument, {}, undefined, headers)).status).toBe(200);
  });
});

describe("a cookie of the name from before", () => {
  it.each([
    ["without TLS", false, plainName, "ownlist-refresh"],
    ["with TLS", true, `__Host-${plainName}`, "__Host-ownlist-refresh"],
  ])("goes on, and gives way to the new one, %s", async (_how, tls, name, oldName) => {
    const jar = new Jar();
    await jar.logIn(server, tls);
    jar.cookies.set(oldName, jar.take(name));
    expect((await jar.send(server, refreshDocument, {}, tls)).status).toBe(200);
    expect([...jar.cookies.keys()]).toEqual([name]);
    expect((await jar.send(server, refreshDocument, {}, tls)).status).toBe(200);
  });

  it("is taken back by signing out, and by signing in anew", async () => {
    for (const end of ["log out", "log in"]) {
      const jar = new Jar();
      await jar.logIn(server);
      jar.cookies.set("ownlist-refresh", jar.take(plainName));
      await (end === "log out" ? jar.send(server, logoutDocument) : jar.logIn(server));
      expect([...jar.cookies.keys()]).toEqual(end === "log out" ? [] : [plainName]);
    }
  });

  // A host beside this one could have set it.
  it("is not believed where there is TLS and it has no prefix", async () => {
    for (const name of ["ownlist-refresh", plainName]) {
      const jar = new Jar();
      await jar.logIn(server);
      jar.cookies.set(name, jar.take(plainName));
      const answer = await jar.send(server, refreshDocument, {}, true);
      expect([codeOf(answer), answer.headers.getSetCookie()]).toEqual(["UNAUTHENTICATED", []]);
    }
  });
});
