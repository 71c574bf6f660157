// My own count in one sprint: a register (seq, words, flags) and how its words come about. Pure: time and text are given.

import { CountFlags, HOW_MASK, MAX_WORDS, type PhaseNow } from "./protocol";
import type { How } from "./store";

/** Kept on the device as it stands. Times are the server's, ms. */
export interface OwnCount {
  /** 0: no sprint yet; what is set then goes over into the next one. */
  sprint: number;
  starts: number;
  ends: number;
  /** When this writer's part in it began; null until it did. */
  joined: number | null;
  how: How;
  /** The text's words when typing began to count, and the words that were counted by then. */
  base: number;
  carried: number;
  startTotal: number;
  /** The start total that the server knows; -1: it was not told yet of the one that was set here. */
  toldStart: number;
  /** Words came from a total against startTotal: correcting that one moves them. */
  byTotal: boolean;
  words: number;
  flags: number;
  /** 0: nothing counted yet. */
  seq: number;
  /** The seq that the server has committed. */
  acked: number;
  /** Stamped last by this device, not taken over from another. */
  mine: boolean;
  activeMs: number;
  lastKey: number;
  /** The bell rang: what is typed from then on is not of this sprint. */
  rung: boolean;
  undo: Step[];
}

/** What stood before a change, and what the change added to the count. */
interface Step {
  how: How;
  base: number;
  carried: number;
  startTotal: number;
  byTotal: boolean;
  delta: number;
}

/** A count as the server knows it. */
export interface Known {
  seq: number;
  words: number;
  flags: number;
  startTotal: number;
  activeMs: number;
}

const KEY_COUNTS_MS = 30_000;
const STEPS_KEPT = 20;
const HOW_BITS: Record<How, number> = {
  typed: CountFlags.TYPED,
  reported: CountFlags.REPORTED,
  followed: CountFlags.FOLLOWED,
};

export function howOf(flags: number): How {
  const bits = flags & HOW_MASK;
  return bits === CountFlags.TYPED ? "typed" : bits === CountFlags.FOLLOWED ? "followed" : "reported";
}

const bounded = (words: number): number => Math.max(-MAX_WORDS, Math.min(MAX_WORDS, Math.round(words)));
const isTotal = (total: number): boolean => Number.isFinite(total) && total >= 0 && total <= 100_000_000;

export const NO_SPRINT: Readonly<OwnCount> = {
  sprint: 0,
  starts: 0,
  ends: 0,
  joined: null,
  how: "typed",
  base: 0,
  carried: 0,
  startTotal: 0,
  toldStart: 0,
  byTotal: false,
  words: 0,
  flags: 0,
  seq: 0,
  acked: 0,
  mine: false,
  activeMs: 0,
  lastKey: 0,
  rung: false,
  undo: [],
};

export const isUncommitted = (own: OwnCount): boolean => own.seq > own.acked;

/** The count of a sprint that was just heard of. The way to count goes over from the last one, and so does its total. */
export function nextCount(timeline: PhaseNow, last: OwnCount): OwnCount {
  const how = last.how === "followed" ? "typed" : last.how;
  const goesOn = last.sprint === 0 || last.byTotal || last.startTotal > 0; // "+N new" knows of no total
  return {
    ...NO_SPRINT,
    sprint: timeline.sprint!,
    starts: timeline.starts,
    ends: timeline.ends,
    how,
    startTotal: goesOn ? Math.max(0, last.startTotal + last.words) : 0,
    undo: last.sprint === 0 ? last.undo : [],
  };
}

/** The writer's part begins: the text as it is now is where typing starts from. */
export function begin(own: OwnCount, joined: number, textWords: number): void {
  own.joined = joined;
  own.base = textWords;
  own.carried = own.words;
  own.undo = []; // its steps knew the text before the start
}

/** A key was pressed while the sprint ran. Whether the count changed (the first key makes a 0 count). */
export function type(own: OwnCount, textWords: number, now: number): boolean {
  if (own.how !== "typed" || own.rung || own.joined === null) return false;
  const at = within(own, now);
  // The clock may have been set back since the last key, by the server's word.
  if (own.lastKey > 0) own.activeMs += Math.max(0, Math.min(at - own.lastKey, KEY_COUNTS_MS));
  own.lastKey = at;
  const words = typedWords(own, textWords);
  if (own.seq > 0 && words === own.words) return false;
  own.words = words;
  stamp(own, now, CountFlags.WRITING);
  return true;
}

/** Words that were typed and are not counted: before the room was heard of there was no sprint to count them in. */
export function isBehind(own: OwnCount, textWords: number): boolean {
  return own.how === "typed" && typedWords(own, textWords) !== own.words;
}

const typedWords = (own: OwnCount, textWords: number): number => bounded(own.carried + textWords - own.base);

function within(own: OwnCount, now: number): number {
  return Math.max(own.joined ?? own.starts, Math.min(now, own.ends));
}

