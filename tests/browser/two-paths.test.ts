import { randomUUID } from "node:crypto";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { signUp } from "../helpers/people.ts";
import { startServer, type TestServer } from "../helpers/server.ts";
import { createTaskApi } from "../tasks/task-api.ts";
import { eventually, test } from "./browser.ts";
import { addTask, seeText, seeTitles, signIn, signOut } from "./web-client.ts";

/** Two servers below two paths of one origin. */
async function startTwo() {
  const servers = new Map<string, TestServer>();
  const gate = createServer((req, res) => {
    const [, name = ""] = (req.url ?? "").split("/");
    const { method, url: path, headers } = req;
    const sent = request({ host: "127.0.0.1", port: servers.get(name)?.port, method, path, headers });
    sent.once("response", (answer) => answer.pipe(res.writeHead(answer.statusCode ?? 502, answer.headers)));
    sent.once("error", () => res.destroy());
    req.pipe(sent);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  for (const name of ["one", "two"]) {
    const installationId = randomUUID();
    servers.set(name, await startServer({ installationId, http: { publicUrl: `${origin}/${name}` } }));
  }
  onTestFinished(async () => {
    gate.closeAllConnections();
    gate.close();
    for (const server of servers.values()) await server.close();
  });
  return { origin, servers: [...servers.values()] as [TestServer, TestServer] };
}

test("two servers below two paths of one origin keep their people apart", async ({ open }) => {
  const { origin, servers } = await startTwo();
  const [ann, bob] = [await signUp(servers[0], "ann"), await signUp(servers[1], "bob")];
  await createTaskApi(bob).add({ title: "Oak" });
  const first = await open({ baseURL: origin });
  await first.goto("/one/");
  await signIn(first, ann);
  await addTask(first, "Beech");

  const second = await first.context().newPage();
  await second.goto("/two/");
  await second.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(second, bob);
  await seeTitles(second, ["Oak"]);
  await seeTitles(first, ["Beech"]);
  await first.reload();
  await seeTitles(first, ["Beech"]);
  await seeText(first, "ann");

  await signOut(second);
  await addTask(first, "Ash");
  await first.reload();
  await seeTitles(first, ["Ash", "Beech"]);
  await eventually(() => first.context().cookies()).toHaveLength(1);
});

test("GraphiQL keeps what was typed for each of them alone", async ({ open }) => {
  const { origin } = await startTwo();
  const page = await open({ baseURL: origin });
  await page.goto("/one/graphql");
  const editor = page.getByRole("region", { name: "Operation Editor" });
  await seeText(editor, "mutation SignUp");
  await editor.getByRole("textbox").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("{ server { signup } }");
  await seeText(editor, "server");
  const namesOf = (part: string) =>
    page.evaluate(
      (text) => Object.keys(localStorage).filter((name) => localStorage[name].includes(text)),
      part,
    );
  await eventually(() => namesOf("server { signup }")).toContain("/one:graphiql:tabState");
  const tabs = page.getByRole("tab");
  await page.goto("/two/graphql");
  await seeText(editor, "mutation SignUp");
  await eventually(() => namesOf("mutation SignUp")).toContain("/two:graphiql:tabState");
  expect(await tabs.count()).toBe(1);
  // Beside the example, which is always there.
  await page.goto("/one/graphql");
  await seeText(editor, "mutation SignUp");
  expect(await tabs.count()).toBe(2);
  const names = await page.evaluate(() => Object.keys(localStorage));
  expect(names.filter((name) => name.includes("graphiql") && !/^\/(one|two):/.test(name))).toEqual([]);
});
