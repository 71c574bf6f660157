// For oneself alone: before a round what one means to do in it, beside it where its words go, after it what came of it.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { isolated } from "../../isolated";
import type { ProjectJson, SaidJson } from "../../protocol";
import type { RoomStore } from "../../store";
import { OUTCOMES, type Outcome } from "../outcomes";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { type Mine, useMine } from "./minestate";

interface MineProps {
  store: RoomStore;
  /** Its link: what tells it from other rooms. */
  url: string;
}

/** Those at work, and the one that is chosen though it is archived. */
function offered(projects: readonly ProjectJson[], chosen: string | null): readonly ProjectJson[] {
  return projects.filter((each) => !each.archived || each.id === chosen);
}

function Where({ mine, said }: { mine: Mine; said: SaidJson }) {
  const projects = offered(mine.projects.value, said.project);
  if (!projects.length) return null;
  return (
    <p class="where">
      <label for="where">Words go to</label>
      <select
        id="where"
        data-testid={T.mineProject}
        value={said.project ?? ""}
        onChange={(e) => {
          const select = e.currentTarget;
          void mine.say({ project: select.value || null }, `Words go to ${isolated(select.selectedOptions[0]?.text ?? "")}.`);
        }}
      >
        {projects.map((each) => (
          <option key={each.id} value={each.id} dir="auto">
            {each.title}
          </option>
        ))}
        <option value="">no project</option>
      </select>
    </p>
  );
}

/** In the lobby, in the countdown, and where a round was called off. */
export function Before({ store, url }: MineProps) {
  const mine = useMine(store, url);
  const said = mine.said.value;
  if (!said || store.slot.value === null) return null;
  return (
    <form class="stack" onSubmit={(e) => e.preventDefault()} aria-label="For yourself">
      <div class="field">
        <label for="intention">What will you work on?</label>
        <input
          id="intention"
          data-testid={T.mineIntention}
          defaultValue={said.intention}
          maxLength={280}
          autoComplete="off"
          enterKeyHint="done"
          aria-describedby="intention-hint"
          onInput={(e) => mine.type({ intention: e.currentTarget.value })}
        />
        <p class="hint" id="intention-hint">
          If you like. Only you see it, and you are asked after the round.
        </p>
      </div>
      <Where mine={mine} said={said} />
      <Refusal text={mine.wrong.value} />
    </form>
  );
}

/** While it runs: one quiet line. */
export function Beside({ store, url }: MineProps) {
  const mine = useMine(store, url);
  const said = mine.said.value;
  if (!said || store.slot.value === null) return null;
  return (
    <>
      <Where mine={mine} said={said} />
      <Refusal text={mine.wrong.value} />
    </>
  );
}

/** With the results. */
export function After({ store, url }: MineProps) {
  const mine = useMine(store, url);
  const noting = useSignal(false);
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (noting.value) note.current?.focus();
  }, [noting.value]);
  const said = mine.said.value;
  if (!said || store.slot.value === null) return null;
  const open = noting.value || said.note !== "";
  return (
    <form class="stack" onSubmit={(e) => e.preventDefault()} aria-label="For yourself">
      {said.intention && (
        <fieldset class="field">
          <legend>
            You meant to: <q>{said.intention}</q>. What came of it?
          </legend>
          <div class="chips">
            {(Object.keys(OUTCOMES) as Outcome[]).map((outcome) => (
              <label key={outcome} class="chip">
                <input
                  type="radio"
                  name="outcome"
                  value={outcome}
                  data-testid={T.mineOutcome}
                  checked={said.outcome === outcome}
                  onChange={() => void mine.say({ outcome }, `${OUTCOMES[outcome]}. Kept.`)}
                />
                <span>{OUTCOMES[outcome]}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {open && (
        <div class="field">
          <label for="note">A note to yourself</label>
          <textarea
            id="note"
            ref={note}
            data-testid={T.mineNote}
            defaultValue={said.note}
            maxLength={2000}
            rows={3}
            onInput={(e) => mine.type({ note: e.currentTarget.value })}
          />
        </div>
      )}
      <div class="row">
        {!open && (
          <button type="button" class="button plain" data-testid={T.mineNote} onClick={() => (noting.value = true)}>
            Add a note to yourself
          </button>
        )}
        <Where mine={mine} said={said} />
      </div>
      <Refusal text={mine.wrong.value} />
    </form>
  );
}
