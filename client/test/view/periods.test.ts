import { expect, test } from "vitest";
import type { HistoryDayJson, MonthJson } from "../../src/protocol";
import { type Bar, bars, monthsOf, scale } from "../../src/view/history/periods";

const sums = { removed: 10, minutes: 20, sessions: 1 };
const day = (name: string, words: number): HistoryDayJson => ({ day: name, words, ...sums, status: "written" });
const month = (name: string, words: number): MonthJson => ({ month: name, words, ...sums, days: 1 });

const TODAY = "2026-11-23"; // a Monday
const DAYS = [day("2026-10-24", 1), day("2026-11-22", 300), day("2026-11-23", 400)];
const MONTHS = [month("2024-02", 50), month("2026-10", 1), month("2026-11", 700)];
const WRITTEN = { days: DAYS, months: MONTHS };

test("days are the last 31, those without a word too", () => {
  const found = bars(WRITTEN, TODAY, 0, "day");
  expect(found).toHaveLength(31);
  expect(found[0]).toEqual({ first: "2026-10-24", words: 1, ...sums });
  expect(found[1]).toEqual({ first: "2026-10-25", words: 0, removed: 0, minutes: 0, sessions: 0 });
  expect(found.at(-1)).toMatchObject({ first: TODAY, words: 400 });
});

test("weeks begin where the writer's do, and each day is in one of them", () => {
  const monday = bars(WRITTEN, TODAY, 0, "week");
  expect(monday).toHaveLength(53);
  expect(monday.slice(-2).map((bar) => [bar.first, bar.words])).toEqual([
    ["2026-11-16", 300],
    ["2026-11-23", 400],
  ]);
  const sunday = bars(WRITTEN, TODAY, 6, "week");
  expect(sunday.at(-1)).toEqual({ first: "2026-11-22", words: 700, removed: 20, minutes: 40, sessions: 2 });
});

test("months go from the first to this one, over a February with 29 days, at most three years", () => {
  const found = bars(WRITTEN, TODAY, 0, "month");
  expect(found.map((bar) => bar.first).slice(0, 3)).toEqual(["2024-02-01", "2024-03-01", "2024-04-01"]);
  expect(found).toHaveLength(34);
  expect(found.reduce((all, bar) => all + bar.words, 0)).toBe(751);
  expect(bars({ days: DAYS, months: [month("2009-01", 5)] }, TODAY, 0, "month")).toHaveLength(36);
});

test("years are all of them", () => {
  expect(bars(WRITTEN, TODAY, 0, "year").map((bar) => [bar.first, bar.words])).toEqual([
    ["2024-01-01", 50],
    ["2025-01-01", 0],
    ["2026-01-01", 701],
  ]);
});

test("what was written where tomorrow had begun is the last bar, after a flight west too", () => {
  const ahead = { days: [day("2026-11-24", 90)], months: [month("2026-11", 90)] };
  expect(bars(ahead, TODAY, 0, "day").at(-1)).toMatchObject({ first: "2026-11-24", words: 90 });
});

test("a year has twelve months", () => {
  const found = monthsOf(MONTHS, 2026);
  expect(found.map((bar) => bar.first.slice(5, 7))).toEqual(["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]);
  expect(found.map((bar) => bar.words).slice(-3)).toEqual([1, 700, 0]);
});

test("the scale goes to the greatest of each kind, and a few words taken out do not squeeze what was added", () => {
  const of = (...sums: [words: number, removed: number][]) =>
    scale(sums.map(([words, removed]): Bar => ({ first: TODAY, words, removed, minutes: 20, sessions: 1 })));
  expect(of([24_300, 0], [8_000, 0])).toEqual({ high: 25_000, low: 0 });
  expect(of([24_300, 50], [8_000, 0])).toEqual({ high: 25_000, low: 2_500 });
  expect(of([24_300, 0], [8_000, 11_300])).toEqual({ high: 25_000, low: 15_000 });
  expect(of([0, 52])).toEqual({ high: 1, low: 60 });
  expect(of()).toEqual({ high: 1, low: 0 });
});
