import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // Files name each other by where they lie, so that one build does below every path.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2023",
    // Browsers with light-dark(), that is of 2024 and later.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // Every browser of that target preloads modules by itself.
    modulePreload: { polyfill: false },
    // One file that comes with the page: a part that is loaded later can't come without its styles.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
  },
});
