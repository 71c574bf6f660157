// When a page of days turns by itself: the writer's day closes while it is open.

const AFTER_MS = 1_000;
/** A device's clock that is ahead takes the day for over: it asks no oftener than this. */
const LEAST_MS = 60_000;

/** Ms from `now` (Unix ms, by this device) until the day is asked for anew. `closesAt`: an ISO instant. */
export function turnsIn(closesAt: string, now: number): number {
  return Math.max(LEAST_MS, Date.parse(closesAt) - now + AFTER_MS);
}
