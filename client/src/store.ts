// What a view may see of a room and do in it. No view knows sockets, registers or storage.

import type { ReadonlySignal } from "@preact/signals";
import type { Cheer, Phase, PhaseNow, Role } from "./protocol";

export type How = "typed" | "reported" | "followed";
export type Link = "connecting" | "online" | "reconnecting" | "closed";

/** A member of the room. `words` is 0 until `counted`: until there is a count of theirs in this sprint. */
export interface Writer {
  slot: number;
  name: string;
  /** CountFlags and RosterFlags together. */
  flags: number;
  words: number;
  /** Server time, ms. */
  joinedAt: number;
  counted: boolean;
}

/** A writer's place. Equal words have equal rank; `rank` is 1 + how many have strictly more. */
export interface Ranked {
  rank: number;
  /** The rank is an estimate, within 2 % of all: in a big room, below its top. */
  about: boolean;
  slot: number;
  /** Empty while the name is on its way. */
  name: string;
  words: number;
  counted: boolean;
  me: boolean;
  how: How;
  writing: boolean;
  /** "That is my count" was said. */
  in: boolean;
  late: boolean;
  away: boolean;
  host: boolean;
  /** Joined after the sprint had begun. */
  joinedLate: boolean;
}

export interface Board {
  /** At most 15. */
  top: Ranked[];
  /** Me and at most two neighbours each side; empty while I am among the top, or have no place. */
  around: Ranked[];
  n: number;
  total: number;
  me: Ranked | null;
  /** A big room: only its top is known. */
  big: boolean;
}

/**
 * My own count in the current sprint. `total` is always `startTotal + words`.
 * `saved`: "saved" is committed on the server, "saving" is on its way, "waiting" is kept here until the line is back.
 */
export interface Own {
  words: number;
  how: How;
  startTotal: number;
  total: number;
  /** In whole seconds. */
  activeMs: number;
  /** "That is my count" was said for this sprint. */
  reported: boolean;
  saved: "saved" | "saving" | "waiting";
  canUndo: boolean;
  late: boolean;
}

/** To be announced: `loud` ones assertively (the bell), others politely; a view forgets them as it likes. */
export type Notice = { id: number; loud: boolean; text: string } & (
  | { kind: "begin" | "bell" | "results" | "cancelled" | "words" | "error" }
  | { kind: "time"; leftMs: number }
  | { kind: "cheer"; slot: number }
);

/** How a command ended. `field` and `rule` are empty unless one field is to be mended. */
export type Outcome = { ok: true } | { ok: false; code: number; text: string; field: string; rule: string };

export interface NewRound {
  durationS: number;
  /** From now; 60 where neither it nor `startsAt` is said. */
  delayS?: number;
  /** Server time, ms: a clock start (":15 for 20"). `serverNow()` says what time it is there. */
  startsAt?: number;
}

export interface RoomStore {
  link: ReadonlySignal<Link>;
  /** Why the room is closed; null unless `link` is "closed". 4500 asks for a name, then openRoom again. */
  closedCode: ReadonlySignal<number | null>;
  /** Others' counts may be late just now. */
  delayed: ReadonlySignal<boolean>;
  /** Null: viewing (or not yet welcomed). */
  slot: ReadonlySignal<number | null>;
  role: ReadonlySignal<Role>;
  /** Null until the first PHASE. */
  timeline: ReadonlySignal<PhaseNow | null>;
  phase: ReadonlySignal<Phase>;
  /** To the next boundary, rounded up to whole seconds; 0 where none is ahead. Changes once a second. */
  remainingMs: ReadonlySignal<number>;
  /** Everybody on the board, by slot; of a big room the top 50 and me. */
  writers: ReadonlySignal<ReadonlyMap<number, Writer>>;
  board: ReadonlySignal<Board>;
  own: ReadonlySignal<Own>;
  /** The last 20, oldest first. */
  notices: ReadonlySignal<readonly Notice[]>;
  /** All words of the editor's text, also those from before the sprint. */
  textWords: ReadonlySignal<number>;

  /** Everybody by rank; of a big room the top 50 and me. Except while counts come in, also those without one. */
  fullBoard(): Ranked[];
  serverNow(): number;

  start(round: NewRound): Promise<Outcome>;
  cancel(): Promise<Outcome>;
  extend(byS: number): Promise<Outcome>;
  end(): Promise<Outcome>;
  join(): Promise<Outcome>;
  leave(): Promise<Outcome>;
  /** `to` null: to everybody. */
  cheer(to: number | null, kind: Cheer): Promise<Outcome>;
  remove(slot: number): Promise<Outcome>;

  /** The editor's content changed. Cheap: call it on every input event. */
  text(value: string): void;
  /**
   * The text kept on this device for this room. Set the editor from it once, before the first text(). Where the device is
   * slow to tell it is empty, and `late` is called should the text come while the editor is empty still.
   */
  draft(late?: (text: string) => void): Promise<string>;

  /** The writer chose to give numbers: what was typed here is not final by itself at the bell. */
  countElsewhere(elsewhere: boolean): void;
  /** Count what is typed here from now on, on top of what is counted already. */
  useTyped(): void;
  /** "My document has `total` words": words = total - startTotal. */
  reportTotal(total: number): void;
  /** "+N new": N more than what is counted so far. May be negative. */
  reportNew(plus: number): void;
  /** Where the document stood before the sprint. Moves the count only where a total was reported against it. */
  setStartTotal(total: number): void;
  /** Takes back the last of the four above. */
  undo(): void;
  /** "That is my count": final unless changed again. */
  done(): void;

  close(): void;
}
