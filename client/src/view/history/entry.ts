// What a writer enters of a session, read from a form: numbers as they are typed anywhere, each refusal by its field.
import type { ProjectJson } from "../../protocol";
import { addDays, dayName } from "../dates";
import { readCount } from "../room/numbers";

export type Wrong = { field: string; text: string } | null;

const MOST_WORDS = 10_000_000;
const MOST_MINUTES = 1_440;
const MOST_AMOUNT = 1_000_000;

/** "12.5" or "12,5"; null where it is no number of minutes that a day has. */
export function readMinutes(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const minutes = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  return minutes <= MOST_MINUTES ? minutes : null;
}

/** Null where it is no whole number that far from 0. */
function readWithin(text: string, most: number): number | null {
  const n = readCount(text);
  return n !== null && Math.abs(n) <= most ? n : null;
}

export function inUnits(project: ProjectJson | undefined): project is ProjectJson {
  return project !== undefined && (project.unit === "pages" || project.unit === "lines");
}

export interface Entered {
  words: number;
  minutes: number;
  note: string;
  project: string | null;
  /** Null: the project counts by itself, or nothing was said. */
  amount: number | null;
}

/** What stands in the fields words, minutes, note, project and amount; or the first field that cannot be taken, and why. */
export function entered(data: FormData, projects: readonly ProjectJson[]): Entered | NonNullable<Wrong> {
  const text = (name: string): string => String(data.get(name) ?? "").trim();
  const words = readWithin(text("words"), MOST_WORDS);
  if (words === null) return { field: "words", text: "A whole number, such as 412; with a minus where more was taken out." };
  const minutes = readMinutes(text("minutes"));
  if (minutes === null) return { field: "minutes", text: "Minutes from 0 to 1,440, such as 25 or 12.5." };
  const project = projects.find((each) => each.id === text("project"));
  let amount: number | null = null;
  if (inUnits(project) && text("amount")) {
    amount = readWithin(text("amount"), MOST_AMOUNT);
    if (amount === null) return { field: "amount", text: `A whole number of ${project.unit}, such as 3.` };
  }
  return { words, minutes, note: text("note"), project: project?.id ?? null, amount };
}

/** The writing day that a time on the wall belongs to; `rollover` as 03:00. */
export function writingDay(day: string, time: string, rollover: string): string {
  return time < rollover ? addDays(day, -1) : day;
}

/** What a session of that day will count for. */
export function countsFor(day: string, today: string): string {
  const name = dayName(day, "long");
  if (day > today) return "That lies ahead: add it once it has begun.";
  return day >= addDays(today, -1)
    ? `It belongs to ${name}, and counts for your streak.`
    : `It belongs to ${name}, and adds to your totals. For your streak only today and yesterday count.`;
}
