// The fields that a session has, wherever it is entered or mended: each with its refusal beside it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { ProjectJson } from "../../protocol";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { inUnits, type Wrong } from "./entry";

/** What ties a field to its label and its refusal. */
interface Tied {
  id: string;
  name: string;
  "data-testid": string;
  "aria-invalid": "true" | undefined;
  "aria-describedby": string | undefined;
}

interface FieldProps {
  id: string;
  label: string;
  wrong: Wrong;
  children: (tied: Tied) => ComponentChildren;
}

/** `id` ends with the field's name, after a dash. */
export function Field({ id, label, wrong, children }: FieldProps) {
  const name = id.slice(id.lastIndexOf("-") + 1);
  const text = wrong?.field === name ? wrong.text : "";
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, name, "data-testid": `${T.fieldOf}${name}`, "aria-invalid": text ? "true" : undefined, "aria-describedby": text ? `${id}-wrong` : undefined })}
      <Refusal id={`${id}-wrong`} text={text} />
    </div>
  );
}

interface EnteredFieldsProps {
  prefix: string;
  wrong: Wrong;
  projects: readonly ProjectJson[];
  words?: number;
  minutes?: number;
  note?: string;
  project?: string | null;
  amount?: number | null;
}

export function EnteredFields({ prefix, wrong, projects, words, minutes, note, project, amount }: EnteredFieldsProps) {
  const chosen = useSignal(project ?? "");
  const shown = projects.filter((each) => !each.archived || each.id === project);
  const of = shown.find((each) => each.id === chosen.value);
  return (
    <>
      <div class="row fields">
        <Field id={`${prefix}-words`} label="Words" wrong={wrong}>
          {(tied) => <input {...tied} inputMode="text" autoComplete="off" defaultValue={words === undefined ? "" : `${words}`} />}
        </Field>
        <Field id={`${prefix}-minutes`} label="Minutes" wrong={wrong}>
          {(tied) => <input {...tied} inputMode="decimal" autoComplete="off" defaultValue={minutes === undefined ? "" : `${minutes}`} />}
        </Field>
      </div>
      {shown.length > 0 && (
        <div class="row fields">
          <Field id={`${prefix}-project`} label="Project" wrong={wrong}>
            {(tied) => (
              <select {...tied} value={chosen.value} onChange={(e) => (chosen.value = e.currentTarget.value)}>
                <option value="">None</option>
                {shown.map((each) => (
                  <option key={each.id} value={each.id} dir="auto">
                    {each.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {inUnits(of) && (
            <Field id={`${prefix}-amount`} label={of.unit === "pages" ? "Pages" : "Lines"} wrong={wrong}>
              {(tied) => <input {...tied} inputMode="text" autoComplete="off" defaultValue={amount == null ? "" : `${amount}`} />}
            </Field>
          )}
        </div>
      )}
      <Field id={`${prefix}-note`} label="A note to yourself" wrong={wrong}>
        {(tied) => <textarea {...tied} rows={2} maxLength={2000} defaultValue={note ?? ""} />}
      </Field>
    </>
  );
}
