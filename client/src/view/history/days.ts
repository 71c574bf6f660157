// Arithmetic of a year of days, on ISO date strings alone: no time zone can move a day here.
import type { HistoryDayJson } from "../../protocol";
import { addDays, weekday } from "../dates";

export interface Cell {
  day: string;
  words: number;
  minutes: number;
  sessions: number;
  status: HistoryDayJson["status"];
  /** 0: nothing; 1 to 4: the quartile among the days with words. */
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

/** `weeks` columns of up to seven days, the last one ending with `today`. */
export function calendar(days: readonly HistoryDayJson[], today: string, weekStart: number, weeks = 53): Cell[][] {
  const known = new Map(days.map((d) => [d.day, d]));
  const sorted = days.map((d) => d.words).filter((w) => w > 0).sort((a, b) => a - b);
  const first = addDays(weekOf(today, weekStart), -7 * (weeks - 1));
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, i) => addDays(first, 7 * week + i))
      .filter((day) => day <= today)
      .map((day) => {
        const d = known.get(day);
        const worked = d?.status === "written" ? 1 : 0;
        return {
          day,
          words: d?.words ?? 0,
          minutes: d?.minutes ?? 0,
          sessions: d?.sessions ?? 0,
          status: d?.status ?? null,
          bin: quartile(d?.words ?? 0, sorted) || worked,
        };
      }),
  );
}

/** Words and days from `from` on. */
export function since(days: readonly HistoryDayJson[], from: string): { words: number; days: number } {
  const those = days.filter((d) => d.day >= from);
  return { words: those.reduce((sum, d) => sum + d.words, 0), days: those.filter((d) => d.sessions > 0).length };
}
