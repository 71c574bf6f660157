// Keeps the word count of a text that changes: recounts only what lies between the nearest spaces around a change.

import { countWords } from "./words";

/** How many UTF-16 units two strings share from `from` on, found by bisection: comparing slices is a memcmp. */
function shared(limit: number, same: (length: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (same(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

// A space or a line feed: no token reaches over it, so a recount between two of them is exact.
const isBorder = (unit: number): boolean => unit === 32 || unit === 10;

export class WordCounter {
  private text = "";
  private counted = 0;

  get words(): number {
    return this.counted;
  }

  get value(): string {
    return this.text;
  }

  /** Takes the text as it is now; answers its words. */
  update(next: string): number {
    const old = this.text;
    if (next === old) return this.counted;
    const shorter = Math.min(old.length, next.length);
    let start = shared(shorter, (length) => old.slice(0, length) === next.slice(0, length));
    let tail = shared(
      shorter - start,
      (length) => old.slice(old.length - length) === next.slice(next.length - length),
    );
    while (start > 0 && !isBorder(next.charCodeAt(start - 1))) start -= 1;
    while (tail > 0 && !isBorder(next.charCodeAt(next.length - tail))) tail -= 1;
    this.counted += countWords(next.slice(start, next.length - tail)) - countWords(old.slice(start, old.length - tail));
    this.text = next;
    return this.counted;
  }
}
