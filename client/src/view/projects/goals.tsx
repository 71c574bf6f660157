// Goals: what is done of each in the period that runs, and how the past ones went. Nobody is told off for a missed one.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import * as api from "../../api_projects";
import type { GoalJson, GoalsJson } from "../../protocol";
import { announce } from "../announce";
import { number } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { readCount } from "../room/numbers";
import { toHeading } from "../router";
import * as T from "../testids";
import { type Period, PERIODS, run } from "./periods";
import { amount, Reach } from "./said";

const MOST = 10_000_000;

function Line({ goal }: { goal: GoalJson }) {
  return (
    <p
      class="goal"
      data-testid={T.goal}
      data-period={goal.period}
      data-done={goal.done}
      data-target={goal.target}
    >
      <span>
        {PERIODS[goal.period].now}: {number(goal.done)} of {amount(goal.target, goal.unit)}
        {goal.done >= goal.target && ", met"}
      </span>
      <Reach part={goal.done / goal.target} />
    </p>
  );
}

/** A line for each, for pages that are about something else; nothing where there are none. */
export function GoalLines({ goals }: { goals: readonly GoalJson[] }) {
  return goals.length > 0 ? (
    <div class="stack">
      {goals.map((goal) => (
        <Line key={goal.period} goal={goal} />
      ))}
    </div>
  ) : null;
}

/** The past periods as a row of marks, the last one at the end. The sentence beside it says the same. */
function Past({ goal }: { goal: GoalJson }) {
  return (
    <svg class="past" viewBox={`0 0 ${goal.past.length * 12} 10`} aria-hidden="true">
      {goal.past.map((each, i) => (
        <rect key={each.first} x={i * 12 + 1} y="1" width="8" height="8" rx="2" class={each.met ? "met" : each.target === null ? "none" : "missed"} />
      ))}
    </svg>
  );
}

interface SetFormProps {
  goals: readonly GoalJson[];
  set: (period: Period, target: number, unit: GoalJson["unit"]) => Promise<void>;
}

function SetForm({ goals, set }: SetFormProps) {
  const wrong = useSignal("");
  const busy = useSignal(false);
  const submit = async (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    const form = e.currentTarget;
    const data = new FormData(form);
    const target = readCount(String(data.get("goal") ?? "").trim());
    const field = form.elements.namedItem("goal") as HTMLInputElement;
    wrong.value = target === null || target < 1 || target > MOST ? "A whole number, such as 500." : "";
    if (busy.value || wrong.value || target === null) return field.focus();
    busy.value = true;
    try {
      await set(String(data.get("period")) as Period, target, String(data.get("unit")) as GoalJson["unit"]);
      field.value = "";
    } catch (problem) {
      wrong.value = problemText(problem);
      if (problem instanceof ApiProblem && problem.status) field.focus();
    } finally {
      busy.value = false;
    }
  };
  const free = (Object.keys(PERIODS) as Period[]).find((period) => !goals.some((goal) => goal.period === period)) ?? "day";
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <div class="row fields">
        <div class="field">
          <label for="goal-period">How often</label>
          <select id="goal-period" name="period" data-testid={T.goalPeriod}>
            {(Object.keys(PERIODS) as Period[]).map((period) => (
              <option key={period} value={period} selected={period === free}>
                {PERIODS[period].each}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="goal-target">How much</label>
          <input
            id="goal-target"
            name="goal"
            inputMode="numeric"
            autoComplete="off"
            data-testid={T.goalTarget}
            aria-invalid={wrong.value ? "true" : undefined}
            aria-describedby={wrong.value ? "goal-wrong" : undefined}
          />
        </div>
        <div class="field">
          <label for="goal-unit">Of what</label>
          <select id="goal-unit" name="unit">
            <option value="words">words added</option>
            <option value="minutes">minutes</option>
          </select>
        </div>
      </div>
      <Refusal id="goal-wrong" text={wrong.value} />
      <div class="row">
        <button type="submit" class="button" data-testid={T.goalSet} aria-disabled={busy.value}>
          Set it
        </button>
        <span class="hint">It holds from the period that runs; those that are over stay as they were.</span>
      </div>
    </form>
  );
}

interface GoalsViewProps {
  goals: readonly GoalJson[];
  set: SetFormProps["set"];
  /** Raises ApiProblem. */
  drop: (period: Period) => Promise<void>;
}

export function GoalsView({ goals, set, drop }: GoalsViewProps) {
  const dropped = useSignal<GoalJson | null>(null);
  const wrong = useSignal("");
  const act = async (does: () => Promise<void>, said: string, then: GoalJson | null) => {
    wrong.value = "";
    try {
      await does();
      dropped.value = then;
      announce(said);
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  const gone = dropped.value;
  // The button that was pressed is gone: the one that takes it back has the focus, and then the heading.
  const undo = useRef<HTMLButtonElement>(null);
  const was = useRef(gone);
  useEffect(() => {
    if (gone) undo.current?.focus();
    else if (was.current) toHeading(document.getElementById("goals-title"));
    was.current = gone;
  }, [gone]);
  return (
    <>
      {goals.length === 0 && !gone && <p>So many words or minutes a day, a week, a month or a year: if a number helps you, set one.</p>}
      <ul class="stack">
        {goals.map((goal) => (
          <li key={goal.period}>
            <Line goal={goal} />
            <div class="row past-row">
              {run(goal) && (
                <>
                  <Past goal={goal} />
                  <span class="quiet small">{run(goal)}</span>
                </>
              )}
              <button
                type="button"
                class="button plain small"
                data-testid={T.goalDrop}
                aria-label={`Take it off: ${PERIODS[goal.period].each.toLowerCase()}`}
                onClick={() => void act(() => drop(goal.period), "The goal is off.", goal)}
              >
                Take it off
              </button>
            </div>
          </li>
        ))}
      </ul>
      {gone && (
        <div class="row" role="group" aria-label="Taken off">
          <span>
            {PERIODS[gone.period].each} {amount(gone.target, gone.unit)}: off from now on.
          </span>
          <button
            type="button"
            class="button"
            ref={undo}
            data-testid={T.goalUndo}
            onClick={() => void act(() => set(gone.period, gone.target, gone.unit), "It is back.", null)}
          >
            Undo
          </button>
        </div>
      )}
      <Refusal text={wrong.value} />
      <details open={goals.length === 0 && !gone}>
        <summary>{goals.length ? "Set or change a goal" : "Set a goal"}</summary>
        <SetForm goals={goals} set={set} />
      </details>
    </>
  );
}

/** `found` is told what stands after each change. */
export function Goals({ goals, found }: { goals: GoalsJson; found: (goals: GoalsJson) => void }) {
  return (
    <section class="stack" aria-labelledby="goals-title">
      <h2 id="goals-title">Goals</h2>
      <GoalsView
        goals={goals.goals}
        set={async (period, target, unit) => found(await api.setGoal(period, { target, unit }))}
        drop={async (period) => found(await api.dropGoal(period))}
      />
    </section>
  );
}
