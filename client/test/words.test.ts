import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countWords, isImplausible } from "../src/words";

interface Case {
  text: string;
  count: number;
  why: string;
}

const vectors = JSON.parse(readFileSync(new URL("../../protocol/vectors.json", import.meta.url), "utf8")) as {
  words: Case[];
};

describe("the word rule, by the cases that server and client share", () => {
  test.each(vectors.words)("$why", ({ text, count }) => {
    expect(countWords(text)).toBe(count);
  });
});

test("a count is asked about only where nobody writes like that", () => {
  expect(isImplausible(100, 0)).toBe(false);
  expect(isImplausible(101, 0)).toBe(true);
  expect(isImplausible(2_000, 10 * 60_000)).toBe(false);
  expect(isImplausible(2_500, 10 * 60_000)).toBe(true);
  expect(isImplausible(-5_000, 0)).toBe(false);
  expect(isImplausible(-5_001, 0)).toBe(true);
});
