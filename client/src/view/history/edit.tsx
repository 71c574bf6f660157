// A session mended in its place: words, minutes, note, project, what came of it; or removed, which leaves a way back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import type { ChangeSessionJson, HistorySessionJson, ProjectJson } from "../../protocol";
import { isEscape } from "../keys";
import { problemText } from "../name";
import { OUTCOMES, type Outcome } from "../outcomes";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { entered, type Wrong } from "./entry";
import { EnteredFields } from "./fields";

export type Change = (id: string, change: ChangeSessionJson) => Promise<void>;

/** Only what differs from how it stands; an amount only where the project asks for one. */
function changed(form: HTMLFormElement, was: HistorySessionJson, projects: readonly ProjectJson[]): ChangeSessionJson | NonNullable<Wrong> {
  const data = new FormData(form);
  const next = entered(data, projects);
  if ("text" in next) return next;
  const change: ChangeSessionJson = {};
  if (next.words !== was.words_net) change.words = next.words;
  if (next.minutes !== was.minutes) change.minutes = next.minutes;
  if (next.note !== was.note) change.note = next.note;
  if (data.has("project") && next.project !== was.project) change.project = next.project;
  if (data.has("amount") && next.amount !== was.amount) change.amount = next.amount;
  const outcome = (String(data.get("outcome") ?? "") || null) as Outcome | null;
  if (data.has("outcome") && outcome !== was.outcome) change.outcome = outcome;
  return change;
}

interface EditProps {
  session: HistorySessionJson;
  projects: readonly ProjectJson[];
  /** Raises ApiProblem. */
  change: Change;
  close: () => void;
}

export function Edit({ session, projects, change, close }: EditProps) {
  const wrong = useSignal<Wrong>(null);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const toField = (name: string): void => (form.current?.elements.namedItem(name) as HTMLElement | null)?.focus();
  useEffect(() => toField("words"), []);

  const send = async (said: ChangeSessionJson) => {
    if (busy.value) return;
    busy.value = true;
    try {
      if (Object.keys(said).length) await change(session.id, said);
      if (!said.removed) close();
    } catch (problem) {
      wrong.value = { field: problem instanceof ApiProblem ? problem.field : "", text: problemText(problem) };
      toField(wrong.value.field);
    } finally {
      busy.value = false;
    }
  };
  const submit = (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    const said = changed(e.currentTarget, session, projects);
    wrong.value = "text" in said ? said : null;
    if ("text" in said) toField(said.field);
    else void send(said);
  };
  const { id, intention, outcome } = session;
  return (
    <form
      class="stack"
      ref={form}
      noValidate
      data-testid={T.sessionForm}
      onSubmit={submit}
      onKeyDown={(e) => isEscape(e) && close()}
    >
      <EnteredFields
        prefix={id}
        wrong={wrong.value}
        projects={projects}
        words={session.words_net}
        minutes={session.minutes}
        note={session.note}
        project={session.project}
        amount={session.amount}
      />
      <fieldset class="field">
        <legend>{intention ? `You meant to: ${intention}. What came of it?` : "What came of it"}</legend>
        <div class="chips">
          {(["", ...(Object.keys(OUTCOMES) as Outcome[])] as const).map((each) => (
            <label key={each} class="chip">
              <input type="radio" name="outcome" value={each} defaultChecked={each === (outcome ?? "")} />
              <span>{each ? OUTCOMES[each] : "Not said"}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {wrong.value && form.current?.elements.namedItem(wrong.value.field) === null && <Refusal text={wrong.value.text} />}
      <p class="hint">Words and minutes mended later than the day after add to your totals, and nothing to your streak.</p>
      <div class="row">
        <button type="submit" class="button first" data-testid={T.sessionSave} aria-disabled={busy.value}>
          Save
        </button>
        <button type="button" class="button" onClick={close}>
          Leave it
        </button>
        <button type="button" class="button plain" data-testid={T.sessionRemove} onClick={() => void send({ removed: true })}>
          Remove
        </button>
      </div>
    </form>
  );
}
