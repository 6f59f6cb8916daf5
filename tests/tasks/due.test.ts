import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi, type TaskApi, wrongFields } from "./task-api.ts";

let server: TestServer;
let person: Person;
let api: TaskApi;

beforeAll(async () => {
  server = await startServer();
  person = await signUp(server);
  api = createTaskApi(person);
});
afterAll(() => server.close());

/** @returns the due date that a task gets, as it is read afterwards */
async function keep(due: object) {
  const { id } = await api.add({ title: "due", due });
  return (await api.get(id))?.due;
}

const at = (date: string, time: string, timeZone: string) => ({ date, time, timeZone });

describe("a whole day", () => {
  it.each(["2026-11-21", "2024-02-29", "2000-02-29", "0001-01-01", "0999-12-31", "9999-12-31", "1582-10-10"])(
    "%s is kept as it is, without an instant",
    async (date) => {
      const expected = { date, time: null, timeZone: null, at: null };
      expect(await keep({ date })).toEqual(expected);
      expect(await keep({ date, time: null, timeZone: null })).toEqual(expected);
    },
  );

  it("may be one that a zone's calendar skipped, since it has no zone", async () => {
    expect(await keep({ date: "2011-12-30" })).toMatchObject({ date: "2011-12-30", at: null });
  });

  it("takes no time zone", async () => {
    const result = await api.create({ title: "t", due: { date: "2026-11-21", timeZone: "Europe/Berlin" } });
    expect(wrongFields(result)).toEqual(["due.timeZone"]);
  });
});

