// What is said of projects and goals: a kind sentence in every state, and no number that is none.
import { describe, expect, it } from "vitest";

import type { GoalJson, ProjectJson } from "../../src/protocol";
import { run } from "../../src/view/projects/periods";
import { amount, end, progress, standing, today } from "../../src/view/projects/said";

type Plan = ProjectJson["plan"];

const PLAN: Plan = {
  state: "asked",
  today: "2026-11-23",
  done_today: 0,
  need: 1667,
  remaining: 37_600,
  ahead: 0,
  ahead_days: 0,
  ends: null,
};

function project(plan: Partial<Plan> = {}, more: Partial<ProjectJson> = {}): ProjectJson {
  return {
    id: "p",
    title: "Novel",
    unit: "words",
    start_total: 0,
    target: 50_000,
    first_day: "2026-11-01",
    deadline: "2026-11-30",
    weights: "1111111",
    chosen: true,
    archived: false,
    created_at: "2026-11-01T10:00:00.000Z",
    total: 12_400,
    sessions: 9,
    ...more,
    plan: { ...PLAN, ...plan },
  };
}

it("says amounts in their unit, one of them by itself", () => {
  expect([1, 0, 2, -1].map((n) => amount(n, "pages"))).toEqual(["1 page", "0 pages", "2 pages", "−1 page"]);
  expect(progress(project())).toBe("12,400 of 50,000 words");
  expect(progress(project({}, { target: null, unit: "lines" }))).toBe("12,400 lines");
});

describe("today", () => {
  const said: [Partial<Plan>, string][] = [
    [{}, "Today asks 1,667 words."],
    [{ done_today: 300 }, "Today: 300 of 1,667 words."],
    [{ state: "done", done_today: 1700 }, "Today is done: 1,700 of 1,667 words."],
    [{ state: "resting", need: 0 }, "A day off: nothing is asked today."],
    [{ state: "resting", need: 0, done_today: 1 }, "A day off, and still 1 word."],
    [{ state: "early", need: 0 }, "It begins on Sun, Nov 1, 2026."],
    [{ state: "reached" }, "The target is reached."],
    [{ state: "over", need: null }, "The deadline has passed, with 37,600 words to go. Choose another day when you like."],
    [{ state: "counting", need: null, remaining: null }, ""],
    [{ state: "undated", need: null, done_today: 20 }, "20 words today."],
  ];
  it.each(said)("%o", (plan, text) => {
    expect(today(project(plan))).toBe(text);
  });

  it("says what would make room where no day of work is left", () => {
    expect(today(project({ state: "no_days", need: null }))).toContain("37,600 words to go");
  });
});

it("says how it stands, and nothing where that no longer matters", () => {
  expect(standing(project())).toBe("On plan.");
  expect(standing(project({ ahead: 3400, ahead_days: 2 }))).toBe("3,400 words ahead of the plan, 2 days of work.");
  expect(standing(project({ ahead: 1, ahead_days: 0 }))).toBe("1 word ahead of the plan.");
  expect(standing(project({ ahead: -1667, ahead_days: -1 }))).toBe("1,667 words to catch up with the plan, 1 day of work.");
  expect(standing(project({ ahead: null, ahead_days: null }))).toBe("");
  expect(standing(project({ state: "over", ahead: -10, ahead_days: -1 }))).toBe("");
});

it("says when it will be done where that can be told", () => {
  expect(end(project({ ends: "2026-12-04" }))).toBe(
    "Deadline Mon, Nov 30, 2026. At the pace of the last two weeks: done on Fri, Dec 4, 2026.",
  );
  expect(end(project({}, { deadline: null }))).toBe("");
  expect(end(project({ state: "reached" }))).toBe("");
});

it("counts only periods that had a goal, and tells nobody off", () => {
  const period = (done: number, target: number | null): GoalJson["past"][number] => ({
    first: "2026-11-16",
    last: "2026-11-22",
    unit: "words",
    target,
    done,
    met: target !== null && done >= target,
  });
  const past = [period(900, null), period(500, 500), period(499, 500), period(800, 500)];
  expect(run({ past, period: "week" })).toBe("Met in 2 of the last 3 weeks.");
  expect(run({ past: past.slice(0, 2), period: "day" })).toBe("The day before: met.");
  expect(run({ past: past.slice(2, 3), period: "month" })).toBe("");
  expect(run({ past: past.slice(0, 1), period: "year" })).toBe("");
});
