// BIG as the server makes it, for tests: the top 50, and 50 knots uniform in rank from there to n.

import { type Big, MAX_WORDS } from "../src/protocol";

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

/** Slots are places in `words`. */
export function bigOf(words: number[], sprint = 7): Big {
  const n = words.length;
  const sorted = words.map((each, slot) => [slot, each] as const).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const top = sorted.slice(0, 50);
  const places = n > 50 ? Array.from({ length: 50 }, (_, knot) => Math.round(50 + ((n - 50) * knot) / 49) - 1) : [];
  let last = MAX_WORDS;
  const drop = (to: number): number[] => {
    const packed = varint(last - to);
    last = to;
    return packed;
  };
  const ranked = [
    ...varint(top.length),
    ...top.flatMap(([slot, each]) => [...varint(slot), ...drop(each)]),
    ...places.flatMap((place) => drop(sorted[place]![1])),
  ];
  const sum = words.reduce((all, each) => all + each, 0);
  return { tag: 68, sprint, n, active: n, sum, ranked: Uint8Array.from(ranked) };
}
