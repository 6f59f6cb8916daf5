import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi } from "./task-api.ts";

let now = Date.parse("2026-11-21T12:00:00.000Z");

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ now: () => new Date(now) });
});
afterAll(() => server.close());

/** @returns the API of somebody new, who has these tasks */
async function having(inputs: object[]): Promise<TaskApi> {
  const api = createTaskApi(await signUp(server));
  for (const input of inputs) await api.add(input);
  return api;
}

const by = (field: string, direction: string) => ({ orderBy: { field, direction } });

describe("an order", () => {
  it("is newest first when none is given, or null", async () => {
    const api = await having([{ title: "1" }, { title: "2" }, { title: "3" }]);
    expect(await api.titles()).toEqual(["3", "2", "1"]);
    expect(await api.titles({ orderBy: null })).toEqual(["3", "2", "1"]);
    expect(await api.titles(by("CREATED_AT", "ASC"))).toEqual(["1", "2", "3"]);
    expect(await api.titles(by("CREATED_AT", "DESC"))).toEqual(["3", "2", "1"]);
  });

  it("by UPDATED_AT goes by the last change, equal ones by creation", async () => {
    const api = await having(["a", "b", "c", "d"].map((title) => ({ title })));
    const ids = (await api.list()).edges.map(({ node }) => node.id);
    now += 24 * 60 * 60 * 1000;
    for (const id of ids) await api.change({ id, priority: "LOW" });
    now += 1;
    const [last = ""] = ids.slice(-1);
    await api.change({ id: last, priority: "HIGH" });
    expect(await api.titles(by("UPDATED_AT", "ASC"))).toEqual(["b", "c", "d", "a"]);
    expect(await api.titles(by("UPDATED_AT", "DESC"))).toEqual(["a", "d", "c", "b"]);
  });

  it("by PRIORITY runs from NONE to URGENT, equal ones by creation", async () => {
    const priorities = ["HIGH", "NONE", "URGENT", "LOW", "MEDIUM", "HIGH", "NONE"];
    const api = await having(priorities.map((priority, n) => ({ title: `${priority} ${n}`, priority })));
    const rising = ["NONE 1", "NONE 6", "LOW 3", "MEDIUM 4", "HIGH 0", "HIGH 5", "URGENT 2"];
    expect(await api.titles(by("PRIORITY", "ASC"))).toEqual(rising);
    expect(await api.titles(by("PRIORITY", "DESC"))).toEqual(rising.toReversed());
  });

  it("by DUE has a day before its hours, and what is not due last in both directions", async () => {
    const timed = (time: string) => ({ date: "2026-11-21", time, timeZone: "Asia/Tokyo" });
    const api = await having([
      { title: "undated, older" },
      { title: "evening", due: timed("20:00") },
      { title: "year one", due: { date: "0001-01-01" } },
      { title: "the day", due: { date: "2026-11-21" } },
      { title: "undated, newer" },
      { title: "morning", due: timed("06:00") },
      { title: "next day", due: { date: "2026-11-22" } },
      { title: "the day again", due: { date: "2026-11-21" } },
      { title: "last of days", due: { date: "9999-12-31" } },
    ]);
    const dated = ["year one", "the day", "the day again", "morning", "evening", "next day", "last of days"];
    const undated = ["undated, older", "undated, newer"];
    expect(await api.titles(by("DUE", "ASC"))).toEqual([...dated, ...undated]);
    expect(await api.titles(by("DUE", "DESC"))).toEqual([...dated.toReversed(), ...undated.toReversed()]);
  });

  it("by TITLE knows neither case nor accents, and puts equal ones by creation", async () => {
    const titles = [
      "zebra",
      "Äpfel",
      "apfel",
      "b",
      "Zebra",
      "ΩMEGA",
      "äpfel 2",
      "10 things",
      "Straße",
      "strasse 2",
      "é",
      "E",
      "İ",
      "ij",
    ];
    const api = await having(titles.map((title) => ({ title })));
    const rising = [
      "10 things",
      "Äpfel",
      "apfel",
      "äpfel 2",
      "b",
      "é",
      "E",
      "İ",
      "ij",
      "Straße",
      "strasse 2",
      "zebra",
      "Zebra",
      "ΩMEGA",
    ];
    expect(await api.titles(by("TITLE", "ASC"))).toEqual(rising);
    expect(await api.titles(by("TITLE", "DESC"))).toEqual(rising.toReversed());
  });

  it("by TITLE keeps vowel signs apart, which are no accents", async () => {
    const titles = ["कु", "की", "का", "कि", "กี", "กา", "กิ"];
    const api = await having(titles.map((title) => ({ title })));
    expect(await api.titles(by("TITLE", "ASC"))).toEqual(["का", "कि", "की", "कु", "กา", "กิ", "กี"]);
  });

  it("by TITLE is the same for code points beyond the first plane as for bytes", async () => {
    const titles = ["\u{10ffff}x", "\ufffdx", "😀", "\ue000", "𠜎", "漢"];
    const api = await having(titles.map((title) => ({ title })));
    const rising = titles.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await api.titles(by("TITLE", "ASC"))).toEqual(rising);
  });

  it("by TITLE takes the longest titles, and pages through those that only differ at their end", async () => {
    const titles = ["漢", "😀", "a\u0301", "ﷺ"].flatMap((unit) => {
      const stem = unit.repeat(498 / [...unit].length);
      return [`${stem}zz`, `${stem}aa`];
    });
    const api = await having(titles.map((title) => ({ title })));
    const whole = await api.titles(by("TITLE", "ASC"));
    const walked: string[] = [];
    let after: string | null = null;
    do {
      const page = await api.list({ ...by("TITLE", "ASC"), first: 1, after });
      walked.push(...page.edges.map(({ node }) => node.title));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(walked).toEqual(whole);
    expect([...walked].sort()).toEqual([...titles].sort());
  });

  it("follows a change at once", async () => {
    const api = await having([{ title: "m" }, { title: "n" }]);
    const { id } = await api.add({ title: "z" });
    await api.change({ id, title: "a" });
    expect(await api.titles(by("TITLE", "ASC"))).toEqual(["a", "m", "n"]);
  });
});
