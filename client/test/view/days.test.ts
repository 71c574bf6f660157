import { describe, expect, test } from "vitest";
import type { HistoryDayJson } from "../../src/protocol";
import { addDays, dayName, daysName, weekday } from "../../src/view/dates";
import { calendar, led, quartile, weekOf, withStreak } from "../../src/view/history/days";

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

  test("a stretch says each year that it is in, and one day its name", () => {
    expect(daysName("2025-12-29", "2026-01-04")).toMatch(/2025.*2026/);
    expect(daysName("2026-11-07", "2026-11-07")).toBe(dayName("2026-11-07", "long"));
  });
});

describe("what the streak says of days", () => {
  const written = day("2026-11-20", 400);
  const streak = [
    { day: "2026-11-20", status: "written" as const, words: 400, minutes: 20 },
    { day: "2026-11-21", status: "grace" as const, words: 0, minutes: 0 },
  ];

  test("is said of a day on which nothing was written, too", () => {
    const cells = calendar(withStreak([written], streak), "2026-11-20", "2026-11-21", 4).flat();
    expect(cells.map(({ status, sessions, bin }) => [status, sessions, bin])).toEqual([
      ["written", 1, 4],
      ["grace", 0, 0],
    ]);
  });

  test("is said of none where it is hidden", () => {
    expect(withStreak([day("2026-11-20", 10, "grace")], null).map((each) => each.status)).toEqual([null]);
  });
});

const FIRST = "2025-11-24";

describe("the calendar of a year", () => {
  const weeks = calendar([day("2026-11-23", 400), day("2026-11-20", 100), day("2026-11-19", 0)], FIRST, "2026-11-23", 0);

  test("has every day once, in order, the last one today", () => {
    const days = weeks.flat().map((cell) => cell.day);
    expect(days).toHaveLength(52 * 7 + 1);
    expect(days.at(-1)).toBe("2026-11-23");
    for (let i = 1; i < days.length; i++) expect(days[i]).toBe(addDays(days[i - 1] ?? "", 1));
  });

  test("puts each day into its own quartile, one without new words into the first, and leaves empty days empty", () => {
    const bins = new Map(weeks.flat().map((cell) => [cell.day, cell.bin]));
    expect(bins.get("2026-11-23")).toBe(4);
    expect(bins.get("2026-11-20")).toBe(2);
    expect(bins.get("2026-11-19")).toBe(1);
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
});

describe("by keys from day to day", () => {
  const to = (key: string, from: string): string | null => led(key, from, "2026-01-01", "2026-11-23");

  test("up and down by a day, sideways by a week, to both ends", () => {
    expect(to("ArrowUp", "2026-03-01")).toBe("2026-02-28");
    expect(to("ArrowDown", "2026-10-31")).toBe("2026-11-01");
    expect(to("ArrowLeft", "2026-03-30")).toBe("2026-03-23"); // over the day on which Europe's clocks change
    expect(to("ArrowRight", "2026-11-01")).toBe("2026-11-08");
    expect(to("Home", "2026-05-05")).toBe("2026-01-01");
    expect(to("End", "2026-05-05")).toBe("2026-11-23");
  });

  test("no key leads beyond the ends, and others lead nowhere", () => {
    expect(to("ArrowRight", "2026-11-20")).toBe("2026-11-20");
    expect(to("ArrowUp", "2026-01-01")).toBe("2026-01-01");
    expect(to("Tab", "2026-05-05")).toBeNull();
  });
});

describe("a calendar year", () => {
  const weeks = calendar([], "2026-01-01", "2026-12-31", 0);

  test("has its days alone, each in the row of its weekday", () => {
    const cells = weeks.flat();
    expect(cells).toHaveLength(365);
    expect(cells[0]).toMatchObject({ day: "2026-01-01", row: 3 });
    expect(cells.every((cell) => cell.row === weekday(cell.day))).toBe(true);
  });
});
