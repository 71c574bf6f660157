// Why a day counts as it does, and why the streak is what it is, in plain words.
import type { HeldRulesJson, StreakDayJson, StreakJson } from "../../protocol";
import { dayName, daysBetween, weekday, weekdayName } from "../dates";
import { minutesOf, number, words } from "../format";

interface Grounds {
  rules: readonly HeldRulesJson[];
  rests: StreakJson["rests"];
}

const AWAY = 3;
const MILESTONES: Readonly<Record<number, string>> = {
  7: "Seven days: a whole week of writing.",
  30: "Thirty days: a month of writing.",
  100: "A hundred days of writing.",
  365: "365 days: a year of writing.",
};

function amount(d: StreakDayJson): string {
  return d.minutes >= 1 ? `${words(d.words)}, ${minutesOf(d.minutes)}` : words(d.words);
}

/** The rules that held on a day. */
function rulesOn(day: string, rules: readonly HeldRulesJson[]): HeldRulesJson | undefined {
  return rules.filter((each) => each.from_day <= day).at(-1) ?? rules[0];
}

function asked(rules: HeldRulesJson): string {
  const some = words(rules.day_words);
  return rules.day_minutes === null ? some : `${some} or ${minutesOf(rules.day_minutes)}`;
}

export function daysInWords(n: number): string {
  return `${number(n)} ${n === 1 ? "day" : "days"}`;
}

function missesInWords(n: number): string {
  return `${number(n)} missed ${n === 1 ? "day" : "days"}`;
}

/** Which rest covers a day; "" where none does. */
function restOn(day: string, { rules, rests }: Grounds): string {
  const booked = rests.find((each) => each.first <= day && day <= each.last);
  if (booked) {
    return booked.first === booked.last ? "booked for this day" : `booked from ${dayName(booked.first)} to ${dayName(booked.last)}`;
  }
  return rulesOn(day, rules)?.rest_weekdays.includes(weekday(day)) ? `${weekdayName(weekday(day), "long")} is a day off` : "";
}

/** What the first day of a streak takes, and what of it is there. */
export function beginning({ today, days, rules }: Pick<StreakJson, "today" | "days" | "rules">): string {
  const rule = rulesOn(today, rules);
  const begun = days.find((each) => each.day === today && (each.words !== 0 || each.minutes > 0));
  return `It begins with the first day of ${rule ? asked(rule) : "writing"}.${begun ? ` Today so far: ${amount(begun)}.` : ""}`;
}

export function reason(d: StreakDayJson, grounds: Grounds): string {
  const some = d.words !== 0 || d.minutes > 0;
  const rules = rulesOn(d.day, grounds.rules);
  const rest = restOn(d.day, grounds);
  const needs = rules ? asked(rules) : "";
  switch (d.status) {
    case "written":
      return rest ? `Written: ${amount(d)}. A day of rest, and it adds one all the same` : `Written: ${amount(d)}`;
    case "open":
      return `Still open: ${some ? `${amount(d)} so far` : "nothing yet"}. It counts from ${needs} on`;
    case "missed":
      return some ? `Not enough: ${amount(d)}; ${needs} were asked` : "Nothing written";
    case "grace":
      return `Held by grace, which allows ${missesInWords(rules?.grace ?? 1)} in any seven`;
    case "rest":
      return `Rest: ${rest || "nothing was asked"}${some ? `. ${amount(d)} all the same` : ""}`;
    case "travel":
      return "Travel: less than 12 hours of this day were left between your time zones, so it asked nothing";
    case "amnesty":
      return "Wordtide was away: this day asked nothing of anybody";
  }
}

/** The number taken apart: what the days of the current streak were. */
export function takenApart(streak: StreakJson): string {
  const { since, current, days } = streak;
  if (since === null || !days.length || days[0]!.day > since) return "";
  const run = days.filter((d) => d.day >= since && d.day <= streak.today);
  const of = (...statuses: StreakDayJson["status"][]) => run.filter((d) => statuses.includes(d.status)).length;
  const held = of("grace");
  const neutral = of("rest", "travel", "amnesty");
  const parts = [`${daysInWords(current)} written since ${dayName(since)}`];
  if (held) parts.push(`${missesInWords(held)} held by grace`);
  if (neutral) parts.push(`${daysInWords(neutral)} that asked nothing`);
  const wrote = lastWritten(days, since);
  const missed = days.filter((d) => wrote && wrote.day < d.day && d.day < since && d.status === "missed");
  if (!missed.length) return `${parts.join(", ")}.`;
  const why = missed.length === 1 ? `${dayName(missed[0]!.day)} was missed` : `${daysInWords(missed.length)} were missed`;
  return `${parts.join(", ")}. Before that, ${why}, more than grace could hold.`;
}

function lastWritten(days: readonly StreakDayJson[], before: string): StreakDayJson | undefined {
  return days.filter((d) => d.day < before && d.status === "written").at(-1);
}

/** A word for whoever wrote today after days away; "" for everybody else. */
export function welcome(streak: StreakJson): string {
  const { days, today, current, state } = streak;
  const last = lastWritten(days, today);
  if (state !== "done" || !last) return "";
  const away = daysBetween(last.day, today);
  if (current === 1) return `Back after ${daysInWords(away)}. Day 1 of a new one.`;
  return away >= AWAY ? `Back after ${daysInWords(away)}. Your streak waited for you.` : "";
}

/** Said on the day on which it is reached. */
export function milestone({ state, current }: StreakJson): string {
  return state === "done" ? (MILESTONES[current] ?? "") : "";
}
