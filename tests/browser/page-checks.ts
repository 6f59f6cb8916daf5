import axe from "axe-core";
import type { Page } from "playwright-core";
import { eventually } from "./browser.ts";

/** Everything fits and has a name; and in both themes it is readable, and axe-core finds nothing to say against it. */
export async function expectGoodPage(page: Page): Promise<void> {
  await expectNoSidewaysScroll(page);
  await expectNames(page);
  await expectGoodThemes(page);
}

/** In both themes, which the page takes from the system, everything is readable and as axe-core has it. */
export async function expectGoodThemes(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: "attached" });
    await eventually(() => findFaint(page)).toEqual([]);
    await eventually(() => findOfAxe(page)).toEqual([]);
  }
}

/** axe-core's rules, those of good practice with them, and of those on trial the one that WCAG 2.2, 2.5.3 is behind. */
async function findOfAxe(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const rules = { "label-content-name-mismatch": { enabled: true } };
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ rules });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

/**
 * Nothing stands out of the window's sides, so that nobody has to scroll sideways, and nothing that can be used out of
 * the panel that it is in (WCAG 2.2, 1.4.10). A small window is looked at as the smallest one, too.
 */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const size = page.viewportSize();
  await expectFit(page);
  if (size?.width !== 360) return;
  await page.setViewportSize({ ...size, width: 320 });
  await expectFit(page);
  await page.setViewportSize(size);
}

async function expectFit(page: Page): Promise<void> {
  // What hangs on something else follows it a moment after the window has changed.
  await eventually(() => findMisfits(page)).toEqual({ wider: 0, out: [], cut: [] });
}

function findMisfits(page: Page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const isOut = (element: Element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return (
        width > 1 &&
        element.checkVisibility({ visibilityProperty: true }) &&
        (left < -1 || right > clientWidth + 1)
      );
    };
    // What hides all that goes beyond its sides: a panel, or a button that has no room for its words.
    const isCut = (element: Element) => {
      const { left, right, width } = element.getBoundingClientRect();
      if (width <= 1 || !element.checkVisibility({ visibilityProperty: true })) return false;
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowX === "visible") continue;
        const panel = at.getBoundingClientRect();
        if (left < panel.left - 1 || right > panel.right + 1) return true;
      }
      // What somebody wrote may be of any length.
      if (element.querySelector("[dir=auto]")) return false;
      return [element, ...element.querySelectorAll("*")].some(
        (part) =>
          part.textContent.trim() !== "" &&
          getComputedStyle(part).overflowX === "hidden" &&
          part.scrollWidth > part.clientWidth + 1,
      );
    };
    const select = (selector: string) => [...document.querySelectorAll(selector)];
    const names = (elements: Element[]) => elements.map((element) => element.outerHTML.slice(0, 120));
    return {
      wider: scrollWidth - clientWidth,
      out: names(select("button, a, input, textarea, p, h1, li").filter(isOut)),
      cut: names(select("button, a, label, select").filter(isCut)),
    };
  });
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
  // What is about to open may come before its name.
  await eventually(async () => {
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const shown = nodes.filter(({ ignored, role }) => !ignored && named.includes(role?.value));
    const nameless = shown.filter(({ name }) => !String(name?.value ?? "").trim());
    return {
      isEmpty: shown.length === 0,
      nameless: nameless.map(({ role, backendDOMNodeId }) => `${role?.value} ${backendDOMNodeId}`),
    };
  }).toEqual({ isEmpty: false, nameless: [] });
  await session.detach();
}

/** Every text stands out from what is behind it: 4.5 to 1, or 3 to 1 for large ones (WCAG 2.2, 1.4.3). */
function findFaint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
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
}
