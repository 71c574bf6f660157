import { beforeEach, describe, expect, test } from "vitest";
import * as count from "../src/own";
import { CountFlags, type PhaseNow } from "../src/protocol";

const STARTS = 1_000_000;
const MINUTE = 60_000;

function timeline(sprint = 7, starts = STARTS, minutes = 20): PhaseNow {
  const ends = starts + minutes * MINUTE;
  return {
    tag: 70, rev: 1, sprint, phase: 1, starts, ends, reporting_ends: ends + 2 * MINUTE,
    cancelled: null, now: starts, round: 1, final: false, delayed: false,
  };
}

let own: count.OwnCount;
let now: number;
const later = (ms: number): number => (now += ms);

beforeEach(() => {
  now = STARTS;
  own = count.nextCount(timeline(), { ...count.NO_SPRINT });
  count.begin(own, STARTS, 500); // 500 words stood in the editor before
});

describe("typed here", () => {
  test("words that stood there before the sprint are not counted", () => {
    expect(count.type(own, 512, later(5_000))).toBe(true);
    expect(own.words).toBe(12);
  });

  test("deleting what was written before goes below 0", () => {
    count.type(own, 380, later(5_000));
    expect(own.words).toBe(-120);
  });

  test("a key that changes no count stamps nothing, but the first key is a count of 0", () => {
    expect(count.type(own, 500, later(1_000))).toBe(true);
    const { seq } = own;
    expect(own.words).toBe(0);
    expect(count.type(own, 500, later(1_000))).toBe(false);
    expect(own.seq).toBe(seq);
  });

  test("stamps rise strictly, also within a millisecond", () => {
    const stamps = [501, 502, 503].map((words) => (count.type(own, words, STARTS + 5), own.seq));
    expect(stamps).toEqual([STARTS + 5, STARTS + 6, STARTS + 7]);
  });
});

describe("three ways to count", () => {
  test("a total against a starting total", () => {
    count.setStartTotal(own, 50_000, later(1_000));
    count.reportTotal(own, 50_230, later(1_000));
    expect(own).toMatchObject({ words: 230, how: "reported", flags: CountFlags.REPORTED });
  });

  test("a start total that is corrected afterwards moves the count", () => {
    count.reportTotal(own, 50_230, later(1_000));
    expect(own.words).toBe(50_230); // the start total was forgotten
    count.setStartTotal(own, 50_000, later(1_000));
    expect(own.words).toBe(230);
    count.setStartTotal(own, 49_000, later(1_000));
    expect(own.words).toBe(1_230);
  });

  test("+N new adds to what is counted, whichever way that was", () => {
    count.type(own, 600, later(1_000));
    count.reportNew(own, 250, later(1_000));
    expect(own.words).toBe(350);
    count.reportNew(own, -50, later(1_000));
    expect(own.words).toBe(300);
  });

  test("changing the way never loses what is counted so far", () => {
    count.type(own, 600, later(1_000));
    count.reportNew(own, 250, later(1_000));
    count.useTyped(own, 640, later(1_000)); // 40 words were typed meanwhile, while they did not count
    expect(own.words).toBe(350);
    count.type(own, 650, later(1_000));
    expect(own.words).toBe(360);
  });

  test("after the bell a choice to type is for the next round: it makes no count late", () => {
    count.reportNew(own, 250, later(1_000));
    count.ring(own, true);
    const { seq, flags } = own;
    count.useTyped(own, 640, later(30 * MINUTE));
    expect(own).toMatchObject({ how: "typed", words: 250, seq, flags });
  });

  test("setting a start total does not touch words that were typed or added", () => {
    count.type(own, 600, later(1_000));
    count.setStartTotal(own, 50_000, later(1_000));
    expect(own.words).toBe(100);
    count.reportNew(own, 10, later(1_000));
    expect(own.startTotal + own.words).toBe(50_110);
  });

  test("a count of 0 and one that did not change are counts", () => {
    count.reportNew(own, 0, later(1_000));
    expect(own).toMatchObject({ words: 0, seq: now });
    count.reportTotal(own, 0, later(1_000));
    expect(own).toMatchObject({ words: 0, seq: now });
  });

  test("what is no number changes nothing", () => {
    const before = structuredClone(own);
    count.reportTotal(own, NaN, later(1));
    count.reportTotal(own, -3, later(1));
    count.reportNew(own, Infinity, later(1));
    count.setStartTotal(own, 2e9, later(1));
    expect(own).toEqual(before);
  });
});

