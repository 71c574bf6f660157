// Everybody's words: merges frames and names and ranks them; of a room too big to be told whole, those whom it was told.

import { type Big, CountFlags, HOW_MASK, type Keyframe, type Roster, RosterFlags, type RosterRow, type Tick } from "./protocol";
import { howOf } from "./own";
import { rankIn, type Standing, standingOf } from "./ranked";
import type { Board, Ranked, Writer } from "./store";

const TOP = 15;
const NEIGHBOURS = 2;

/** What I know of my own row better than any frame. */
export interface Me {
  slot: number;
  words: number;
  counted: boolean;
  /** How counted, and whether IN. */
  flags: number;
}

const OF_COUNT = HOW_MASK | CountFlags.WRITING | CountFlags.IN | CountFlags.LATE;
const MINE = HOW_MASK | CountFlags.IN;

/** Whether the frame has a row of `slot`. A big room tells me of mine by a TICK of its own. */
export function tellsOf(frame: Keyframe | Tick | Big, slot: number | null): boolean {
  return frame.tag !== 68 && frame.rows.some((each, index) => index % 2 === 0 && each === slot);
}

export class Counts {
  sprint = 0;
  /** Of a big room; null while the room is small. */
  big: Standing | null = null;
  private words = new Map<number, number>();
  private names = new Map<number, RosterRow>();
  /** All names of a big room, until the board that goes with them is here: it shows others than the one before. */
  private next: Map<number, RosterRow> | null = null;

  /** Another sprint: its counts begin empty. */
  begin(sprint: number): void {
    if (sprint === this.sprint) return;
    this.sprint = sprint;
    if (this.big !== null) this.big = { ...this.big, sum: 0, top: [], knots: [] };
    this.words = new Map();
    for (const row of this.names.values()) row[2] &= ~OF_COUNT; // how they counted the last time says nothing now
  }

  /** Whether it was of this sprint or a later one, and so taken. */
  frame(frame: Keyframe | Tick | Big): boolean {
    if (frame.sprint < this.sprint) return false;
    this.begin(frame.sprint);
    if (frame.tag !== 67) {
      this.names = this.next ?? this.names;
      this.next = null;
    }
    if (frame.tag === 68) {
      this.big = standingOf(frame);
      for (const [slot, words] of this.big.top) this.words.set(slot, words);
      return true;
    }
    if (frame.tag === 66) {
      this.big = null;
      this.words = new Map();
    }
    const { rows } = frame;
    for (let index = 0; index + 1 < rows.length; index += 2) this.words.set(rows[index]!, rows[index + 1]!);
    return true;
  }

  named(roster: Roster): void {
    const rows = roster.rows.map((row) => [row[0], row] as const);
    if (roster.whole && this.big !== null) this.next = new Map(rows);
    else this.names = new Map([...(roster.whole ? [] : this.names), ...rows]);
  }

  wordsOf(slot: number): number | undefined {
    return this.words.get(slot);
  }

  nameOf(slot: number): string {
    return this.names.get(slot)?.[1] ?? "";
  }

  flagsOf(slot: number): number {
    return this.names.get(slot)?.[2] ?? 0;
  }

  joinedAt(slot: number): number | null {
    return this.names.get(slot)?.[4] ?? null;
  }

  /** All who are shown; in a big room only its top and me. */
  writers(me: Me | null): Map<number, Writer> {
    const writers = new Map<number, Writer>();
    const slots = this.big === null ? this.names.keys() : this.big.top.map(([slot]) => slot);
    for (const slot of slots) this.add(writers, slot);
    if (me !== null) {
      const mine = writers.get(me.slot) ?? this.add(writers, me.slot);
      if (mine !== null && me.counted) {
        Object.assign(mine, { words: me.words, counted: true, flags: (mine.flags & ~MINE) | (me.flags & MINE) });
      }
    }
    return writers;
  }

  private add(writers: Map<number, Writer>, slot: number): Writer | null {
    const [, name, flags, , joinedAt] = this.names.get(slot) ?? [slot, "", 0, 0, 0];
    if (flags & RosterFlags.GONE) return null;
    const words = this.words.get(slot);
    const writer = { slot, name, flags, words: words ?? 0, joinedAt, counted: words !== undefined };
    writers.set(slot, writer);
    return writer;
  }

  /** By rank. `waiting`: also those without a count yet. `starts`: who joined later is marked. */
  ranked(me: Me | null, waiting: boolean, starts: number): Ranked[] {
    const rows = [...this.writers(me).values()].filter((writer) => writer.counted || waiting);
    rows.sort((a, b) => b.words - a.words || Number(b.counted) - Number(a.counted) || a.slot - b.slot);
    let rank = 0;
    return rows.map((writer, index) => {
      if (index === 0 || writer.words < rows[index - 1]!.words) rank = index + 1;
      return this.place(writer, rank, me, starts);
    });
  }

  private place(writer: Writer, rank: number, me: Me | null, starts: number): Ranked {
    const { slot, name, words, flags, counted } = writer;
    return {
      rank,
      about: false,
      slot,
      name,
      words,
      counted,
      me: slot === me?.slot,
      how: howOf(flags),
      writing: (flags & CountFlags.WRITING) !== 0,
      in: (flags & CountFlags.IN) !== 0,
      late: (flags & CountFlags.LATE) !== 0,
      away: (flags & RosterFlags.AWAY) !== 0,
      host: (flags & RosterFlags.HOST) !== 0,
      joinedLate: starts > 0 && writer.joinedAt > starts,
    };
  }

  board(me: Me | null, waiting: boolean, starts: number): Board {
    const all = this.ranked(me, waiting, starts);
    const mine = all.find((row) => row.me) ?? null;
    if (this.big !== null) return this.bigBoard(this.big, all, mine);
    const place = mine === null ? -1 : all.indexOf(mine);
    return {
      top: all.slice(0, TOP),
      around: place < TOP ? [] : all.slice(place - NEIGHBOURS, place + NEIGHBOURS + 1),
      n: all.length,
      total: all.reduce((sum, row) => sum + row.words, 0),
      me: mine,
      big: false,
    };
  }

  private bigBoard(big: Standing, all: Ranked[], mine: Ranked | null): Board {
    const ranked = mine?.counted ? mine : null;
    if (ranked !== null) {
      ranked.rank = rankIn(big, ranked.words, ranked.slot);
      ranked.about = ranked.rank > big.top.length;
    }
    const top = all.filter((row) => row !== ranked || ranked.rank <= TOP).slice(0, TOP);
    const around = ranked === null || top.includes(ranked) ? [] : [ranked];
    return { top, around, n: big.n, total: big.sum, me: mine, big: true };
  }
}
