import { type Figures, figuresOf } from "./figures.ts";
import type { Results } from "./results.ts";

// Lengths are in pixels, where it is not drawn larger or smaller.

const margin = 20;
const gap = 28;
const panel = { width: 400, title: 30, row: 21, below: 18 };
const bar = { left: 108, height: 14, width: 244 };
/** Letters of a note that fit into a panel's width. */
const lineLength = 62;

/** GitHub's own colours. The page that shows it may be lighter or darker than the system says: it has its own ground. */
const style = `
    svg { --ground: #ffffff; --ink: #1f2328; --soft: #59636e; --edge: #d1d9e0; --own: #0969da; --other: #8c959f; }
    @media (prefers-color-scheme: dark) {
      svg { --ground: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --edge: #3d444d; --own: #4493f8; --other: #656c76; }
    }
    .ground { fill: var(--ground); stroke: var(--edge); }
    text { fill: var(--ink); font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
    .heading { font-size: 18px; font-weight: 600; }
    .workload { font-size: 14px; font-weight: 600; }
    .note, .other { fill: var(--soft); }
    .own { font-weight: 700; }
    .figure { font-variant-numeric: tabular-nums; }
    rect.own { fill: var(--own); }
    rect.other { fill: var(--other); }
    .limit { stroke: var(--ink); stroke-dasharray: 3 3; }`;

const escapeText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const text = (kind: string, x: number, y: number, content: string, more = "") =>
  `<text class="${kind}" x="${x}" y="${y}"${more}>${escapeText(content)}</text>`;

const end = ' text-anchor="end"';

/** @returns lines of so many letters at most, broken between words */
function wrap(content: string, length: number): string[] {
  const lines = [""];
  for (const word of content.split(" ")) {
    const line = lines.pop() ?? "";
    if (line === "") lines.push(word);
    else if (line.length + 1 + word.length <= length) lines.push(`${line} ${word}`);
    else lines.push(line, word);
  }
  return lines;
}

type Panel = { title: string; bars: { title: string; ratio: number; isOwn: boolean }[] };

/** What was not measured is left out. */
function panelsOf({ servers, workloads }: Results, { ratio }: Figures): Panel[] {
  const panels = workloads.map(({ name, title }) => ({
    title,
    bars: servers
      .slice(1)
      .map((server) => ({
        title: server.title,
        ratio: ratio(server.name, name, "requestsPerSecond"),
        isOwn: server.name === "ownlist",
      }))
      .filter((each) => !Number.isNaN(each.ratio)),
  }));
  return panels.filter(({ bars }) => bars.length > 0);
}

function drawPanel({ title, bars }: Panel, most: number): string {
  const width = (ratio: number) => Math.round((ratio / most) * bar.width * 10) / 10;
  const limit = bar.left + width(1);
  const bottom = panel.title + bars.length * panel.row;
  const rows = bars.flatMap(({ title, ratio, isOwn }, index) => {
    const top = panel.title + index * panel.row;
    const kind = isOwn ? "own" : "other";
    const base = top + bar.height - 2;
    return [
      text(kind, bar.left - 8, base, title, end),
      `<rect class="${kind}" x="${bar.left}" y="${top}" width="${width(ratio)}" height="${bar.height}" rx="2"/>`,
      text(`figure ${kind}`, panel.width, base, ratio.toFixed(2), end),
    ];
  });
  const line = `<line class="limit" x1="${limit}" x2="${limit}" y1="${panel.title - 5}" y2="${bottom}"/>`;
  return [text("workload", 0, 16, title), ...rows, line].join("\n      ");
}

function notesOf({ servers, date, machine, rounds }: Results): string[] {
  const secured = servers.filter(({ hasRowSecurity }) => hasRowSecurity).map(({ title }) => title);
  return [
    "Longer is better. The dashed line is the limit, 1.00: node:http and prepared SQL, without GraphQL.",
    `Row-level security is on for ${secured.join(" and ")} alone.`,
    `${date}, ${machine}, medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}.`,
  ];
}

/**
 * Draws the ratios of requests a second to the limit's, a panel for each workload and a bar for each server.
 * @param columns of panels, side by side
 * @returns an SVG that stands by itself, light or dark as the reader's system is
 */
export function drawChart(results: Results, columns: 1 | 2): string {
  const panels = panelsOf(results, figuresOf(results));
  const most = Math.max(1, ...panels.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const heading = "Requests a second, of the limit's";
  const notes = notesOf(results);
  const lines = notes.flatMap((note) => wrap(note, lineLength * columns));
  const top = margin + 34 + lines.length * 19 + 16;
  const panelHeight =
    panel.title + Math.max(...panels.map(({ bars }) => bars.length)) * panel.row + panel.below;
  const width = 2 * margin + columns * panel.width + (columns - 1) * gap;
  const height = top + Math.ceil(panels.length / columns) * panelHeight + margin - panel.below;
  const drawn = panels.map((each, index) => {
    const x = margin + (index % columns) * (panel.width + gap);
    const y = top + Math.floor(index / columns) * panelHeight;
    return `<g transform="translate(${x} ${y})">\n      ${drawPanel(each, most)}\n    </g>`;
  });
  const description = panels.map(
    ({ title, bars }) =>
      `${title}: ${bars.map((each) => `${each.title} ${each.ratio.toFixed(2)}`).join(", ")}.`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
    <title id="title">${escapeText(heading)}</title>
    <desc id="desc">${escapeText([...notes, ...description].join(" "))}</desc>
    <style>${style}
    </style>
    <rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
    ${text("heading", margin, margin + 18, heading)}
    ${lines.map((line, index) => text("note", margin, margin + 44 + index * 19, line)).join("\n    ")}
    ${drawn.join("\n    ")}
</svg>
`;
}
