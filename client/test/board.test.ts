import { describe, expect, test } from "vitest";
import { Counts, type Me } from "../src/board";
import { CountFlags, RosterFlags, type RosterRow } from "../src/protocol";
import { bigOf } from "./big";

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

describe("a big room", () => {
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
    expect(board.me!.about).toBe(true);
  });

  test("I am among the top as soon as my keys say so, and no more when they do not", () => {
    const counts = new Counts();
    counts.frame(bigOf(Array.from({ length: 1_000 }, (_, place) => 2_000 - place)));
    const ahead = counts.board({ slot: 777, words: 1_998, counted: true, flags: 0 }, true, 0);
    expect(ahead.around).toEqual([]);
    expect(ahead.me!.about).toBe(false);
    expect(ahead.top.map(({ slot, rank }) => [slot, rank]).slice(0, 4)).toEqual([[0, 1], [1, 2], [2, 3], [777, 3]]);
    const behind = counts.board({ slot: 0, words: 100, counted: true, flags: 0 }, true, 0);
    expect(behind.around).toEqual([behind.me]);
    expect(behind.top.map(({ slot }) => slot)).toEqual(Array.from({ length: 15 }, (_, place) => place + 1));
  });

  test("who has not counted has no rank", () => {
    const counts = new Counts();
    counts.frame(bigOf(Array.from({ length: 1_000 }, (_, place) => place)));
    expect(counts.board({ slot: 5_000, words: 0, counted: false, flags: 0 }, true, 0).around).toEqual([]);
  });

  test("a TICK of my own row leaves the room big, and the board to the frames that all get", () => {
    const counts = new Counts();
    counts.frame(bigOf(Array.from({ length: 1_000 }, (_, place) => place)));
    counts.frame({ tag: 67, sprint: 7, rows: [777, 40] });
    expect(counts.wordsOf(777)).toBe(40);
    const board = counts.board(NOBODY, true, 0);
    expect(board).toMatchObject({ n: 1_000, big: true });
    expect(board.top.map(({ slot }) => slot)).not.toContain(777);
  });

  test("the next sprint's board is big from its beginning", () => {
    const counts = new Counts();
    counts.frame(bigOf(Array.from({ length: 1_000 }, (_, place) => place)));
    counts.begin(8);
    expect(counts.board(NOBODY, true, 0)).toMatchObject({ n: 1_000, total: 0, top: [], big: true });
  });

  test("a room grows big and is small again without losing anybody", () => {
    const words = Array.from({ length: 60 }, (_, slot) => 1_000 - slot);
    const counts = room(...words);
    const before = counts.board(NOBODY, false, 0);
    counts.frame(bigOf(words));
    expect(counts.board(NOBODY, false, 0)).toEqual({ ...before, big: true });
    const left = words.slice(1); // the first one has gone
    counts.named({ tag: 69, whole: true, rows: left.map((_, place) => row(place + 1)) });
    expect(counts.board(NOBODY, false, 0)).toEqual({ ...before, big: true }); // named still, until their row goes, too
    counts.frame({ tag: 66, sprint: 7, n: 59, rows: left.flatMap((each, place) => [place + 1, each]) });
    expect(counts.board(NOBODY, false, 0).top.map(({ slot, name }) => [slot, name])).toEqual(
      Array.from({ length: 15 }, (_, place) => [place + 1, `Writer ${place + 1}`]),
    );
    expect(counts.board(NOBODY, true, 0).n).toBe(59);
  });
});
