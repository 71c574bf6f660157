import { describe, expect, test } from "vitest";
import { deviceZone } from "../../src/api";
import type { HistorySessionJson, ProjectJson } from "../../src/protocol";
import { countsFor, entered, readMinutes, writingDay } from "../../src/view/history/entry";
import { placed } from "../../src/view/history/shown";
import { instant, wall } from "../../src/view/history/wall";

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries({ words: "412", minutes: "25", note: "", ...fields })) data.set(name, value);
  return data;
};
const project = (id: string, unit: ProjectJson["unit"]) => ({ id, unit }) as ProjectJson;
const PROJECTS = [project("novel", "words"), project("thesis", "pages")];

describe("what is entered", () => {
  test("numbers as people type them", () => {
    expect(entered(form({ words: "1,412", minutes: "12,5", note: " by the sea " }), [])).toEqual({
      words: 1412,
      minutes: 12.5,
      note: "by the sea",
      project: null,
      amount: null,
    });
    expect(entered(form({ words: "−400" }), [])).toMatchObject({ words: -400 });
  });

  test.each([
    ["words", { words: "" }],
    ["words", { words: "many" }],
    ["words", { words: "10,000,001" }],
    ["minutes", { minutes: "" }],
    ["minutes", { minutes: "-5" }],
    ["minutes", { minutes: "1441" }],
    ["amount", { project: "thesis", amount: "three" }],
  ])("a refusal names %s", (field, fields) => {
    expect(entered(form(fields), PROJECTS)).toMatchObject({ field, text: expect.stringMatching(/such as/) });
  });

  test("an amount is only of a project that counts in its own unit", () => {
    expect(entered(form({ project: "thesis", amount: "-2" }), PROJECTS)).toMatchObject({ project: "thesis", amount: -2 });
    expect(entered(form({ project: "thesis", amount: "" }), PROJECTS)).toMatchObject({ project: "thesis", amount: null });
    expect(entered(form({ project: "novel", amount: "7" }), PROJECTS)).toMatchObject({ project: "novel", amount: null });
    expect(entered(form({ project: "another" }), PROJECTS)).toMatchObject({ project: null });
  });

  test("minutes of a whole day, and not one more", () => {
    expect(["0", "1440", "1440.1", "1e3", " 7 "].map(readMinutes)).toEqual([0, 1440, null, null, 7]);
  });
});

describe("when it was", () => {
  test.each([
    ["2026-11-23", "18:30", "Europe/London", "2026-11-23T18:30:00.000Z"],
    ["2026-06-10", "00:10", "Asia/Kolkata", "2026-06-09T18:40:00.000Z"],
    ["2026-06-10", "23:59", "America/New_York", "2026-06-11T03:59:00.000Z"],
    ["2026-03-29", "00:30", "Europe/London", "2026-03-29T00:30:00.000Z"],
    ["2026-03-29", "03:00", "Europe/London", "2026-03-29T02:00:00.000Z"],
    ["2026-04-05", "12:00", "Australia/Lord_Howe", "2026-04-05T01:30:00.000Z"],
  ])("%s %s in %s is %s", (day, time, zone, at) => {
    expect(new Date(instant(day, time, zone)).toISOString()).toBe(at);
    expect(wall(Date.parse(at), zone)).toEqual({ day, time });
  });

  test("a time that the clocks jump over is within an hour of it, one that comes twice is one of the two", () => {
    const skipped = instant("2026-03-08", "02:30", "America/New_York");
    expect(Math.abs(skipped - Date.parse("2026-03-08T07:00:00Z"))).toBeLessThanOrEqual(3_600_000);
    const twice = new Date(instant("2026-10-25", "01:30", "Europe/London")).toISOString();
    expect(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]).toContain(twice);
  });

  test("in a zone that this browser has not heard of is by the device's own clock", () => {
    const at = Date.parse("2026-11-23T18:30:00Z");
    const { day, time } = wall(at, "Mars/Olympus");
    expect({ day, time }).toEqual(wall(at, deviceZone()));
    expect(instant(day, time, "Mars/Olympus")).toBe(at);
  });

  test("no day and no time are no instant", () => {
    expect(instant("", "18:30", "UTC")).toBeNaN();
    expect(instant("2026-11-23", "", "UTC")).toBeNaN();
  });

  test("what is written before the day begins belongs to the one before", () => {
    expect(writingDay("2026-11-23", "02:59", "03:00")).toBe("2026-11-22");
    expect(writingDay("2026-11-23", "03:00", "03:00")).toBe("2026-11-23");
    expect(writingDay("2026-11-23", "00:00", "00:00")).toBe("2026-11-23");
  });

  test("today and yesterday count, older days add to totals, a day ahead is told", () => {
    expect(countsFor("2026-11-23", "2026-11-23")).toMatch(/counts for your streak/);
    expect(countsFor("2026-11-22", "2026-11-23")).toMatch(/counts for your streak/);
    expect(countsFor("2026-11-21", "2026-11-23")).toMatch(/adds to your totals/);
    expect(countsFor("2026-11-24", "2026-11-23")).toMatch(/lies ahead/);
  });
});

describe("where a new session belongs", () => {
  const of = (id: string, day: string, hour: string) => ({ id, local_day: day, started_at: `${day}T${hour}:00:00.000Z` }) as HistorySessionJson;
  const there = [of("c", "2026-11-23", "19"), of("b", "2026-11-23", "08"), of("a", "2026-11-20", "19")];

  test("by its day, then by its start", () => {
    const ids = (added: HistorySessionJson): string => placed(there, added).map((each) => each.id).join("");
    expect(ids(of("x", "2026-11-24", "01"))).toBe("xcba");
    expect(ids(of("x", "2026-11-23", "12"))).toBe("cxba");
    expect(ids(of("x", "2026-11-01", "12"))).toBe("cbax");
    expect(ids(of("b", "2026-11-23", "08"))).toBe("cba");
  });
});
