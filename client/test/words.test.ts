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
  expect(isImplausible(4_000, 20 * 60_000)).toBe(false); // dictated
  expect(isImplausible(50_230, 20 * 60_000)).toBe(true); // a total where new words were asked
  expect(isImplausible(-400, 25 * 60_000)).toBe(false); // a revision
  expect(isImplausible(-50_000, 25 * 60_000)).toBe(true); // "+230" typed where the total was asked
});
