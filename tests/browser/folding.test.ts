import { describe } from "vitest";
import { createTaskApi } from "../tasks/task-api.ts";
import { test } from "./browser.ts";
import { addTask, seeTitles, visit } from "./web-client.ts";

describe("a list by title is after a reload what it was right after adding", () => {
  test.for([
    ["Hindi", ["की", "का", "कु", "कि", "हिंदी"], "का कि की कु हिंदी"],
    ["Thai", ["กี", "กา", "กิ", "ก้า"], "กา กิ กี ก้า"],
    ["Hebrew", ["שלומי", "שָׁלוֹם", "שבת"], "שבת שָׁלוֹם שלומי"],
    ["Tamil", ["தூ", "தா", "தி", "து"], "தா தி து தூ"],
    ["Polish", ["Zoo", "Łódź", "Lublin", "Luxus", "Lody"], "Lody Łódź Lublin Luxus Zoo"],
    ["Vietnamese", ["Zoo", "Đông", "Dung", "Dalat"], "Dalat Đông Dung Zoo"],
  ] as [string, string[], string][])("in %s", async ([, titles, sorted], { page, person }) => {
    const [first = "", ...others] = titles;
    await createTaskApi(person).add({ title: first });
    await visit(page, person, "/?sort=title");
    await seeTitles(page, [first]);
    for (const title of others) await addTask(page, title);
    await seeTitles(page, sorted.split(" "));
    await page.reload();
    await seeTitles(page, sorted.split(" "));
  });
});
