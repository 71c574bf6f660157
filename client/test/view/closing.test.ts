import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { turning } from "../../src/view/closing";

const DAY = { closes_at: "2026-11-24T03:00:00Z" };
const CLOSES = Date.parse(DAY.closes_at);
const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function turns(): { times: () => number; stop: () => void } {
  let n = 0;
  return { stop: turning(DAY, () => n++), times: () => n };
}

test("a page turns within ten seconds of the day's end, and not before", () => {
  vi.setSystemTime(CLOSES - 2 * HOUR);
  const page = turns();
  vi.advanceTimersByTime(2 * HOUR);
  expect(page.times()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(page.times()).toBe(1);
});

test("a page under a lid that was closed overnight turns when it is opened, not as many hours later", () => {
  vi.setSystemTime(CLOSES - 2 * HOUR);
  const page = turns();
  vi.setSystemTime(CLOSES + 5 * HOUR); // no timer went on meanwhile
  vi.advanceTimersByTime(10_000);
  expect(page.times()).toBe(1);
});

test("a clock that is ahead, or no answer, asks once a minute; what was stopped asks no more", () => {
  vi.setSystemTime(CLOSES + HOUR);
  const page = turns();
  vi.advanceTimersByTime(50_000);
  expect(page.times()).toBe(0);
  vi.advanceTimersByTime(70_000);
  expect(page.times()).toBe(2);
  page.stop();
  vi.advanceTimersByTime(HOUR);
  expect(page.times()).toBe(2);
});
