// When a page of days turns by itself: the writer's day closes while it is open.
import { useEffect } from "preact/hooks";

/** A closed lid stops a timer; so the clock is looked at this often. */
const LOOK_MS = 10_000;
const AFTER_MS = 1_000;
/** A device's clock that is ahead takes the day for over: it asks no oftener than this. */
const LEAST_MS = 60_000;

/** What a server answers about the writer's today. */
interface Closing {
  /** An ISO instant. */
  closes_at: string;
}

/** Calls `again` once the day is over, and then until it is stopped by what this returns. */
export function turning({ closes_at }: Closing, again: () => void): () => void {
  let due = Math.max(Date.now() + LEAST_MS, Date.parse(closes_at) + AFTER_MS);
  const timer = setInterval(() => {
    const now = Date.now();
    if (now < due) return;
    due = now + LEAST_MS;
    again();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** The same for a page, from each answer on. `again` asks for the next one. */
export function useTurning(answer: Closing | undefined, again: () => void): void {
  useEffect(() => (answer ? turning(answer, again) : undefined), [answer]);
}
