import { describe, expect, test } from "vitest";
import { countdown, ordinal, secondsLeft, span } from "../../src/view/format";
import { clockStarts } from "../../src/view/room/startform";
import { place, waterLevel } from "../../src/view/room/tide";

describe("time left", () => {
  test.each([
    [0, "0:00"],
    [-5, "0:00"],
    [1, "0:01"],
    [59_001, "1:00"],
    [754_000, "12:34"],
    [3_600_000, "1:00:00"],
    [5_025_000, "1:23:45"],
  ])("%d ms is %s", (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });

  test("is said in whole words", () => {
    expect(span(1)).toBe("1 second");
    expect(span(60_000)).toBe("60 seconds");
    expect(span(754_000)).toBe("13 minutes");
    expect(secondsLeft(1_001)).toBe(2);
  });
});

test("ranks are said as people say them", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(
    ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"],
  );
});

describe("starts by the clock", () => {
  const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

  test("are the next quarters of an hour", () => {
    const starts = clockStarts(at("19:04:17.000"));
    expect(starts.map((s) => s.at)).toEqual([at("19:15:00"), at("19:30:00"), at("19:45:00"), at("20:00:00")]);
    expect(starts.every((s) => /^:\d\d$/.test(s.face))).toBe(true);
  });

  test("leave out one that nobody would reach", () => {
    expect(clockStarts(at("19:14:30.000"))[0]?.at).toBe(at("19:15:00"));
    expect(clockStarts(at("19:14:50.000"))[0]?.at).toBe(at("19:30:00"));
  });
});

describe("the tide", () => {
  test("rises with the words, never falls below low water and never overflows", () => {
    expect(waterLevel(0, 10, 20)).toBe(0);
    expect(waterLevel(-500, 10, 20)).toBe(0);
    expect(waterLevel(1_000, 10, 20)).toBeLessThan(waterLevel(2_000, 10, 20));
    expect(waterLevel(1e9, 1, 1)).toBeLessThan(1);
    expect(waterLevel(5, 0, 0)).toBeGreaterThan(0);
  });

  test("gives each writer a place of their own on the water", () => {
    const places = Array.from({ length: 60 }, (_, slot) => place(slot));
    expect(new Set(places).size).toBe(60);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...places)).toBeLessThanOrEqual(97);
  });
});
