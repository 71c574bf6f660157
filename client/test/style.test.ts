import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const tokens = readFileSync(new URL("../src/style/tokens.css", import.meta.url), "utf8");

/** What stands between the braces after a selector. */
function within(selector: string): string[] {
  const begin = tokens.indexOf("{", tokens.indexOf(selector)) + 1;
  return tokens.slice(begin, tokens.indexOf("}", begin)).trim().split(/\s*\n\s*/);
}

test("the dark that a device asks for is the dark that somebody chooses", () => {
  const asked = within(':root:not([data-theme="light"])');
  expect(asked).toContain("color-scheme: dark;");
  expect(asked).toEqual(within(':root[data-theme="dark"]'));
});
