import { describe, expect } from "vitest";
import { drawChart } from "../../bench/chart.ts";
import { example } from "../bench/measured.ts";
import { test } from "./browser.ts";

describe.each([1, 2] as const)("the benchmark's chart in %s columns", (columns) => {
  const svg = drawChart(example, columns);

  test("is light or dark as the system is, where a page embeds it", async ({ browser }) => {
    const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
    const grounds = ["light", "dark"].map(async (colorScheme) => {
      const page = await browser.newPage({ colorScheme: colorScheme as "light" | "dark" });
      await page.setContent(`<img src="${address}" alt="">`);
      const ground = await page.evaluate(async () => {
        const [image] = document.images;
        const context = document.createElement("canvas").getContext("2d");
        if (!image || !context) throw new Error("nothing to draw");
        await image.decode();
        context.drawImage(image, 0, 0);
        return [...context.getImageData(10, 10, 1, 1).data];
      });
      await page.close();
      return ground;
    });
    expect(await Promise.all(grounds)).toEqual([
      [255, 255, 255, 255],
      [13, 17, 23, 255],
    ]);
  });

  test("keeps every text inside, and apart from the others", async ({ browser }) => {
    const page = await browser.newPage();
    await page.setContent(svg);
    const { frame, texts } = await page.evaluate(() => {
      const boxOf = (element: Element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { text: element.textContent, left, right, top, bottom };
      };
      const [ground] = document.querySelectorAll("rect");
      if (!ground) throw new Error("nothing is drawn");
      return { frame: boxOf(ground), texts: [...document.querySelectorAll("text")].map(boxOf) };
    });
    await page.close();
    expect(texts.length).toBeGreaterThan(30);
    const isOutside = (box: typeof frame) =>
      box.left < frame.left + 10 || box.right > frame.right - 10 || box.bottom > frame.bottom - 10;
    expect(texts.filter(isOutside)).toEqual([]);
    const meets = (one: typeof frame, other: typeof frame) =>
      one.left < other.right &&
      other.left < one.right &&
      one.top + 4 < other.bottom &&
      other.top + 4 < one.bottom;
    const pairs = texts.flatMap((one, index) => texts.slice(index + 1).map((other) => [one, other] as const));
    expect(pairs.filter(([one, other]) => meets(one, other))).toEqual([]);
  });
});
