// The board of a big room: what BIG packs, as protocol/ranked.py says, and my own place read from it.

import { type Big, MAX_WORDS } from "./protocol";

/** Best first; below them the words at ranks uniform from the last of the top to n. */
export interface Standing {
  n: number;
  sum: number;
  top: readonly (readonly [slot: number, words: number])[];
  knots: readonly number[];
}

export function standingOf({ n, sum, ranked }: Pick<Big, "n" | "sum" | "ranked">): Standing {
  const values: number[] = [];
  let value = 0;
  let worth = 1;
  for (const byte of ranked) {
    value += (byte & 127) * worth;
    worth *= 128;
    if (byte < 128) {
      values.push(value);
      [value, worth] = [0, 1];
    }
  }
  let last = MAX_WORDS;
  const [known = 0, ...rest] = values;
  const top = Array.from({ length: known }, (_, place) => [rest[2 * place]!, (last -= rest[2 * place + 1]!)] as const);
  return { n, sum, top, knots: rest.slice(2 * known).map((drop) => (last -= drop)) };
}

/**
 * 1 + how many have strictly more, within 2 % of n: exact where one of the top has no more, by the knots below it.
 * `slot`: mine, whose row in the top may be older than `words`.
 */
export function rankIn({ n, top, knots }: Standing, words: number, slot = -1): number {
  const known = top.length;
  const above = top.filter((row) => row[1] > words).length;
  if (above < known || knots.length === 0) return above + 1 - Number(top.some((row) => row[0] === slot && row[1] > words));
  const below = knots.findIndex((each) => each <= words);
  if (below === 0) return known + 1;
  if (below === -1) return n;
  const [upper, lower] = [knots[below - 1]!, knots[below]!];
  // The truth lies anywhere between two knots, 2 % of n apart: away from the ends of that, the worst error stays below.
  const part = Math.min(0.9, Math.max(0.1, (upper - words) / (upper - lower)));
  return Math.floor(known + ((n - known) * (below - 1 + part)) / (knots.length - 1) + 0.5);
}