describe("undo", () => {
  test("takes back +250, and keeps what was typed since in the way that was", () => {
    count.type(own, 600, later(1_000));
    count.reportNew(own, 250, later(1_000));
    expect(count.undo(own, 620, later(1_000))).toBe(true);
    expect(own).toMatchObject({ how: "typed", words: 120, seq: now });
  });

  test("takes back a wrong total and a wrong start total, one by one", () => {
    count.setStartTotal(own, 50_000, later(1));
    count.reportTotal(own, 50_230, later(1));
    count.reportTotal(own, 5_023, later(1));
    expect(own.words).toBe(-44_977);
    count.undo(own, 500, later(1));
    expect(own.words).toBe(230);
    count.undo(own, 500, later(1));
    expect(own).toMatchObject({ words: 0, how: "typed", startTotal: 50_000 });
    count.undo(own, 500, later(1));
    expect(own.startTotal).toBe(0);
    expect(count.undo(own, 500, later(1))).toBe(false);
  });

  test("of a change of way keeps the count", () => {
    count.reportNew(own, 250, later(1));
    count.useTyped(own, 500, later(1));
    count.type(own, 510, later(1));
    count.undo(own, 510, later(1));
    expect(own).toMatchObject({ how: "reported", words: 260 });
  });

  test("is a change like any other: it has a later stamp", () => {
    count.reportNew(own, 250, later(1_000));
    const { seq } = own;
    count.undo(own, 500, later(1_000));
    expect(own.seq).toBeGreaterThan(seq);
  });
});

describe("the bell", () => {
  test("a typed count is final, and later keys are not of this sprint", () => {
    const typedAt = later(1_000);
    count.type(own, 600, typedAt);
    expect(count.ring(own, false)).toBe(true);
    expect(own).toMatchObject({ seq: typedAt + 1, words: 100, flags: CountFlags.IN });
    expect(count.type(own, 700, own.ends + 1_000)).toBe(false);
    expect(own.words).toBe(100);
  });

  test("of two devices that had no word of each other the one that counted last stands", () => {
    const phone = { ...own };
    count.type(own, 600, later(1_000));
    count.type(phone, 550, later(2_000));
    count.ring(own, false);
    count.ring(phone, false);
    expect(phone.seq).toBeGreaterThan(own.seq);
  });

  test("a reporter has the window, and says when it is the final count", () => {
    count.reportNew(own, 250, later(1_000));
    expect(count.ring(own, false)).toBe(false);
    expect(own.flags & CountFlags.IN).toBe(0);
    count.reportTotal(own, 300, own.ends + 30_000);
    count.done(own, own.ends + 31_000);
    expect(own).toMatchObject({ words: 300, seq: own.ends + 31_000, flags: CountFlags.REPORTED | CountFlags.IN });
  });

  test("a correction after the final count stays the final count", () => {
    count.type(own, 600, later(1_000));
    count.ring(own, false);
    count.reportNew(own, 20, own.ends + 5_000);
    expect(own).toMatchObject({ words: 120, flags: CountFlags.REPORTED | CountFlags.IN });
    count.undo(own, 900, own.ends + 6_000);
    expect(own).toMatchObject({ words: 100, how: "typed", flags: CountFlags.IN });
  });

  test("who typed a word and then chose to give a number has the window too", () => {
    count.type(own, 501, later(1_000));
    expect(count.ring(own, true)).toBe(false);
    expect(own).toMatchObject({ words: 1, flags: CountFlags.TYPED | CountFlags.WRITING, rung: true });
  });

  test("who never touched anything is not said to be in: they may be about to report", () => {
    expect(count.ring(own, false)).toBe(false);
    expect(own.seq).toBe(0);
  });

  test("who says so with no words is in with 0", () => {
    count.done(own, later(1_000));
    expect(own).toMatchObject({ words: 0, flags: CountFlags.IN });
  });

  test("a device that took another's count over leaves the bell to that one", () => {
    count.adopt(own, { seq: now + 5, words: 90, flags: 0, startTotal: 0, activeMs: 0 }, 500);
    expect(count.ring(own, false)).toBe(false);
  });

  test("an extension that is heard of after the bell lets typing count on", () => {
    count.type(own, 600, later(1_000));
    count.ring(own, false);
    own.ends += 5 * MINUTE;
    expect(count.thaw(own, 610, own.ends - 4 * MINUTE)).toBe(true);
    expect(own).toMatchObject({ words: 110, flags: CountFlags.TYPED });
    count.type(own, 620, own.ends - 3 * MINUTE);
    expect(own.words).toBe(120);
  });
});

