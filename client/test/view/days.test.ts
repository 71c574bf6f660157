import { describe, expect, test } from "vitest";
import type { HistoryDayJson } from "../../src/protocol";
import { addDays, dayName, weekday } from "../../src/view/dates";
import { calendar, quartile, since, weekOf } from "../../src/view/history/days";

const day = (name: string, words: number, status: HistoryDayJson["status"] = "written"): HistoryDayJson => ({
  day: name,
  words,
  removed: 0,
  minutes: 20,
  sessions: 1,
  status,
});

describe("days as ISO date strings", () => {
  test("a step over the end of a leap February and over a year", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2026-03-30", -1)).toBe("2026-03-29"); // the day on which Europe's clocks change
  });

  test("Monday is 0, and the week starts where its writer says", () => {
    expect(weekday("2026-11-23")).toBe(0);
    expect(weekday("2026-11-29")).toBe(6);
    expect(weekOf("2026-11-25", 0)).toBe("2026-11-23");
    expect(weekOf("2026-11-25", 6)).toBe("2026-11-22");
    expect(weekOf("2026-11-23", 0)).toBe("2026-11-23");
  });

  test("a name says the same day wherever the device is", () => {
    expect(dayName("2026-11-07", "long")).toMatch(/\b0?7\b/); // neither the 6th nor the 8th has a 7 in its name
    expect(dayName("2026-11-01", "month")).toMatch(/Nov/);
  });
});

describe("the calendar of a year", () => {
  const weeks = calendar([day("2026-11-23", 400), day("2026-11-20", 100), day("2026-11-19", 0, "missed")], "2026-11-23", 0);

  test("has every day once, in order, the last one today", () => {
    const days = weeks.flat().map((cell) => cell.day);
    expect(days).toHaveLength(52 * 7 + 1);
    expect(days.at(-1)).toBe("2026-11-23");
    for (let i = 1; i < days.length; i++) expect(days[i]).toBe(addDays(days[i - 1] ?? "", 1));
  });

  test("puts each day into its own quartile and leaves empty days empty", () => {
    const bins = new Map(weeks.flat().map((cell) => [cell.day, cell.bin]));
    expect(bins.get("2026-11-23")).toBe(4);
    expect(bins.get("2026-11-20")).toBe(2);
    expect(bins.get("2026-11-19")).toBe(0);
    expect(bins.get("2026-11-18")).toBe(0);
  });
});

describe("quartiles of the days with words", () => {
  test("equal days are equal, and the best is always full", () => {
    expect([10, 10, 10].map((w) => quartile(w, [10, 10, 10]))).toEqual([4, 4, 4]);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((w) => quartile(w, [1, 2, 3, 4, 5, 6, 7, 8]))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(quartile(0, [5])).toBe(0);
    expect(quartile(-3, [5])).toBe(0);
    expect(quartile(5, [])).toBe(0);
  });

  test("what is since a day counts that day", () => {
    const days = [day("2026-11-22", 5), day("2026-11-23", 7), day("2026-11-24", -2)];
    expect(since(days, "2026-11-23")).toEqual({ words: 5, days: 2 });
  });
});
