// What a writer says of a project: its title is enough. The same fields begin one and change one.
import { useSignal } from "@preact/signals";

import { ApiProblem } from "../../api";
import type { NewProjectJson, ProjectJson } from "../../protocol";
import { weekdayName } from "../dates";
import type { Wrong } from "../history/entry";
import { Field } from "../history/fields";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { readCount } from "../room/numbers";
import * as T from "../testids";
import type { Unit } from "./said";

/** All that the form says; `first_day` empty: from today on. */
export type Said = Required<Omit<NewProjectJson, "id" | "chosen" | "first_day">> & { first_day: string | null };

const UNITS: readonly Unit[] = ["words", "pages", "minutes", "lines"];
const WEEKDAYS = Array.from({ length: 7 }, (_, n) => weekdayName(n));
const MOST = 10_000_000;

/** What was said, or the first field that cannot be taken. */
function read(form: HTMLFormElement): Said | NonNullable<Wrong> {
  const data = new FormData(form);
  const text = (name: string): string => String(data.get(name) ?? "").trim();
  const title = text("title");
  const target = text("target") ? readCount(text("target")) : null;
  const start = text("start_total") ? readCount(text("start_total")) : 0;
  if (!title) return { field: "title", text: "Give it a title." };
  if (text("target") && (target === null || target < 1 || target > MOST)) return { field: "target", text: "A whole number, such as 50,000, or nothing." };
  if (start === null || start < 0 || start > MOST) return { field: "start_total", text: "A whole number, such as 12,000, or nothing." };
  return {
    title,
    unit: text("unit") as Unit,
    start_total: start,
    target,
    first_day: text("first_day") || null,
    deadline: text("deadline") || null,
    weights: WEEKDAYS.map((_, i) => text(`weight-${i}`)).join(""),
  };
}

function Weights({ weights }: { weights: string }) {
  return (
    <fieldset class="field">
      <legend>How much of the work each weekday takes</legend>
      <div class="weekdays">
        {WEEKDAYS.map((name, i) => (
          <label key={name}>
            <span class="small quiet">{name}</span>
            <select name={`weight-${i}`}>
              {Array.from({ length: 10 }, (_, n) => (
                <option key={n} value={n} selected={weights[i] === String(n)}>
                  {n === 0 ? "off" : n}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <p class="hint">Twice the number, twice the work. Your days of rest are off in any case.</p>
    </fieldset>
  );
}

interface FormProps {
  project?: ProjectJson;
  button: string;
  save: (said: Said) => Promise<void>;
}

const KNOWN = ["title", "unit", "target", "deadline", "first_day", "start_total"];

export function ProjectForm({ project, button, save }: FormProps) {
  const wrong = useSignal<Wrong>(null);
  const busy = useSignal(false);
  const more = useSignal(project !== undefined);

  const refuse = (form: HTMLFormElement, refused: NonNullable<Wrong>): void => {
    wrong.value = refused;
    if (refused.field === "first_day" || refused.field === "start_total") more.value = true;
    (form.elements.namedItem(refused.field) as HTMLElement | null)?.focus();
  };
  const submit = async (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    const form = e.currentTarget;
    if (busy.value) return;
    const said = read(form);
    if (!("title" in said)) return refuse(form, said);
    wrong.value = null;
    busy.value = true;
    try {
      await save(said);
    } catch (problem) {
      refuse(form, { field: problem instanceof ApiProblem ? problem.field : "", text: problemText(problem) });
    } finally {
      busy.value = false;
    }
  };

  const shown = wrong.value;
  return (
    <form class="stack" onSubmit={submit} noValidate data-testid={T.projectForm}>
      <Field id="project-title" label="Title" wrong={shown}>
        {(tied) => <input {...tied} data-testid={T.projectTitle} maxLength={320} autoComplete="off" defaultValue={project?.title ?? ""} />}
      </Field>
      <div class="row fields">
        <Field id="project-target" label="Target, if there is one" wrong={shown}>
          {(tied) => (
            <input {...tied} data-testid={T.projectTarget} inputMode="numeric" autoComplete="off" defaultValue={project?.target ? String(project.target) : ""} />
          )}
        </Field>
        <Field id="project-unit" label="Counted in" wrong={shown}>
          {(tied) => (
            <select {...tied}>
              {UNITS.map((unit) => (
                <option key={unit} value={unit} selected={unit === project?.unit}>
                  {unit}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="project-deadline" label="Deadline, if there is one" wrong={shown}>
          {(tied) => <input {...tied} type="date" data-testid={T.projectDeadline} defaultValue={project?.deadline ?? ""} />}
        </Field>
      </div>
      <details open={more.value} onToggle={(e) => (more.value = e.currentTarget.open)}>
        <summary>More: where it stands, its first day, its weekdays</summary>
        <div class="stack">
          <div class="row fields">
            <Field id="project-start_total" label="There already" wrong={shown}>
              {(tied) => (
                <input {...tied} inputMode="numeric" autoComplete="off" defaultValue={project?.start_total ? String(project.start_total) : ""} />
              )}
            </Field>
            <Field id="project-first_day" label="First day" wrong={shown}>
              {(tied) => <input {...tied} type="date" defaultValue={project?.first_day ?? ""} />}
            </Field>
          </div>
          <Weights weights={project?.weights ?? "1111111"} />
        </div>
      </details>
      {shown && !KNOWN.includes(shown.field) && <Refusal text={shown.text} />}
      <div>
        <button class="button first" type="submit" data-testid={T.projectSave} aria-disabled={busy.value}>
          {button}
        </button>
      </div>
    </form>
  );
}
