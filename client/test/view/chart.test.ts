// A project's chart: every day in its place, whatever the project lacks.
import { describe, expect, it } from "vitest";

import type { ProjectInFullJson, ProjectJson } from "../../src/protocol";
import { chart, path, step } from "../../src/view/projects/chart";

const PROJECT: ProjectJson = {
  id: "p",
  title: "Novel",
  unit: "words",
  start_total: 0,
  target: 1000,
  first_day: "2026-03-28",
  deadline: "2026-03-31",
  weights: "1111111",
  chosen: true,
  archived: false,
  created_at: "2026-03-28T10:00:00.000Z",
  total: 700,
  sessions: 2,
  plan: { state: "asked", today: "2026-03-30", done_today: 0, need: 250, remaining: 300, ahead: 0, ahead_days: 0, ends: null },
};
const FULL: ProjectInFullJson = {
  project: PROJECT,
  days: [
    { day: "2026-03-28", amount: 300, sessions: 1 },
    { day: "2026-03-29", amount: 400, sessions: 1 },
  ],
  line: [250, 500, 750, 1000],
  closes_at: "2026-03-31T03:00:00.000Z",
};

const of = (change: Partial<ProjectJson>, rest: Partial<ProjectInFullJson> = {}) =>
  chart({ ...FULL, ...rest, project: { ...PROJECT, ...change } });

describe("the days", () => {
  it("are all from the first to the deadline, over a change of clocks too", () => {
    const { days, today } = chart(FULL);
    expect(days.map((each) => each.day)).toEqual(["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]);
    expect(days.map((each) => each.total)).toEqual([300, 700, 700, 700]);
    expect(days.map((each) => each.planned)).toEqual([250, 500, 750, 1000]);
    expect(today).toBe(2);
  });

  it("begin with a session from before the first day, and the plan with that", () => {
    const { days, plan } = of({}, { days: [{ day: "2026-03-26", amount: 5, sessions: 1 }] });
    expect(days.map((each) => each.planned)).toEqual([null, null, 250, 500, 750, 1000]);
    expect(plan[0]).toEqual([2 / 6, 0]);
  });

  it("go on to today after the deadline, and to a first day that is still to come", () => {
    const late = of({ plan: { ...PROJECT.plan, today: "2026-04-02" } });
    expect([late.days.length, late.today]).toEqual([6, 5]);
    const early = of({ plan: { ...PROJECT.plan, today: "2026-03-27" } }, { days: [] });
    expect([early.days.length, early.today]).toEqual([5, 0]);
  });

  it("are one where nothing is said", () => {
    const { days, actual, plan, low, high } = of(
      { target: null, deadline: null, first_day: "2026-03-30" },
      { days: [], line: [] },
    );
    expect(days).toEqual([{ day: "2026-03-30", amount: 0, total: 0, planned: null }]);
    expect([actual, plan]).toEqual([[[0, 0], [1, 0]], []]);
    expect(high).toBeGreaterThan(low);
  });
});

describe("the lines", () => {
  it("go up in steps, in the middle of each day, and end with today", () => {
    const { actual } = chart(FULL);
    expect(actual).toEqual([
      [0, 0],
      [0.125, 0],
      [0.125, 0.3],
      [0.375, 0.3],
      [0.375, 0.7],
      [0.75, 0.7],
    ]);
  });

  it("go down where more was taken out than added, below the foot of before if need be", () => {
    const { low, high, actual } = of({ start_total: 400 }, { days: [{ day: "2026-03-28", amount: -500, sessions: 1 }] });
    expect([low, high]).toEqual([-500, 1000]);
    expect(actual.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
  });

  it("reach a day that is still to come here, where it was written before a flight west", () => {
    const { actual } = of({}, { days: [{ day: "2026-03-31", amount: 100, sessions: 1 }] });
    expect(actual[actual.length - 1]).toEqual([1, 0.1]);
  });

  it("begin at a foot near where the project began", () => {
    const { low, high, ticks } = of({ start_total: 40_000, target: 50_000 });
    expect([low, high]).toEqual([40_000, 50_000]);
    expect(ticks).toEqual([40_000, 42_000, 44_000, 46_000, 48_000, 50_000]);
  });

  it("are drawn from the top down", () => {
    expect(path([[0, 0], [0.5, 1]], 1000)).toBe("M0.0 1000.0L500.0 0.0");
  });
});

it("parts any height into few round numbers", () => {
  for (const span of [1, 2, 3, 7, 10, 49, 50, 51, 999, 50_000, 10_000_000]) {
    const by = step(span);
    expect(by * 5).toBeGreaterThanOrEqual(span);
    expect(Number.isInteger(by)).toBe(true);
    expect(/^[125]0*$/.test(String(by))).toBe(true);
    if (by > 1) expect(span / by).toBeGreaterThan(1);
  }
});
