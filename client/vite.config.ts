// Builds client/src into client/dist: hashed names under assets/, which the server may cache for ever.
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env["WORDTIDE_DEV_SERVER"] ?? "http://127.0.0.1:8000";

/** Vite wraps each import() in 1.3 KB that preloads its styles. Ours are one file, there from the start. */
const plainImports: Plugin = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
};

// Shared pieces in files of their own compress worse: one file for all that the first page needs, one for the other pages.
const GROUPS = [
  { name: "index", tags: ["$initial" as const] },
  { name: "house", test: /\/view\/(house|name|refusal|pages\/(going|rooms))\.tsx?$/ },
];

export default defineConfig({
  plugins: [plainImports],
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: script or font would break the strict CSP
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { optimization: { inlineConst: true }, output: { codeSplitting: { groups: GROUPS } } },
  },
  server: {
    proxy: {
      "/api": server,
      "/ws": { target: server, ws: true },
    },
  },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    environment: "node",
    isolate: false, // a worker for each file took as long again as the tests
    testTimeout: 30_000, // they run beside all others, and give way to them
  },
});
