import { expect, it } from "vitest";
import { type OwnlistProcess, startOwnlist, until } from "./ownlist-process.ts";
import { usedFolder } from "./used-folder.ts";

const warning = "RATE_LIMIT is off";

/** Tries so many passwords, each on a connection of its own. @returns the statuses of the answers, in order */
async function guess(ownlist: OwnlistProcess, count: number, from: string): Promise<number[]> {
  const url = await ownlist.ready;
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) {
    const input = `{ email: "nobody-${from}-${index}@example.org", password: "guess" }`;
    const { status } = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": from, Connection: "close" },
      body: JSON.stringify({ query: `mutation { login(input: ${input}) { __typename } }` }),
    });
    statuses.push(status);
  }
  return statuses;
}

it("check 89: all processes of a server share its limits, and go by what its proxy says", async () => {
  const ownlist = startOwnlist({
    OWNLIST_DATA: await usedFolder(),
    WEB_CONCURRENCY: "2",
    TRUST_PROXY: "127.0.0.1",
    BCRYPT_COST: "4",
  });
  expect(await guess(ownlist, 21, "203.0.113.1")).toEqual([...Array(19).fill(200), 429, 429]);
  expect(await guess(ownlist, 1, "203.0.113.2")).toEqual([200]);
  expect(ownlist.stdout()).not.toContain(warning);
});

it("RATE_LIMIT=off limits nothing, and says so in the log", async () => {
  const ownlist = startOwnlist({ OWNLIST_DATA: await usedFolder(), RATE_LIMIT: "off", BCRYPT_COST: "4" });
  expect(await guess(ownlist, 25, "203.0.113.1")).toEqual(Array(25).fill(200));
  await until(() => ownlist.stdout().includes(warning));
});
