// A room's store made of plain values: any state of a room, standing still, for the gallery and its screenshots.
import { signal } from "@preact/signals";

import { CountFlags, Phase, type PhaseNow, Role, RosterFlags } from "../src/protocol";
import type { Board, Notice, Outcome, Own, Ranked, RoomStore, Writer } from "../src/store";

export const NOW = Date.parse("2026-11-23T19:04:17Z");
const MINUTE = 60_000;

const NAMES = [
  "Ann", "Bartholomäus", "Chidi", "Dagný", "Esi", "Farid", "Giulia", "Hana", "Ines", "Jun", "Kwame", "Lior", "Mei", "Noor", "Olu",
  "Pilar", "Quentin", "Rosa", "Søren", "Tamar", "Ulla", "Viktor", "Wanjiru", "Ximena", "Yusuf", "Zofia",
] as const;

export const LONG_NAME = "Wilhelmina Bartholomea van der Zonnestraal";

export function nameOf(i: number): string {
  const name = NAMES[i % NAMES.length] ?? "Ann";
  return i < NAMES.length ? name : `${name} ${Math.floor(i / NAMES.length) + 1}`;
}

/** Words of the i-th writer: falling, with a tie here and there. */
export function wordsOf(i: number, most: number): number {
  return Math.max(0, Math.round(most / (1 + i * 0.045)) - (i % 5 === 3 ? 0 : i % 7));
}

export interface Still {
  phase: Phase;
  writers: number;
  /** My place on the board, from 0; null: watching. */
  me: number | null;
  host?: boolean;
  mostWords?: number;
  longName?: boolean;
  leftMs?: number;
  minutes?: number;
  round?: number;
  own?: Partial<Own>;
  link?: "connecting" | "online" | "reconnecting" | "closed";
  closed?: [code: number, text: string];
  delayed?: boolean;
  draft?: string;
  empty?: boolean;
  notices?: readonly Notice[];
}

function rowsOf(still: Still): Ranked[] {
  const counting = still.phase === Phase.WRITING || still.phase === Phase.REPORTING;
  const most = still.mostWords ?? 640;
  let rank = 0;
  let last = Number.NaN;
  return Array.from({ length: still.writers }, (_, i) => {
    const words = counting ? wordsOf(i, most) : 0;
    if (words !== last) rank = i + 1;
    last = words;
    return {
      rank,
      about: false,
      slot: i + 1,
      name: still.longName && i === 1 ? LONG_NAME.slice(0, 40) : nameOf(i),
      words,
      counted: counting && i < Math.max(1, still.writers - 2),
      me: i === still.me,
      how: i % 6 === 4 ? "reported" : "typed",
      writing: i % 2 === 0,
      in: still.phase === Phase.REPORTING && i % 3 !== 0,
      late: false,
      away: i % 11 === 7,
      host: i === 0,
      joinedLate: i % 9 === 8,
    };
  });
}

function timelineOf(still: Still): PhaseNow | null {
  if (still.link === "connecting") return null;
  const minutes = still.minutes ?? 20;
  const left = still.leftMs ?? 0;
  const starts = still.phase === Phase.COUNTDOWN ? NOW + left : NOW + left - minutes * MINUTE;
  const sprint = still.phase === Phase.LOBBY ? null : 7;
  const ends = starts + minutes * MINUTE;
  return {
    tag: 70,
    rev: 3,
    sprint,
    phase: still.phase,
    starts,
    ends,
    reporting_ends: ends + 2 * MINUTE,
    cancelled: still.phase === Phase.CANCELLED ? NOW : null,
    now: NOW,
    round: sprint === null ? 0 : (still.round ?? 1),
    final: true,
    delayed: still.delayed ?? false,
  };
}

function boardOf(rows: Ranked[], me: number | null): Board {
  const top = rows.slice(0, 15);
  const around = me !== null && me >= 15 ? rows.slice(Math.max(15, me - 2), me + 3) : [];
  const total = rows.reduce((sum, row) => sum + row.words, 0);
  return { top, around, n: rows.length, total, me: me === null ? null : (rows[me] ?? null), big: false };
}

export function stillStore(still: Still): RoomStore {
  const rows = rowsOf(still);
  const mine = still.me === null ? undefined : rows[still.me];
  const role: Role = still.me === null ? Role.VIEWER : still.host ? Role.HOST : Role.WRITER;
  const own = signal<Own>({
    words: mine?.words ?? 0,
    how: "typed",
    startTotal: 0,
    total: mine?.words ?? 0,
    activeMs: 0,
    reported: false,
    saved: "saved",
    canUndo: false,
    late: false,
    ...still.own,
  });
  const writers = new Map<number, Writer>(
    rows.map((row) => [
      row.slot,
      {
        slot: row.slot,
        name: row.name,
        flags: (row.host ? RosterFlags.HOST : 0) | (row.in ? CountFlags.IN : 0),
        words: row.words,
        joinedAt: NOW,
        counted: row.counted,
      },
    ]),
  );
  const done = (): Promise<Outcome> => Promise.resolve({ ok: true });
  const nothing = (): void => {};
  const change = (part: Partial<Own>) => (own.value = { ...own.value, canUndo: true, ...part });
  return {
    link: signal(still.link ?? "online"),
    closedCode: signal(still.closed?.[0] ?? null),
    delayed: signal(still.delayed ?? false),
    slot: signal(mine?.slot ?? null),
    role: signal<Role>(role),
    timeline: signal(timelineOf(still)),
    phase: signal<Phase>(still.phase),
    remainingMs: signal(still.leftMs ?? 0),
    writers: signal(writers),
    board: signal(boardOf(rows, still.me)),
    own,
    notices: signal(still.notices ?? []),
    textWords: signal(0),
    fullBoard: () => rows,
    serverNow: () => NOW,
    start: done,
    cancel: done,
    extend: done,
    end: done,
    join: done,
    leave: done,
    cheer: done,
    remove: done,
    text: nothing,
    draft: () => Promise.resolve(still.draft ?? ""),
    countElsewhere: nothing,
    useTyped: () => change({ how: "typed" }),
    reportTotal: (total) => change({ how: "reported", total, words: total - own.value.startTotal }),
    reportNew: (plus) => change({ how: "reported", words: own.value.words + plus, total: own.value.total + plus }),
    setStartTotal: (startTotal) => change({ startTotal, total: startTotal + own.value.words }),
    undo: () => change({ canUndo: false }),
    done: () => change({ reported: true }),
    close: nothing,
  };
}
