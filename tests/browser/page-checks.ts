import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Nothing stands out of the window's sides, so that nobody has to scroll sideways (WCAG 2.2, 1.4.10). */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const isOut = (element: Element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return (
        width > 1 &&
        element.checkVisibility({ visibilityProperty: true }) &&
        (left < -1 || right > clientWidth + 1)
      );
    };
    const out = [...document.querySelectorAll("button, a, input, textarea, p, h1, li")].filter(isOut);
    return { wider: scrollWidth - clientWidth, out: out.map((element) => element.outerHTML.slice(0, 120)) };
  });
  expect(found).toEqual({ wider: 0, out: [] });
}

const named = [
  "button",
  "link",
  "textbox",
  "checkbox",
  "radio",
  "combobox",
  "switch",
  "menuitem",
  "menuitemradio",
  "option",
  "radiogroup",
  "group",
  "dialog",
  "complementary",
  "region",
];

/** Every control and every region has a name that a screen reader can say (WCAG 2.2, 4.1.2). */
export async function expectNames(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const shown = nodes.filter(({ ignored, role }) => !ignored && named.includes(role?.value));
  const nameless = shown.filter(({ name }) => !String(name?.value ?? "").trim());
  expect(shown.length).toBeGreaterThan(0);
  expect(nameless.map(({ role, backendDOMNodeId }) => `${role?.value} ${backendDOMNodeId}`)).toEqual([]);
}

/** Every text stands out from what is behind it: 4.5 to 1, or 3 to 1 for large ones (WCAG 2.2, 1.4.3). */
export async function expectContrast(page: Page): Promise<void> {
  const faint = await page.evaluate(() => {
    type Colour = [number, number, number, number];
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parse = (css: string): Colour => {
      if (!context) throw new Error("there is no canvas");
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => front[index] * front[3] + back[index] * (1 - front[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = ([red, green, blue]: Colour) => {
      const linear = (value: number) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const behind = (element: Element): Colour => {
      const colours: Colour[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        colours.push(colour);
        if (colour[3] === 1) break;
      }
      return colours.reduceRight((back, front) => over(front, back), [255, 255, 255, 1] as Colour);
    };

    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim();
      if (!text || !element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (element.closest(":disabled, noscript, style, script")) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const size = Number.parseFloat(fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
      const back = behind(element);
      const [light, dark] = [luminance(over(parse(color), back)), luminance(back)].toSorted((a, b) => b - a);
      const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
      if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)} (${color})`);
    }
    return found;
  });
  expect(faint).toEqual([]);
}
