import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAX_WORDS } from "../src/protocol";
import { rankIn, standingOf } from "../src/ranked";
import { bigOf } from "./big";
import { seeded } from "./seeded";

interface Golden {
  why: string;
  n: number;
  ranked: string;
  ranks: [words: number, rank: number][];
}

const { standings } = JSON.parse(readFileSync(new URL("../../protocol/vectors.json", import.meta.url), "utf8")) as {
  standings: Golden[];
};

describe("the golden standings that server and client share", () => {
  test.each(standings)("$why", ({ n, ranked, ranks }) => {
    const standing = standingOf({ n, sum: 0, ranked: Buffer.from(ranked, "hex") });
    expect(ranks.map(([words]) => [words, rankIn(standing, words)])).toEqual(ranks);
  });
});

test("what is packed is read to the word, also at the ends of what a count may be", () => {
  const words = [MAX_WORDS, MAX_WORDS, 70_000, 0, -1, -MAX_WORDS];
  const { top, knots } = standingOf(bigOf(words));
  expect(top).toEqual(words.map((each, slot) => [slot, each]));
  expect(knots).toEqual([]);
});

describe("my rank", () => {
  const random = seeded(42);
  const shapes: Record<string, () => number> = {
    "all different": () => Math.floor(random() * 1e6),
    "as writers write": () => Math.floor(400 + 150 * (random() + random() + random() - 1.5)),
    "many ties": () => Math.floor(random() * 12) * 50,
    "most at 0": () => (random() < 0.7 ? 0 : Math.floor(random() * 900)),
    "a few far ahead": () => (random() < 0.01 ? 5_000 : Math.floor(random() * 300)),
    "some below 0": () => Math.floor(random() * 600) - 200,
  };

  test.each(Object.keys(shapes))("by the knots it is within two hundredths of n: %s", (shape) => {
    for (const n of [1_000, 1_733, 10_000]) {
      const words = Array.from({ length: n }, shapes[shape]!);
      const standing = standingOf(bigOf(words));
      for (const mine of [...new Set(words)].filter((_, index) => index % 7 === 0)) {
        const truth = 1 + words.filter((each) => each > mine).length;
        const told = rankIn(standing, mine);
        if (Math.abs(told - truth) > 0.02 * n) expect.fail(`${mine} words: rank ${told} instead of ${truth} of ${n}`);
      }
    }
  });

  test("among the top it is exact, ties are ties", () => {
    const standing = standingOf(bigOf([...Array<number>(30).fill(900), ...Array<number>(970).fill(10)]));
    expect([901, 900, 899, 10].map((words) => rankIn(standing, words))).toEqual([1, 1, 31, 31]);
  });

  test("never leaves 1 to n, and with more words it is never lower", () => {
    const standing = standingOf(bigOf(Array.from({ length: 2_000 }, shapes["as writers write"]!)));
    let last = Infinity;
    for (let words = -100; words < 1_500; words += 1) {
      const rank = rankIn(standing, words);
      expect(rank).toBeGreaterThanOrEqual(1);
      expect(rank).toBeLessThanOrEqual(Math.min(2_000, last));
      last = rank;
    }
  });

  test("my own row in the top, older than my keys, is not above me", () => {
    const standing = standingOf(bigOf(Array.from({ length: 1_000 }, (_, slot) => 2_000 - slot)));
    expect(rankIn(standing, 1_990, 0)).toBe(10);
    expect(rankIn(standing, 1_990)).toBe(11);
  });
});
