import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Clock } from "../src/clock";

const SERVER = 1_795_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now: SERVER + 3_600_000 })); // the device is an hour ahead
afterEach(() => void vi.useRealTimers());

/** A PING and its PONG: so long there, so long back; the server's clock is at SERVER + mono. */
function ping(clock: Clock, there: number, back: number): void {
  const sent = clock.mono();
  const s = SERVER + sent + there;
  vi.advanceTimersByTime(there + back);
  clock.sample(sent, s, s, clock.mono());
}

const error = (clock: Clock): number => Math.abs(clock.now() - (SERVER + clock.mono()));

describe("the server's time", () => {
  test("a device clock that is an hour off, or jumps, changes nothing", () => {
    const clock = new Clock();
    ping(clock, 20, 20);
    expect(error(clock)).toBeLessThanOrEqual(1);
    vi.setSystemTime(SERVER - 7_200_000);
    vi.advanceTimersByTime(1_500);
    expect(error(clock)).toBeLessThanOrEqual(1);
  });

  test("of several PINGs the one with the shortest round trip is believed", () => {
    const clock = new Clock();
    ping(clock, 300, 20); // 140 ms off
    ping(clock, 30, 20); // 5 ms off
    ping(clock, 20, 400); // 190 ms off
    expect(error(clock)).toBeLessThanOrEqual(6);
  });

  test("an error is never more than half of the best round trip", () => {
    const clock = new Clock();
    for (const [there, back] of [[0, 180], [150, 5], [90, 3]] as const) ping(clock, there, back);
    expect(error(clock)).toBeLessThanOrEqual(47);
  });

  test("before any PONG, a message's own time is a bound", () => {
    const clock = new Clock();
    clock.heard(SERVER + clock.mono() - 80); // 80 ms on its way
    expect(error(clock)).toBeLessThanOrEqual(81);
    clock.heard(SERVER - 60_000); // one that lay in a queue says nothing new
    expect(error(clock)).toBeLessThanOrEqual(81);
  });

  test("after the device slept, monotonic clock included, the next PONG sets it right", () => {
    const clock = new Clock();
    ping(clock, 5, 5);
    const slept = 600_000; // the server's clock went on, performance.now() did not
    const sent = clock.mono();
    vi.advanceTimersByTime(80);
    const s = SERVER + sent + 40 + slept;
    clock.sample(sent, s, s, clock.mono());
    expect(Math.abs(clock.now() - (SERVER + clock.mono() + slept))).toBeLessThanOrEqual(1);
  });
});
