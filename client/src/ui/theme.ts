import { type CSSVariablesResolver, createTheme } from "@mantine/core";

/** What somebody types has its own direction. Mantine's `dir` is its wrapper's, which knows nothing of what is typed. */
const typed = { input: { dir: "auto" } };

/** Ownlist's look: one green, quiet greys, and text colours that reach 4.5:1 on every surface they stand on. */
/** The <header> of a dialog would count as the page's banner, of which there is one. */
const plainHeader = { header: { role: "presentation" } };

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: 8,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650" },
  components: {
    TextInput: { defaultProps: { attributes: typed } },
    Textarea: { defaultProps: { attributes: typed } },
    Modal: { defaultProps: { attributes: plainHeader } },
    Drawer: { defaultProps: { attributes: plainHeader } },
    // Among what it belongs to, instead of at the end of the page outside of all its regions.
    Menu: { defaultProps: { withinPortal: false } },
  },
  colors: {
    pine: [
      "#eaf7f3",
      "#d4ede5",
      "#a7dccb",
      "#77cab0",
      "#51bb99",
      "#37ae89",
      "#239c78",
      "#128a67",
      "#0b7558",
      "#045c44",
    ],
    dark: [
      "#dfe3e1",
      "#bac1be",
      "#98a19d",
      "#6d7672",
      "#434a47",
      "#363d3a",
      "#2a302e",
      "#1e2322",
      "#171b1a",
      "#111413",
    ],
  },
});

/** What Mantine's own variables lack in contrast, and the page's background behind its white surfaces. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-text": "#1c2321",
    "--mantine-color-dimmed": "#5a6561",
    "--mantine-color-placeholder": "#6a7571",
    "--mantine-color-error": "#c22727",
    "--own-page": "#f4f6f5",
    "--own-line": "#e4e8e6",
    "--own-hover": "#f5f8f7",
    "--own-chosen": "#e8f4f0",
    "--own-overdue": "#c22727",
    "--own-today": "#0b7558",
    "--mantine-color-red-light": "#fdecea",
    "--mantine-color-red-light-color": "#a51d1d",
    "--mantine-color-yellow-light": "#fff4d6",
    "--mantine-color-yellow-light-color": "#775600",
    "--own-shadow": "0 1px 2px rgb(20 40 30 / 6%), 0 4px 16px rgb(20 40 30 / 4%)",
  },
  dark: {
    "--mantine-color-error": "#ff9a93",
    "--mantine-color-placeholder": "#98a19d",
    "--own-page": "#141716",
    "--own-line": "#2d3331",
    "--own-hover": "#252b29",
    "--own-chosen": "#20362f",
    "--own-overdue": "#ff9a93",
    "--own-today": "#6fd0ae",
    "--mantine-color-pine-light": "#1f3d34",
    "--mantine-color-pine-light-hover": "#264a3f",
    "--mantine-color-pine-light-color": "#93dec4",
    "--mantine-color-red-light": "#41211f",
    "--mantine-color-red-light-color": "#ffb3ad",
    "--mantine-color-yellow-light": "#3a3117",
    "--mantine-color-yellow-light-color": "#f2d48a",
    "--own-shadow": "none",
  },
});
