import { readFile, writeFile } from "node:fs/promises";
import { drawChart } from "./chart.ts";
import { type Report, writeReport } from "./report.ts";
import type { Results } from "./results.ts";

/**
 * Puts a report into a page.
 * @param page in Markdown, with a pair of comments like `<!-- goals -->` and `<!-- /goals -->` around each part
 * @throws Error when there is no place for a part
 */
export function fillPage(page: string, report: Report): string {
  let filled = page;
  for (const [part, text] of Object.entries(report)) {
    const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
    const [from, to] = [filled.indexOf(start), filled.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`The page has no ${start} … ${end}.`);
    filled = `${filled.slice(0, from + start.length)}\n${text}\n${filled.slice(to)}`;
  }
  return filled;
}

/**
 * Brings a page up to date, and the chart beside it: for wide and for narrow windows.
 * @param path ends in .md
 */
export async function updatePage(path: string, results: Results): Promise<void> {
  await writeFile(path, fillPage(await readFile(path, "utf8"), writeReport(results)));
  const stem = path.replace(/\.md$/, "");
  await writeFile(`${stem}.svg`, drawChart(results, 2));
  await writeFile(`${stem}-narrow.svg`, drawChart(results, 1));
}
