// Projects and goals in every state.
import type { ComponentChildren } from "preact";

import type { GoalJson, ProjectInFullJson, ProjectJson } from "../src/protocol";
import { addDays } from "../src/view/dates";
import { Page } from "../src/view/house";
import { GoalsView } from "../src/view/projects/goals";
import { ProjectsView } from "../src/view/projects/list";
import { ProjectView } from "../src/view/projects/project";

type State = ProjectJson["plan"]["state"];

const FIRST = "2026-11-01";
const TODAY = "2026-11-23";
const DAYS = 30;
const TARGET = 50_000;
const NOTHING = async () => {};

function project(title: string, state: State, total: number, more: Partial<ProjectJson> = {}): ProjectJson {
  const planned = state !== "counting" && state !== "undated";
  const ahead = planned ? total - Math.round((TARGET * 22) / DAYS) : null;
  return {
    id: title.toLowerCase().replaceAll(" ", "-"),
    title,
    unit: "words",
    start_total: 0,
    target: state === "counting" ? null : TARGET,
    first_day: FIRST,
    deadline: planned ? addDays(FIRST, DAYS - 1) : null,
    weights: "1111111",
    chosen: false,
    archived: false,
    created_at: `${FIRST}T08:00:00.000Z`,
    total,
    sessions: 22,
    plan: {
      state,
      today: TODAY,
      done_today: state === "done" ? 1_800 : 320,
      need: planned && state !== "over" && state !== "no_days" ? 1_667 : null,
      remaining: state === "counting" ? null : Math.max(0, TARGET - total),
      ahead,
      ahead_days: ahead === null ? null : Math.round(ahead / (TARGET / DAYS)),
      ends: state === "undated" || state === "asked" ? "2026-12-04" : null,
    },
    ...more,
  };
}

function inFull(of: ProjectJson): ProjectInFullJson {
  const days = of.sessions ? Array.from({ length: 22 }, (_, i) => ({ day: addDays(FIRST, i), amount: Math.round(of.total / 22) - (i % 4) * 90, sessions: 1 })) : [];
  const line = of.deadline === null || of.target === null ? [] : Array.from({ length: DAYS }, (_, i) => Math.floor(((i + 1) * TARGET) / DAYS));
  return { project: of, days, line, closes_at: `${addDays(TODAY, 1)}T03:00:00.000Z` };
}

function goal(period: GoalJson["period"], target: number, done: number): GoalJson {
  const past = Array.from({ length: 12 }, (_, i) => {
    const each = { first: addDays(TODAY, i - 12), last: addDays(TODAY, i - 12), unit: "words" as const, target: i < 3 ? null : target, done: (i * 397) % (2 * target) };
    return { ...each, met: each.target !== null && each.done >= each.target };
  });
  return { period, unit: "words", target, first: TODAY, last: TODAY, done, left: Math.max(0, target - done), past };
}

function list(projects: readonly ProjectJson[], goals: readonly GoalJson[]): ComponentChildren {
  return (
    <Page title="Projects and goals">
      <h1>Projects and goals</h1>
      <ProjectsView projects={projects} begin={NOTHING} choose={NOTHING} />
      <section class="stack">
        <h2>Goals</h2>
        <GoalsView goals={goals} set={NOTHING} drop={NOTHING} />
      </section>
    </Page>
  );
}

function one(of: ProjectJson): ComponentChildren {
  return (
    <Page title={of.title}>
      <h1>{of.title}</h1>
      <ProjectView full={inFull(of)} change={NOTHING}>
        {null}
      </ProjectView>
    </Page>
  );
}

const LONG = "The history of tides and of those who wrote them down, with two maps, part two";

export const PROJECT_STATES: Record<string, () => ComponentChildren> = {
  "projects-empty": () => list([], []),
  "projects-one": () => list([project("Low water", "asked", 31_000, { chosen: true })], [goal("week", 8_000, 5_363)]),
  projects: () =>
    list(
      [
        project("Low water", "done", 41_000, { chosen: true }),
        project(LONG, "asked", 12_000),
        project("Poems", "counting", 890),
        project("Thesis", "undated", 20_000, { unit: "pages" }),
        project("Notes for nobody", "no_days", 1_000),
        project("First attempts", "over", 30_000, { archived: true }),
      ],
      [goal("day", 500, 640), goal("week", 3_500, 1_200), goal("month", 15_000, 14_999), goal("year", 150_000, 91_000)],
    ),
  project: () => one(project("Low water", "asked", 31_000, { chosen: true })),
  "project-new": () => one(project("Low water", "counting", 0, { sessions: 0 })),
  "project-reached": () => one(project("Low water", "reached", 52_000)),
  "project-over": () => one(project(LONG, "over", 43_000)),
  "project-archived": () => one(project("Low water", "undated", 20_000, { archived: true })),
};
