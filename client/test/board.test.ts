import { describe, expect, test } from "vitest";
import { Counts, type Me, rankIn } from "../src/board";
import { type Big, CountFlags, RosterFlags, type RosterRow } from "../src/protocol";
import { seeded } from "./seeded";

const NOBODY = null;
const row = (slot: number, name = `Writer ${slot}`, flags = 0, joinedAt = 0): RosterRow => [slot, name, flags, 0, joinedAt];

function room(...words: number[]): Counts {
  const counts = new Counts();
  counts.begin(7);
  counts.named({ tag: 69, whole: true, rows: words.map((_, slot) => row(slot)) });
  counts.frame({ tag: 66, sprint: 7, n: words.length, rows: words.flatMap((each, slot) => [slot, each]) });
  return counts;
}

const ranks = (counts: Counts, me: Me | null = NOBODY): [number, number][] =>
  counts.ranked(me, false, 0).map(({ slot, rank }) => [slot, rank]);

describe("ranking", () => {
  test("equal words have equal rank, and the next rank counts all who have more", () => {
    expect(ranks(room(100, 300, 100, 200, 300))).toEqual([[1, 1], [4, 1], [3, 3], [0, 4], [2, 4]]);
  });

  test("all at 0 are all first; fewer than none is last", () => {
    expect(ranks(room(0, 0, 0)).map(([, rank]) => rank)).toEqual([1, 1, 1]);
    expect(ranks(room(0, -50, 0))).toEqual([[0, 1], [2, 1], [1, 3]]);
  });

  test("my own row follows my keys, not the next frame", () => {
    const counts = room(100, 90, 80);
    const me: Me = { slot: 2, words: 95, counted: true, flags: CountFlags.REPORTED | CountFlags.IN };
    expect(ranks(counts, me)).toEqual([[0, 1], [2, 2], [1, 3]]);
    const board = counts.board(me, false, 0);
    expect(board.total).toBe(285);
    expect(board.me).toMatchObject({ me: true, how: "reported", in: true, words: 95 });
  });

  test("who has no count yet is shown while the sprint runs, and not in its results", () => {
    const counts = room(10, 20);
    counts.named({ tag: 69, whole: false, rows: [row(9, "Late")] });
    expect(counts.ranked(NOBODY, true, 0).map(({ slot, counted }) => [slot, counted])).toEqual([[1, true], [0, true], [9, false]]);
    expect(counts.ranked(NOBODY, false, 0)).toHaveLength(2);
  });

  test("who left or was removed is off the board, whatever rows still come", () => {
    const counts = room(10, 20);
    counts.named({ tag: 69, whole: false, rows: [row(1, "Gone", RosterFlags.GONE)] });
    counts.frame({ tag: 67, sprint: 7, rows: [1, 50] });
    expect(counts.board(NOBODY, true, 0)).toMatchObject({ n: 1, total: 10 });
  });

  test("the top 15, and me with two neighbours each side", () => {
    const counts = room(...Array.from({ length: 200 }, (_, slot) => 1_000 - slot));
    const board = counts.board({ slot: 99, words: 901, counted: true, flags: 0 }, false, 0);
    expect(board.top.map(({ slot }) => slot)).toEqual(Array.from({ length: 15 }, (_, slot) => slot));
    expect(board.around.map(({ slot }) => slot)).toEqual([97, 98, 99, 100, 101]);
    expect(board).toMatchObject({ n: 200, big: false, me: { rank: 100 } });
    const first = counts.board({ slot: 3, words: 997, counted: true, flags: 0 }, false, 0);
    expect(first.around).toEqual([]);
  });

  test("late joiners are marked", () => {
    const counts = room(1);
    counts.named({ tag: 69, whole: true, rows: [row(0, "Anna", RosterFlags.HOST, 2_000)] });
    expect(counts.ranked(NOBODY, false, 1_000)[0]).toMatchObject({ joinedLate: true, host: true });
    expect(counts.ranked(NOBODY, false, 2_000)[0]).toMatchObject({ joinedLate: false });
  });
});

