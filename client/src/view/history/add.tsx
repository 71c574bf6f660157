// A session entered by hand: when, how long, how many words; and what it will count for, before it is added.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import type { HistorySessionJson, ManualSessionJson, ProjectJson } from "../../protocol";
import { randomKey } from "../../random";
import { announce } from "../announce";
import { dayName } from "../dates";
import { words } from "../format";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { countsFor, entered, type Wrong, writingDay } from "./entry";
import { EnteredFields, Field } from "./fields";
import { instant, wall } from "./wall";

const USUAL_MS = 25 * 60_000;

interface AddProps {
  /** The writer's writing day. */
  today: string;
  zone: string;
  rollover: string;
  projects: readonly ProjectJson[];
  /** The one that it belongs to unless another is chosen. */
  project?: string;
  /** Raises ApiProblem. */
  add: (session: ManualSessionJson) => Promise<HistorySessionJson>;
}

export function Add({ today, zone, rollover, projects, project, add }: AddProps) {
  const begun = wall(Date.now() - USUAL_MS, zone);
  const day = useSignal(begun.day);
  const time = useSignal(begun.time);
  const wrong = useSignal<Wrong>(null);
  const busy = useSignal(false);
  const added = useSignal("");
  const round = useSignal(0); // fields of their own for each session: a form that is reset forgets the project it is for
  const id = useRef(randomKey()); // the same until it is answered: a repeat adds nothing twice
  const form = useRef<HTMLFormElement>(null);
  const toField = (name: string): void => (form.current?.elements.namedItem(name) as HTMLElement | null)?.focus();
  const refuse = (said: NonNullable<Wrong>): void => {
    wrong.value = said;
    toField(said.field);
  };
  useEffect(() => {
    if (round.value > 0) toField("words"); // the field that had the focus is gone
  }, [round.value]);

  const submit = async (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    const of = e.currentTarget;
    added.value = "";
    const at = instant(day.value, time.value, zone);
    if (Number.isNaN(at)) return refuse(day.value ? { field: "time", text: "A time, such as 18:30." } : { field: "day", text: "A date." });
    const said = entered(new FormData(of), projects);
    if ("text" in said) return refuse(said);
    if (busy.value) return;
    busy.value = true;
    wrong.value = null;
    try {
      const session = await add({ ...said, id: id.current, started_at: new Date(at).toISOString() });
      id.current = randomKey();
      round.value += 1;
      added.value = `Added: ${words(session.words_net)} on ${dayName(session.local_day, "long")}.`;
      announce(added.value);
    } catch (problem) {
      const field = problem instanceof ApiProblem ? problem.field : "";
      refuse({ field: field === "started_at" ? "time" : field, text: problemText(problem) });
    } finally {
      busy.value = false;
    }
  };
  const hint = countsFor(writingDay(day.value, time.value, rollover), today);
  return (
    <details>
      <summary data-testid={T.addSession}>Add a session by hand</summary>
      <form class="card stack" ref={form} noValidate onSubmit={submit}>
        <div class="row fields">
          <Field id="add-day" label="Day" wrong={wrong.value}>
            {(tied) => <input {...tied} type="date" max={begun.day} value={day.value} onInput={(e) => (day.value = e.currentTarget.value)} />}
          </Field>
          <Field id="add-time" label="Begun at" wrong={wrong.value}>
            {(tied) => <input {...tied} type="time" value={time.value} onInput={(e) => (time.value = e.currentTarget.value)} />}
          </Field>
        </div>
        <EnteredFields key={round.value} prefix="add" wrong={wrong.value} projects={projects} minutes={USUAL_MS / 60_000} {...(project ? { project } : {})} />
        {wrong.value && form.current?.elements.namedItem(wrong.value.field) === null && <Refusal text={wrong.value.text} />}
        <p class="hint" data-testid={T.addHint}>
          {day.value && time.value ? hint : "Say when it was."}
        </p>
        <div class="row">
          <button type="submit" class="button first" data-testid={T.addSubmit} aria-disabled={busy.value}>
            Add it
          </button>
          {added.value && <span>{added}</span>}
        </div>
      </form>
    </details>
  );
}