/** Time in which the writer was at it, ms: around keys where it is typed here, else since they joined. */
export function activeMs(own: OwnCount, now: number): number {
  if (own.joined === null) return own.activeMs;
  const since = within(own, now) - own.joined;
  if (own.how !== "typed") return Math.max(own.activeMs, since);
  const tail = own.lastKey > 0 ? Math.min(within(own, now) - own.lastKey, KEY_COUNTS_MS) : 0;
  return Math.min(own.activeMs + Math.max(0, tail), Math.max(since, own.activeMs));
}

function stamp(own: OwnCount, now: number, more = 0): void {
  own.seq = Math.max(now, own.seq + 1);
  const kept = own.rung ? own.flags & CountFlags.IN : 0; // after the bell a corrected count stays the final one
  own.flags = HOW_BITS[own.how] | kept | more;
  own.mine = true;
}

function change(own: OwnCount, act: () => void): void {
  const { how, base, carried, startTotal, byTotal, words } = own;
  act();
  own.words = bounded(own.words);
  own.undo = [...own.undo, { how, base, carried, startTotal, byTotal, delta: own.words - words }].slice(-STEPS_KEPT);
}

/** Before the sprint runs, or with nothing counted yet, a change of way is no count. */
function countIt(own: OwnCount, now: number): void {
  if (own.joined !== null && (own.seq > 0 || own.how !== "typed")) stamp(own, now);
}

export function useTyped(own: OwnCount, textWords: number, now: number): void {
  if (own.how === "typed") return;
  change(own, () => {
    own.how = "typed";
    own.carried = own.words;
    own.base = textWords;
    own.byTotal = false;
  });
  if (!own.rung) countIt(own, now); // after the bell it is a choice for the next round: a count in time must not become late
}

export function reportTotal(own: OwnCount, total: number, now: number): void {
  if (!isTotal(total)) return;
  change(own, () => {
    own.how = "reported";
    // Before the start a total can only be where the document stands.
    if (own.joined === null) own.startTotal = Math.round(total);
    else {
      own.words = total - own.startTotal;
      own.byTotal = true;
    }
  });
  countIt(own, now);
}

export function reportNew(own: OwnCount, plus: number, now: number): void {
  if (!Number.isFinite(plus)) return;
  change(own, () => {
    own.how = "reported";
    if (own.joined !== null) own.words += plus;
  });
  countIt(own, now);
}

export function setStartTotal(own: OwnCount, total: number, now: number): void {
  if (!isTotal(total)) return;
  change(own, () => {
    if (own.byTotal) own.words += own.startTotal - Math.round(total);
    own.startTotal = Math.round(total);
  });
  if (own.byTotal) countIt(own, now);
}

/** Takes the last change back; what was typed since stays counted where typing counted before it. */
export function undo(own: OwnCount, textWords: number, now: number): boolean {
  const step = own.undo[own.undo.length - 1];
  if (step === undefined) return false;
  const { delta, ...before } = step;
  own.undo = own.undo.slice(0, -1);
  Object.assign(own, before);
  own.words = own.how === "typed" && !own.rung && own.joined !== null ? typedWords(own, textWords) : own.words - delta;
  if (own.joined !== null && own.seq > 0) stamp(own, now);
  return true;
}

/** "That is my count." Also of a count of 0, and of one that did not change. */
export function done(own: OwnCount, now: number): boolean {
  if (own.joined === null) return false;
  stamp(own, now, CountFlags.IN);
  return true;
}

/**
 * The bell: a typed count is final by itself; a reporter has the window, also one who only chose to be one (`elsewhere`).
 * Whether there is something to offer.
 */
export function ring(own: OwnCount, elsewhere: boolean): boolean {
  own.rung = true;
  if (own.how !== "typed" || elsewhere || !own.mine || own.flags & CountFlags.IN) return false;
  // Right after the last change here, not with the bell: it gives way to what another device counted or reported later.
  stamp(own, own.seq, CountFlags.IN);
  return true;
}

/** The bell was moved to a later time after it had rung here: typing counts on. */
export function thaw(own: OwnCount, textWords: number, now: number): boolean {
  own.rung = false;
  if (own.how !== "typed" || own.seq === 0) return false;
  own.words = typedWords(own, textWords);
  stamp(own, now);
  return true;
}

/**
 * Another tab or device of this writer changed the count later: take it over and add to it from here on.
 * `undoable`: what was counted here meanwhile can be had back.
 */
export function adopt(own: OwnCount, known: Known, textWords: number, undoable = false): void {
  const { how, base, carried, startTotal, byTotal, words } = own;
  const step: Step = { how, base, carried, startTotal, byTotal, delta: known.words - words };
  own.how = howOf(known.flags);
  own.seq = own.acked = known.seq;
  own.words = own.carried = known.words;
  own.flags = known.flags;
  own.base = textWords;
  own.startTotal = own.toldStart = known.startTotal;
  own.byTotal = own.how === "reported" && known.startTotal > 0; // without one it may have been "+N new"
  own.activeMs = Math.max(own.activeMs, known.activeMs);
  own.mine = false;
  own.undo = undoable ? [step] : [];
}

/** The server found the stamp ahead of its clock. */
export function restamp(own: OwnCount, now: number): void {
  own.seq = Math.max(own.acked + 1, own.rung ? Math.min(now, own.ends) : now);
}