describe("frames", () => {
  test("a keyframe replaces all, a tick changes its rows", () => {
    const counts = room(1, 2, 3);
    counts.frame({ tag: 67, sprint: 7, rows: [0, 10] });
    expect(counts.wordsOf(0)).toBe(10);
    expect(counts.wordsOf(2)).toBe(3);
    counts.frame({ tag: 66, sprint: 7, n: 1, rows: [1, 5] });
    expect(counts.wordsOf(0)).toBeUndefined();
  });

  test("a frame of an earlier sprint is passed over, one of a later begins its board", () => {
    const counts = room(1, 2);
    expect(counts.frame({ tag: 67, sprint: 6, rows: [0, 99] })).toBe(false);
    expect(counts.wordsOf(0)).toBe(1);
    expect(counts.frame({ tag: 67, sprint: 8, rows: [0, 4] })).toBe(true);
    expect(counts.wordsOf(0)).toBe(4);
    expect(counts.wordsOf(1)).toBeUndefined();
  });

  test("how somebody counted the last sprint says nothing in the next", () => {
    const counts = room(1);
    const flags = CountFlags.REPORTED | CountFlags.IN | CountFlags.LATE | RosterFlags.HOST;
    counts.named({ tag: 69, whole: false, rows: [row(0, "Anna", flags)] });
    counts.begin(8);
    expect(counts.flagsOf(0)).toBe(RosterFlags.HOST);
  });
});

/** BIG as the server makes it: the top 50, and 50 knots uniform in rank from there to n. */
function bigOf(words: number[]): Big {
  const sorted = [...words].sort((a, b) => b - a);
  const top = sorted.slice(0, 50).flatMap((each, slot) => [slot, each]);
  const knots = Array.from({ length: 50 }, (_, knot) => {
    const rank = Math.round(50 + ((sorted.length - 50) * knot) / 49);
    return sorted[rank - 1]!;
  });
  const sum = sorted.reduce((all, each) => all + each, 0);
  return { tag: 68, sprint: 7, n: words.length, active: words.length, sum, top, knots };
}

describe("a big room", () => {
  const random = seeded(42);
  const shapes: Record<string, () => number> = {
    "all different": () => Math.floor(random() * 1e6),
    "as writers write": () => Math.floor(400 + 150 * (random() + random() + random() - 1.5)),
    "many ties": () => Math.floor(random() * 12) * 50,
    "most at 0": () => (random() < 0.7 ? 0 : Math.floor(random() * 900)),
    "a few far ahead": () => (random() < 0.01 ? 5_000 : Math.floor(random() * 300)),
    "some below 0": () => Math.floor(random() * 600) - 200,
  };

  test.each(Object.keys(shapes))("my rank by the knots is within two hundredths of n: %s", (shape) => {
    for (const n of [1_000, 1_733, 10_000]) {
      const words = Array.from({ length: n }, shapes[shape]!);
      const big = bigOf(words);
      for (const mine of [...new Set(words)].filter((_, index) => index % 7 === 0)) {
        const truth = 1 + words.filter((each) => each > mine).length;
        const told = rankIn(big, mine);
        if (Math.abs(told - truth) > 0.02 * n) expect.fail(`${mine} words: rank ${told} instead of ${truth} of ${n}`);
      }
    }
  });

  test("among the top the rank is exact, ties are ties", () => {
    const big = bigOf([...Array<number>(30).fill(900), ...Array<number>(970).fill(10)]);
    expect(rankIn(big, 901)).toBe(1);
    expect(rankIn(big, 900)).toBe(1);
    expect(rankIn(big, 899)).toBe(31);
    expect(rankIn(big, 10)).toBe(31);
  });

  test("the rank never leaves 1 to n, and more words never rank lower", () => {
    const big = bigOf(Array.from({ length: 2_000 }, shapes["as writers write"]!));
    let last = Infinity;
    for (let words = -100; words < 1_500; words += 1) {
      const rank = rankIn(big, words);
      expect(rank).toBeGreaterThanOrEqual(1);
      expect(rank).toBeLessThanOrEqual(2_000);
      expect(rank).toBeLessThanOrEqual(last);
      last = rank;
    }
  });

  test("n and the sum are the server's; the top and I are shown", () => {
    const counts = new Counts();
    counts.named({ tag: 69, whole: true, rows: [row(0, "Anna"), row(777, "Me")] });
    const words = Array.from({ length: 1_000 }, (_, place) => 2_000 - place);
    counts.frame(bigOf(words));
    const board = counts.board({ slot: 777, words: 1_500, counted: true, flags: 0 }, true, 0);
    expect(board).toMatchObject({ n: 1_000, big: true, total: words.reduce((a, b) => a + b) });
    expect(board.top).toHaveLength(15);
    expect(board.top[0]).toMatchObject({ name: "Anna", rank: 1, words: 2_000 });
    expect(board.around).toEqual([board.me]);
    expect(Math.abs(board.me!.rank - 501)).toBeLessThanOrEqual(20);
  });

  test("when the room is small again a keyframe brings everybody back", () => {
    const counts = new Counts();
    counts.frame(bigOf(Array.from({ length: 1_000 }, (_, place) => place)));
    counts.frame({ tag: 66, sprint: 7, n: 1, rows: [3, 30] });
    expect(counts.big).toBeNull();
  });
});
