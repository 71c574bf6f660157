// What somebody perhaps meant by a number: asked before it is taken, never a refusal.

import type { Own } from "../../store";
import { number, signed, words } from "../format";
import { hasPlus } from "./numbers";

/** "+N new" of at least this, and no less than the document had before, was more likely a total. */
const LARGE_PLUS = 2_000;

/** A total that was new words; new words that were a total; a total without what stood before; another number. */
export type Doubt = "new" | "total" | "before" | "number";

export interface Asked {
  text: string;
  yes: string;
  no: string;
}

type Counted = Pick<Own, "words" | "startTotal">;

/**
 * Whether nobody writes so many words, net, in a sprint so long, in ms. A sentence of 100 words can be pasted at once; nobody
 * dictates more than 200 a minute for long; more than a chapter of 5,000 less is rather a new count typed where the total was
 * asked. Against the whole sprint, not the time so far: what was written in it may well be reported in its first seconds.
 */
export function isImplausible(words: number, sprintMs: number): boolean {
  return words > 100 + (200 * sprintMs) / 60_000 || words < -5_000;
}

function isTooMuch(words: number, own: Counted, sprintMs: number): boolean {
  return isImplausible(words, sprintMs) && !isImplausible(own.words, sprintMs); // who insisted once is not asked again
}

export function doubtOfTotal(text: string, n: number, own: Counted, sprintMs: number): Doubt | null {
  if (hasPlus(text) || n < 0 || n < own.startTotal / 2) return "new";
  if (!isTooMuch(n - own.startTotal, own, sprintMs)) return null;
  return own.startTotal === 0 ? "before" : "number";
}

export function doubtOfNew(n: number, own: Counted, sprintMs: number): Doubt | null {
  if (n >= LARGE_PLUS && own.startTotal > 0 && n >= own.startTotal) return "total";
  if (!isTooMuch(own.words + n, own, sprintMs)) return null;
  return own.startTotal === 0 && n > 0 ? "before" : "number";
}

export function asked(doubt: Doubt, n: number, isTotal: boolean, own: Counted): Asked {
  const came = words(isTotal ? n - own.startTotal : own.words + n);
  const no = isTotal ? `No, my total is ${number(n)}` : `No, ${signed(n)} new`;
  switch (doubt) {
    case "new":
      return {
        text: `A total of ${number(n)} would make ${came} in this round. Did you mean ${signed(n)} new?`,
        yes: `Yes, ${signed(n)} new`,
        no,
      };
    case "total":
      return {
        text: `That is ${words(n)} new. Did you mean a total, which makes ${words(n - own.startTotal)}?`,
        yes: `Yes, my total is ${number(n)}`,
        no,
      };
    case "before":
      return {
        text: `That would make ${came} in this round. Did your document have words before it?`,
        yes: "Yes, I will say how many",
        no: `No, ${words(n)} are new`,
      };
    case "number":
      return {
        text: `That would make ${came} in this round. Did you mean another number?`,
        yes: "Yes, I will change it",
        no,
      };
  }
}
