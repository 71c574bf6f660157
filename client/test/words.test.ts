import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countWords } from "../src/words";

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
