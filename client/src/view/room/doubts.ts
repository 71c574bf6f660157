// What somebody perhaps meant by a number: asked before it is taken, never a refusal.

import type { Own } from "../../store";
import { isImplausible } from "../../words";

/** "+N new" of at least this, and no less than the document had before, was more likely a total. */
const LARGE_PLUS = 2_000;

/** A total that was new words; new words that were a total; a total without what stood before; another number. */
export type Doubt = "new" | "total" | "before" | "number";
type Counted = Pick<Own, "words" | "startTotal">;

/** Against the whole sprint, not the time so far: what was written in it may well be reported in its first seconds. */
function isTooMuch(words: number, own: Counted, sprintMs: number): boolean {
  return isImplausible(words, sprintMs) && !isImplausible(own.words, sprintMs); // who insisted once is not asked again
}

export function doubtOfTotal(text: string, n: number, own: Counted, sprintMs: number): Doubt | null {
  if (/^\s*\+/.test(text) || n < 0 || n < own.startTotal / 2) return "new";
  if (!isTooMuch(n - own.startTotal, own, sprintMs)) return null;
  return own.startTotal === 0 ? "before" : "number";
}

export function doubtOfNew(n: number, own: Counted, sprintMs: number): Doubt | null {
  if (n >= LARGE_PLUS && own.startTotal > 0 && n >= own.startTotal) return "total";
  if (!isTooMuch(own.words + n, own, sprintMs)) return null;
  return own.startTotal === 0 && n > 0 ? "before" : "number";
}
