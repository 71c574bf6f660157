// The periods of goals, in words.
import type { GoalJson } from "../../protocol";
import { number } from "../format";

export type Period = GoalJson["period"];

export const PERIODS: Readonly<Record<Period, { now: string; each: string; past: string }>> = {
  day: { now: "Today", each: "Each day", past: "days" },
  week: { now: "This week", each: "Each week", past: "weeks" },
  month: { now: "This month", each: "Each month", past: "months" },
  year: { now: "This year", each: "Each year", past: "years" },
};

/** "Met in 7 of the last 9 weeks."; empty where there was no goal before, or where it would only tell somebody off. */
export function run({ past, period }: Pick<GoalJson, "past" | "period">): string {
  const judged = past.filter((each) => each.target !== null);
  const met = judged.filter((each) => each.met).length;
  const name = PERIODS[period].past;
  if (!met) return "";
  return judged.length === 1
    ? `The ${name.slice(0, -1)} before: met.`
    : `Met in ${number(met)} of the last ${number(judged.length)} ${name}.`;
}
