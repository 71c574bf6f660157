// What is to be announced: the bell, the last minutes, milestones of my own count, cheers. Texts are for people.

import { signal } from "@preact/signals";
import { Phase } from "./protocol";
import type { Notice } from "./store";

const KEPT = 20;
const TIMES_MS = [600_000, 300_000, 60_000, 30_000];
const MILESTONES = [100, 250, 500, 750, 1_000];

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export class Notices {
  readonly list = signal<readonly Notice[]>([]);
  private count = 0;
  private told = 0;
  private left = Infinity;

  say(notice: Without<Notice, "id" | "loud">, loud = false): void {
    this.count += 1;
    this.list.value = [...this.list.value, { ...notice, id: this.count, loud } as Notice].slice(-KEPT);
  }

  /** Another sprint: milestones begin anew, from what is counted already. */
  begin(words: number): void {
    this.told = words;
    this.left = Infinity;
  }

  /** The time left to the bell, ms, as it passes. Says nothing of what had passed before the first call. */
  time(leftMs: number): void {
    const passed = TIMES_MS.filter((each) => each < this.left && each >= leftMs && this.left !== Infinity);
    this.left = leftMs;
    const last = passed[passed.length - 1];
    if (last === undefined) return;
    const text = last >= 60_000 ? `${last / 60_000} ${last === 60_000 ? "minute" : "minutes"} left` : "30 seconds left";
    this.say({ kind: "time", leftMs: last, text });
  }

  /** The sprint went on by itself, or was called off. */
  phase(before: Phase, phase: Phase): void {
    if (before === Phase.COUNTDOWN && phase === Phase.WRITING) {
      this.say({ kind: "begin", text: "The sprint has begun" });
    }
    if (before === Phase.WRITING && (phase === Phase.REPORTING || phase === Phase.RESULTS)) {
      this.say({ kind: "bell", text: "The bell: the sprint is over" }, true);
    }
    if (phase === Phase.RESULTS) this.say({ kind: "results", text: "The results are in" });
    if (phase === Phase.CANCELLED) this.say({ kind: "cancelled", text: "The sprint was called off" });
  }

  outdone(words: number, here: number): void {
    const [theirs, mine] = [words.toLocaleString(), here.toLocaleString()];
    this.say({ kind: "error", text: `Another device counted later: ${theirs}. Here it was ${mine}: Undo brings that back.` });
  }

  words(words: number): void {
    const reached = milestoneAt(words);
    if (reached <= milestoneAt(this.told)) return;
    this.told = words;
    this.say({ kind: "words", text: `${reached.toLocaleString()} words` });
  }
}

/** The greatest milestone that is not above `words`; 0 below the first. After 1,000 each 500 is one. */
function milestoneAt(words: number): number {
  if (words >= 1_000) return Math.floor(words / 500) * 500;
  return MILESTONES.filter((each) => each <= words).pop() ?? 0;
}