describe("a time in a zone", () => {
  it.each([
    ["in winter", at("2026-01-15", "09:30", "Europe/Berlin"), "2026-01-15T08:30:00.000Z"],
    ["in summer", at("2026-07-15", "09:30", "Europe/Berlin"), "2026-07-15T07:30:00.000Z"],
    ["half an hour off", at("2026-07-15", "00:00", "Asia/Kolkata"), "2026-07-14T18:30:00.000Z"],
    ["a quarter of an hour off", at("2026-07-15", "23:59", "Pacific/Chatham"), "2026-07-15T11:14:00.000Z"],
    ["a day ahead", at("2026-07-15", "00:00", "Pacific/Kiritimati"), "2026-07-14T10:00:00.000Z"],
    ["in UTC", at("2026-07-15", "12:00", "UTC"), "2026-07-15T12:00:00.000Z"],
    ["in a zone of old", at("1883-11-18", "12:10", "America/New_York"), "1883-11-18T17:10:00.000Z"],
    ["twice on that day: the first", at("2026-10-25", "02:30", "Europe/Berlin"), "2026-10-25T00:30:00.000Z"],
    ["just before a gap", at("2026-03-29", "01:59", "Europe/Berlin"), "2026-03-29T00:59:00.000Z"],
    ["just after a gap", at("2026-03-29", "03:00", "Europe/Berlin"), "2026-03-29T01:00:00.000Z"],
    ["before a skipped day", at("2011-12-29", "23:59", "Pacific/Apia"), "2011-12-30T09:59:00.000Z"],
    ["after a skipped day", at("2011-12-31", "00:00", "Pacific/Apia"), "2011-12-30T10:00:00.000Z"],
    ["in the first year", at("0001-01-01", "00:00", "UTC"), "0001-01-01T00:00:00.000Z"],
    ["in the last minute", at("9999-12-31", "23:59", "UTC"), "9999-12-31T23:59:00.000Z"],
  ])("%s is kept, and names the instant that it is", async (_case, due, instant) => {
    expect(await keep(due)).toEqual({ ...due, at: instant });
  });

  it.each([
    ["an hour", at("2026-03-29", "02:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z"],
    ["its first minute", at("2026-03-29", "02:00", "Europe/Berlin"), "2026-03-29T01:00:00.000Z"],
    ["its last minute", at("2026-03-29", "02:59", "Europe/Berlin"), "2026-03-29T01:59:00.000Z"],
    ["an hour in the west", at("2026-03-08", "02:30", "America/New_York"), "2026-03-08T07:30:00.000Z"],
    ["an hour in the south", at("2026-10-04", "02:30", "Australia/Sydney"), "2026-10-03T16:30:00.000Z"],
    ["half an hour", at("2026-10-04", "02:15", "Australia/Lord_Howe"), "2026-10-03T15:45:00.000Z"],
    ["midnight", at("2018-11-04", "00:00", "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z"],
    ["seconds of old", at("1883-11-18", "12:00", "Europe/Berlin"), "1883-11-18T11:06:32.000Z"],
    ["a day", at("2011-12-30", "12:00", "Pacific/Apia"), "2011-12-30T22:00:00.000Z"],
    ["its first minute", at("2011-12-30", "00:00", "Pacific/Apia"), "2011-12-30T10:00:00.000Z"],
    ["its last minute", at("2011-12-30", "23:59", "Pacific/Apia"), "2011-12-31T09:59:00.000Z"],
    ["a day of old", at("1844-12-31", "12:00", "Asia/Manila"), "1845-01-01T03:56:08.000Z"],
  ])("is kept where the clocks skip %s, and is as much later", async (_case, due, instant) => {
    expect(await keep(due)).toEqual({ ...due, at: instant });
  });

  it("that is skipped can be changed to, and is found and sorted by what is written", async () => {
    const other = await signUp(server);
    const tasks = createTaskApi(other);
    const due = at("2026-03-29", "02:30", "Europe/Berlin");
    const add = (time: string) => tasks.add({ title: time, due: { ...due, time } });
    const { id } = await add("01:30");
    await add("03:15");
    await add("01:45");
    const changed = await tasks.change({ id, title: "02:30", due });
    expect(changed.due).toEqual({ ...due, at: "2026-03-29T01:30:00.000Z" });
    const { tasks: found } = await other.data(`{ tasks(filter: { dueFrom: "2026-03-29", dueTo: "2026-03-29" },
      orderBy: { field: DUE, direction: ASC }) { edges { node { title } } } }`);
    const titles = found.edges.map(({ node }: { node: { title: string } }) => node.title);
    expect(titles).toEqual(["01:45", "02:30", "03:15"]);
  });

  it("needs the zone", async () => {
    for (const zone of [{}, { timeZone: null }]) {
      const result = await api.create({ title: "t", due: { date: "2026-11-21", time: "09:30", ...zone } });
      expect(wrongFields(result)).toEqual(["due.timeZone"]);
    }
  });

  it.each([
    ["europe/berlin", "Europe/Berlin"],
    ["AMERICA/ARGENTINA/BUENOS_AIRES", "America/Argentina/Buenos_Aires"],
    ["utc", "UTC"],
    ["etc/gmt+5", "Etc/GMT+5"],
    ["Asia/Calcutta", "Asia/Calcutta"],
    ["asia/kolkata", "Asia/Kolkata"],
    ["Europe/Kyiv", "Europe/Kyiv"],
    ["Etc/UTC", "Etc/UTC"],
    ["US/Eastern", "US/Eastern"],
    ["EST5EDT", "EST5EDT"],
  ])("takes the zone %s, spelt %s", async (timeZone, spelt) => {
    expect(await keep(at("2026-11-21", "09:30", timeZone))).toMatchObject({ timeZone: spelt, time: "09:30" });
  });

  it.each([
    "Nowhere/Land",
    "Europe/Berlin ",
    " Europe/Berlin",
    "Europe//Berlin",
    "Europe",
    "",
    "+05:00",
    "-0800",
    "+00",
    "UTC+5",
    "GMT+5",
    "Z",
    "local",
    "system",
    "null",
    "CEST",
    "2026-11-21T09:30+01:00",
    "2026-11-21T09:30[Europe/Berlin]",
    "T09:30+01:00",
    "T09:30[Europe/Berlin]",
    "T0930Z",
    "T09Z",
    "[Europe/Berlin]",
    "Europe/Berlin\0",
    "Europe/\ud800",
    "Europe/Bërlin",
    "../etc/localtime",
    "posix/Europe/Berlin",
    "constructor",
    "E".repeat(10_000),
  ])("refuses the zone %j", async (timeZone) => {
    const result = await api.create({ title: "t", due: at("2026-11-21", "09:30", timeZone) });
    expect(result.__typename).toBe("ValidationError");
    expect(wrongFields(result)).toEqual(["due.timeZone"]);
  });

  it.each([at("9999-12-31", "23:00", "America/New_York"), at("0001-01-01", "00:00", "Asia/Tokyo")])(
    "is refused where its instant has a year that can't be written: %j",
    async (due) => {
      expect(wrongFields(await api.create({ title: "t", due }))).toEqual(["due.date"]);
    },
  );
});

describe("check 82: the scalars", () => {
  const dates = [
    ...["2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-00", "2026-11-31", "1900-02-29"],
    ...["0000-01-01", "10000-01-01", "+010000-01-01", "-000001-01-01", "26-11-21", "2026-1-1", "20261121"],
    ...["2026-11-21T00:00:00Z", "2026-11-21 ", "2026-W47-6", "2026-325", "2026-11-21[u-ca=hebrew]", "today"],
    ...["２０２６-11-21", "2026-11-21\0", "", 20261121, 1.5, true, [], {}],
  ];
  const times = [
    ...["24:00", "23:60", "9:30", "09:30:00", "09:30:60", "09:30Z", "09:30+01:00", "0930", "9", "T09:30"],
    ...["-1:00", "12:00 AM", "noon", "", 930, {}],
  ];

  const refuse = async (due: object) => {
    const answer = await person.send(
      'mutation ($due: DueInput) { createTask(input: { title: "t", due: $due }) { __typename } }',
      { due },
    );
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(answer.data).toBeUndefined();
  };

  it.each(dates)("Date refuses %j", (date) => refuse({ date }));
  it.each(times)("LocalTime refuses %j", (time) => refuse({ date: "2026-11-21", time, timeZone: "UTC" }));

  it("Date and LocalTime are checked as literals too, in a filter as well", async () => {
    for (const document of [
      'mutation { createTask(input: { title: "t", due: { date: "2026-02-30" } }) { __typename } }',
      'mutation { createTask(input: { title: "t", due: { date: "2026-02-01", time: "25:00" } }) { __typename } }',
      '{ tasks(filter: { dueFrom: "2026-02-30" }) { totalCount } }',
      "{ tasks(filter: { dueTo: 20260201 }) { totalCount } }",
    ]) {
      const answer = await person.send(document);
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.data).toBeUndefined();
    }
  });
});
