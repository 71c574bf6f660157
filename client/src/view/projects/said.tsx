// What a project comes to, in words: short, kind, and without blame.
import type { ProjectJson } from "../../protocol";
import { dayName } from "../dates";
import { number } from "../format";

export type Unit = ProjectJson["unit"];

/** "1 word", "412 words", "−3 pages" */
export function amount(n: number, unit: Unit): string {
  return `${number(n)} ${Math.abs(n) === 1 ? unit.slice(0, -1) : unit}`;
}

/** "12,400 of 50,000 words", or "12,400 words" where there is no target. */
export function progress({ total, target, unit }: Pick<ProjectJson, "total" | "target" | "unit">): string {
  return target === null ? amount(total, unit) : `${number(total)} of ${amount(target, unit)}`;
}

/** A bar of how much is there. `part`: 1 is all of it; more, or less than nothing, is drawn as the ends. */
export function Reach({ part }: { part: number }) {
  return (
    <span class="reach wide" aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, part))})` }} />
    </span>
  );
}

/** What today asks, or what stands in the way of saying so. */
export function today({ plan, unit, first_day }: ProjectJson): string {
  const wrote = plan.done_today;
  const left = amount(plan.remaining ?? 0, unit);
  switch (plan.state) {
    case "asked":
      return wrote > 0 ? `Today: ${number(wrote)} of ${amount(plan.need ?? 0, unit)}.` : `Today asks ${amount(plan.need ?? 0, unit)}.`;
    case "done":
      return `Today is done: ${number(wrote)} of ${amount(plan.need ?? 0, unit)}.`;
    case "resting":
      return wrote > 0 ? `A day off, and still ${amount(wrote, unit)}.` : "A day off: nothing is asked today.";
    case "early":
      return `It begins on ${dayName(first_day, "long")}.`;
    case "reached":
      return "The target is reached.";
    case "over":
      return `The deadline has passed, with ${left} to go. Choose another day when you like.`;
    case "no_days":
      return `No day of work is left before the deadline, and ${left} to go. A later day, or work on more weekdays, makes room.`;
    default:
      return wrote > 0 ? `${amount(wrote, unit)} today.` : "";
  }
}

/** How it stands against the plan; empty where there is none, or where it no longer matters. */
export function standing({ plan, unit }: ProjectJson): string {
  if (plan.ahead === null || ["reached", "over", "early", "no_days"].includes(plan.state)) return "";
  if (plan.ahead === 0) return "On plan.";
  const days = Math.abs(plan.ahead_days ?? 0);
  const worth = days > 0 ? `, ${number(days)} ${days === 1 ? "day" : "days"} of work` : "";
  return plan.ahead > 0
    ? `${amount(plan.ahead, unit)} ahead of the plan${worth}.`
    : `${amount(-plan.ahead, unit)} to catch up with the plan${worth}.`;
}

/** When it will be done; empty where that cannot be told. */
export function end({ plan, deadline }: ProjectJson): string {
  const by = deadline === null || plan.state === "reached" ? "" : `Deadline ${dayName(deadline, "long")}.`;
  const pace = plan.ends === null ? "" : `At the pace of the last two weeks: done on ${dayName(plan.ends, "long")}.`;
  return [by, pace].filter(Boolean).join(" ");
}