describe("another round", () => {
  test("typing starts from the text as it is, with no words", () => {
    count.type(own, 600, later(1_000));
    const next = count.nextCount(timeline(8, STARTS + 60 * MINUTE), own);
    count.begin(next, next.starts, 650);
    count.type(next, 655, next.starts + 1_000);
    expect(next).toMatchObject({ sprint: 8, words: 5, how: "typed", startTotal: 0 });
  });

  test("a reporter goes on from the last total", () => {
    count.setStartTotal(own, 50_000, later(1));
    count.reportTotal(own, 50_230, later(1));
    const next = count.nextCount(timeline(8), own);
    count.begin(next, next.starts, 0);
    count.reportTotal(next, 50_400, next.starts + 1_000);
    expect(next).toMatchObject({ how: "reported", words: 170 });
  });

  test("who adds new words adds them, and is asked for no total", () => {
    count.reportNew(own, 250, later(1));
    const next = count.nextCount(timeline(8), own);
    expect(next).toMatchObject({ how: "reported", startTotal: 0 });
  });

  test("nor on another device, which only knows the count", () => {
    count.adopt(own, { seq: now + 5, words: 250, flags: CountFlags.REPORTED, startTotal: 0, activeMs: 0 }, 500);
    expect(count.nextCount(timeline(8), own).startTotal).toBe(0);
  });

  test("a document that began empty goes on from its total", () => {
    count.reportTotal(own, 250, later(1));
    expect(count.nextCount(timeline(8), own).startTotal).toBe(250);
  });

  test("what is chosen before a sprint goes over into it, and no word is counted by it", () => {
    const lobby = { ...count.NO_SPRINT };
    count.setStartTotal(lobby, 50_000, now);
    count.reportNew(lobby, 250, now);
    expect(lobby.seq).toBe(0);
    const next = count.nextCount(timeline(), lobby);
    count.begin(next, STARTS, 500);
    expect(count.undo(next, 500, now)).toBe(false); // a step from before knew no text to count from
    count.reportTotal(next, 50_100, now);
    expect(next).toMatchObject({ words: 100, how: "reported" });
  });
});

describe("another tab or device of mine", () => {
  test("its later count is taken over, and what is typed here comes on top", () => {
    count.type(own, 510, later(1_000));
    count.adopt(own, { seq: now + 500, words: 300, flags: CountFlags.TYPED, startTotal: 0, activeMs: 9_000 }, 510);
    expect(own).toMatchObject({ words: 300, acked: now + 500 });
    count.type(own, 515, later(1_000));
    expect(own).toMatchObject({ words: 305, activeMs: 9_000 + 1_000 });
    expect(own.seq).toBeGreaterThan(now - 600);
  });

  test("a total it reported can be corrected here", () => {
    const flags = CountFlags.REPORTED;
    count.adopt(own, { seq: now + 5, words: 230, flags, startTotal: 50_000, activeMs: 0 }, 500);
    count.reportTotal(own, 50_300, later(1_000));
    expect(own.words).toBe(300);
  });
});

describe("active time", () => {
  test("is half a minute around each key, never more than there was", () => {
    count.type(own, 501, later(10_000));
    count.type(own, 502, later(10_000));
    count.type(own, 503, later(5 * MINUTE));
    expect(own.activeMs).toBe(10_000 + 30_000);
    expect(count.activeMs(own, later(10_000))).toBe(50_000);
    expect(count.activeMs(own, later(10 * MINUTE))).toBe(70_000);
  });

  test("does not fall when the server finds the clock ahead and it is set back", () => {
    count.type(own, 501, now + 10 * MINUTE);
    count.type(own, 502, later(5_000));
    expect(own.activeMs).toBe(0);
    count.type(own, 503, later(5_000));
    expect(own.activeMs).toBe(5_000);
  });

  test("of a reporter is all the time since they joined, to the bell", () => {
    const late = count.nextCount(timeline(), { ...count.NO_SPRINT });
    count.begin(late, STARTS + 5 * MINUTE, 0);
    count.reportNew(late, 10, STARTS + 6 * MINUTE);
    expect(count.activeMs(late, STARTS + 10 * MINUTE)).toBe(5 * MINUTE);
    expect(count.activeMs(late, STARTS + 90 * MINUTE)).toBe(15 * MINUTE);
  });
});

test("a stamp ahead of the server's clock is set anew, above what is committed", () => {
  count.type(own, 510, now + 3_600_000);
  own.acked = now - 10;
  count.restamp(own, now);
  expect(own.seq).toBe(now);
  own.acked = now;
  count.restamp(own, now);
  expect(own.seq).toBe(now + 1);
});
