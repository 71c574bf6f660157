// Arithmetic of the chart of words: which days, weeks, months or years it has, and what each came to. ISO dates alone.
import type { HistoryDayJson, MonthJson, TotalsJson } from "../../protocol";
import { addDays, dayName } from "../dates";
import { step } from "../projects/chart";
import { weekOf } from "./days";

export type By = "day" | "week" | "month" | "year";

/** `first`: its first day. */
export interface Bar extends Omit<TotalsJson, "days"> {
  first: string;
}

const DAYS = 31;
const WEEKS = 53;
const MONTHS = 36;
/** A number takes up to a tenth of the drawing's height. */
const ROOM = 10;

const NOTHING = { words: 0, removed: 0, minutes: 0, sessions: 0 };

function nextMonth(month: string): string {
  return addDays(`${month}-28`, 4).slice(0, 7);
}

/** Each begin with the sum of what `of` puts to it. */
function summed<T extends Omit<Bar, "first">>(begins: readonly string[], parts: readonly T[], of: (part: T) => string): Bar[] {
  const bars = new Map(begins.map((first) => [first, { first, ...NOTHING }]));
  for (const part of parts) {
    const bar = bars.get(of(part));
    if (!bar) continue;
    bar.words += part.words;
    bar.removed += part.removed;
    bar.minutes += part.minutes;
    bar.sessions += part.sessions;
  }
  return [...bars.values()];
}

/** The twelve months of a year, those without a session too. `month`: in short. */
export function monthsOf(months: readonly MonthJson[], year: number): (Bar & { month: string })[] {
  const begins = Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, "0")}-01`);
  return summed(begins, months, (m) => `${m.month}-01`).map((bar) => ({ ...bar, month: dayName(bar.first, "month") }));
}

/** From the first to the last, both included; at most the last `most`. */
function each(first: string, last: string, next: (from: string) => string, most: number): string[] {
  const found = [];
  for (let at = first; at <= last; at = next(at)) found.push(at);
  return found.slice(-most);
}

/** Rounded up to what a scale would show. */
function up(value: number): number {
  const by = step(value);
  return Math.ceil(value / by) * by;
}

/** The numbers at the top and at the foot: the greatest of each kind. What is below the line has room for its number. */
export function scale(bars: readonly Bar[]): { high: number; low: number } {
  const high = up(Math.max(1, ...bars.map((bar) => bar.words)));
  const removed = Math.max(0, ...bars.map((bar) => bar.removed));
  return { high, low: removed && up(Math.max(removed, high / ROOM)) };
}

interface Written {
  days: readonly HistoryDayJson[];
  months: readonly MonthJson[];
}

/** Oldest first, those without a session too. Days and weeks go back a year, months three, years to the first. */
export function bars({ days, months }: Written, today: string, weekStart: number, by: By): Bar[] {
  const newest = [today, ...days.map((d) => d.day)].sort().at(-1) as string;
  const first = months[0]?.month ?? today.slice(0, 7);
  switch (by) {
    case "day":
      return summed(each(addDays(newest, 1 - DAYS), newest, (day) => addDays(day, 1), DAYS), days, (d) => d.day);
    case "week": {
      const last = weekOf(newest, weekStart);
      const begins = each(addDays(last, -7 * (WEEKS - 1)), last, (day) => addDays(day, 7), WEEKS);
      return summed(begins, days, (d) => weekOf(d.day, weekStart));
    }
    case "month": {
      const begins = each(first, newest.slice(0, 7), nextMonth, MONTHS);
      return summed(begins.map((month) => `${month}-01`), months, (m) => `${m.month}-01`);
    }
    case "year": {
      const years = each(first.slice(0, 4), newest.slice(0, 4), (year) => `${Number(year) + 1}`.padStart(4, "0"), Infinity);
      return summed(years.map((year) => `${year}-01-01`), months, (m) => `${m.month.slice(0, 4)}-01-01`);
    }
  }
}
