// Arithmetic of a project's chart, on ISO date strings alone: which day lies where, and how high it stands.
import type { ProjectInFullJson } from "../../protocol";
import { addDays, daysBetween } from "../dates";

/** A share of the chart's width from the left, and of its height from the foot; 0 to 1. */
export type Point = readonly [x: number, y: number];

export interface ChartDay {
  day: string;
  amount: number;
  total: number;
  /** What the plan had at the day's end; null outside of it. */
  planned: number | null;
}

export interface Chart {
  days: ChartDay[];
  /** The place of today among them. */
  today: number;
  /** The numbers at the foot and at the top. */
  low: number;
  high: number;
  ticks: number[];
  actual: Point[];
  plan: Point[];
}

const TICKS = 5;

/** 1, 2 or 5 times a power of ten: the least that parts `span` into at most `TICKS`. Whole. */
export function step(span: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, span / TICKS)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n * TICKS >= span) ?? power * 10;
}

/** All days from the first to the deadline or today, whichever is later. */
function daysOf({ project, days, line }: ProjectInFullJson): ChartDay[] {
  const known = new Map(days.map((each) => [each.day, each.amount]));
  const ends = [project.first_day, project.deadline ?? project.first_day, project.plan.today, ...known.keys()].sort();
  const first = ends[0] as string;
  const last = ends[ends.length - 1] as string;
  const before = daysBetween(first, project.first_day);
  let total = project.start_total;
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, i) => {
    const day = addDays(first, i);
    const amount = known.get(day) ?? 0;
    total += amount;
    return { day, amount, total, planned: line[i - before] ?? null };
  });
}

export function chart(full: ProjectInFullJson): Chart {
  const days = daysOf(full);
  const today = days.findIndex((each) => each.day === full.project.plan.today);
  const start = full.project.start_total;
  // What lies ahead is not known; but who flew west has written on a day that is still to come.
  const last = Math.max(today, ...full.days.map(({ day }) => daysBetween(days[0]?.day ?? day, day)));
  const there = days.slice(0, last + 1).map((each) => each.total);
  const values = [start, full.project.target ?? start, ...there];
  const by = step(Math.max(1, Math.max(...values) - Math.min(...values)));
  const low = Math.floor(Math.min(...values) / by) * by;
  const high = Math.max(low + by, Math.ceil(Math.max(...values) / by) * by);
  const y = (value: number): number => (value - low) / (high - low);
  const middle = (i: number): number => (i + 0.5) / days.length;

  const actual: Point[] = [[0, y(start)]];
  for (let i = 0; i <= last; i++) {
    const each = days[i] as ChartDay;
    if (each.amount === 0) continue;
    actual.push([middle(i), y(each.total - each.amount)], [middle(i), y(each.total)]);
  }
  actual.push([(last + 1) / days.length, y(there[there.length - 1] ?? start)]);

  const plan: Point[] = [];
  for (const [i, { planned }] of days.entries()) {
    if (planned === null) continue;
    if (!plan.length) plan.push([i / days.length, y(start)]);
    plan.push([middle(i), y(planned)]);
  }
  const ticks = Array.from({ length: Math.round((high - low) / by) + 1 }, (_, i) => low + i * by);
  return { days, today, low, high, ticks, actual, plan };
}

/** Which of `n` places side by side in a box a pointer is at. */
export function placeAt({ clientX, currentTarget }: PointerEvent & { currentTarget: HTMLElement }, n: number): number {
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.min(n - 1, Math.max(0, Math.floor(((clientX - left) / width) * n)));
}

/** An SVG path in a box of so many units, its top at 0. */
export function path(points: readonly Point[], size: number): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${(x * size).toFixed(1)} ${((1 - y) * size).toFixed(1)}`).join("");
}
