// When a change of zone is worth a question.
import { describe, expect, it } from "vitest";

import { sameClock } from "../../src/view/pages/zone";

const NOW = Date.parse("2026-06-10T12:00:00Z");

describe("two zones show the same clock", () => {
  it.each([
    ["Asia/Calcutta", "Asia/Kolkata"],
    ["Europe/Berlin", "Europe/Paris"],
    ["UTC", "Etc/UTC"],
    ["Mars/Olympus", "Mars/Olympus"],
  ])("%s and %s", (one, other) => {
    expect(sameClock(one, other, NOW)).toBe(true);
  });

  it.each([
    ["Asia/Tokyo", "America/New_York"],
    ["Europe/London", "Africa/Abidjan"], // the same in winter only
    ["America/New_York", "America/Panama"],
    ["Asia/Kolkata", "Asia/Kathmandu"], // a quarter of an hour apart
    ["Mars/Olympus", "UTC"],
  ])("not %s and %s", (one, other) => {
    expect(sameClock(one, other, NOW)).toBe(false);
    expect(sameClock(other, one, NOW)).toBe(false);
  });
});
