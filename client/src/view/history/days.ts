// Arithmetic of a year of days, on ISO date strings alone: no time zone can move a day here.
import type { HistoryDayJson, StreakDayJson } from "../../protocol";
import { addDays, daysBetween, weekday } from "../dates";

export interface Cell {
  day: string;
  /** 0 to 6, from the start of the week on. */
  row: number;
  words: number;
  removed: number;
  minutes: number;
  sessions: number;
  status: HistoryDayJson["status"];
  /** 0: nothing; 1 to 4: the quartile among the days with words; of work that added none: 1. */
  bin: number;
}

/** The start of the week that `day` is in; `weekStart` 0 is Monday. */
export function weekOf(day: string, weekStart: number): string {
  return addDays(day, -((weekday(day) - weekStart + 7) % 7));
}

/** Quartile of `words` among `sorted` (ascending, without zeros): 1 to 4. Equal words get equal bins. */
export function quartile(words: number, sorted: readonly number[]): number {
  if (words <= 0 || !sorted.length) return 0;
  const notMore = sorted.filter((w) => w <= words).length;
  return Math.max(1, Math.ceil((4 * notMore) / sorted.length));
}

/** Columns of up to seven days, from the week of `first` to the day `last`. */
export function calendar(days: readonly HistoryDayJson[], first: string, last: string, weekStart: number): Cell[][] {
  const known = new Map(days.map((d) => [d.day, d]));
  const sorted = days.map((d) => d.words).filter((w) => w > 0).sort((a, b) => a - b);
  const begin = weekOf(first, weekStart);
  return Array.from({ length: Math.floor(daysBetween(begin, last) / 7) + 1 }, (_, week) =>
    Array.from({ length: 7 }, (_, i) => addDays(begin, 7 * week + i))
      .filter((day) => day >= first && day <= last)
      .map((day) => {
        const d = known.get(day);
        const worked = d?.sessions ? 1 : 0;
        return {
          day,
          row: (weekday(day) - weekStart + 7) % 7,
          words: d?.words ?? 0,
          removed: d?.removed ?? 0,
          minutes: d?.minutes ?? 0,
          sessions: d?.sessions ?? 0,
          status: d?.status ?? null,
          bin: quartile(d?.words ?? 0, sorted) || worked,
        };
      }),
  );
}

/**
 * The days with a session and, of those without one, what the streak says of them: that grace held them, or that they
 * asked nothing. `streak` null: it is hidden, and nothing is said of it here either.
 */
export function withStreak(days: readonly HistoryDayJson[], streak: readonly StreakDayJson[] | null): HistoryDayJson[] {
  if (!streak) return days.map((each) => ({ ...each, status: null }));
  const known = new Set(days.map((each) => each.day));
  const others = streak.filter((each) => !known.has(each.day));
  return [...days, ...others.map(({ day, status }) => ({ day, status, words: 0, removed: 0, minutes: 0, sessions: 0 }))];
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 };

/** Where a key leads from a day, in a calendar whose columns are weeks; null: it is none that leads anywhere. */
export function led(key: string, from: string, first: string, last: string): string | null {
  if (key === "Home") return first;
  if (key === "End") return last;
  const step = STEPS[key];
  if (step === undefined) return null;
  const to = addDays(from, step);
  return to < first || to > last ? from : to;
}
