// What a writer changes in their settings, read from the form, and what of it cannot be taken.
import type { ChangeMeJson, MeJson } from "../../protocol";
import { nameWrong } from "../name";
import { readCount } from "../room/numbers";
import { handleOf, wrongHandle } from "./handle";

const DATED = ["rollover", "day_words", "day_minutes", "grace", "rest_weekdays", "weekly_days", "week_start"] as const;

/** Whether something of it decides about days: it holds from tomorrow on. */
export const isDated = (change: ChangeMeJson): boolean => DATED.some((key) => key in change);

/** Only what differs from how it stands. A number that cannot be read is NaN. */
export function changed(data: FormData, was: MeJson): ChangeMeJson {
  const text = (name: string) => String(data.get(name) ?? "").trim();
  const whole = (name: string) => readCount(text(name)) ?? Number.NaN;
  const next: Omit<MeJson, "id" | "created_at"> = {
    name: text("name"),
    zone: text("zone"),
    rollover: text("rollover"),
    day_words: whole("words"),
    day_minutes: data.has("by-minutes") ? whole("minutes") : null,
    grace: Number(text("grace")),
    rest_weekdays: data.getAll("off").map(Number).sort(),
    weekly_days: Number(text("weekly")),
    week_start: Number(text("week-start")),
    streak_hidden: data.has("hidden"),
    handle: handleOf(text("handle")),
  };
  const entries = Object.entries(next).filter(([key, value]) => String(was[key as keyof MeJson]) !== String(value));
  return Object.fromEntries(entries) as ChangeMeJson;
}

const isUpTo = (most: number, n: number): boolean => n >= 1 && n <= most;

/** The first field that cannot be taken, with what it asks for. */
export function refused(change: ChangeMeJson): [field: string, text: string] | null {
  const misnamed = change.name === undefined ? "" : nameWrong(change.name);
  if (misnamed) return ["name", misnamed];
  if (wrongHandle(change.handle)) return ["handle", wrongHandle(change.handle)];
  if (change.day_words !== undefined && !isUpTo(100_000, change.day_words)) return ["words", "A whole number from 1 to 100,000."];
  if (change.day_minutes != null && !isUpTo(1_440, change.day_minutes)) return ["minutes", "A whole number from 1 to 1,440."];
  return null;
}
