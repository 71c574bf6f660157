// Lighthouse on some pages, one after another: `node run.mjs CHROMIUM held|speed URL...` prints a line of JSON.
// `held` leaves out how quick a page is, and with it the waits that only that needs.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, kind, ...urls] = process.argv.slice(2);
const HELD = {
  onlyCategories: ["accessibility", "best-practices", "seo"],
  pauseAfterFcpMs: 0,
  pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 200,
  cpuQuietThresholdMs: 200,
};
const flags = { output: "json", logLevel: "error", disableFullPageScreenshot: true, ...(kind === "held" ? HELD : {}) };

const chrome = await launch({ chromePath, chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu"] });
const found = [];
try {
  for (const url of urls) {
    const { lhr } = await lighthouse(url, { ...flags, port: chrome.port });
    const categories = Object.values(lhr.categories);
    const counted = categories.flatMap((each) => each.auditRefs).filter((each) => each.weight).map((each) => lhr.audits[each.id]);
    found.push({
      url: lhr.finalDisplayedUrl,
      scores: Object.fromEntries(categories.map((each) => [each.id, Math.round(each.score * 100)])),
      lcp_ms: lhr.audits["largest-contentful-paint"]?.numericValue ?? null,
      wrong: counted.filter((each) => each.score !== null && each.score < 1).map((each) => each.title),
      warnings: [...lhr.runWarnings, ...(lhr.runtimeError ? [lhr.runtimeError.message] : [])],
    });
  }
} finally {
  chrome.kill();
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit());
