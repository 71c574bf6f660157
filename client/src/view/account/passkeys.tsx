// A passkey in the list: what it is called, since when, and how it goes.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { isolated } from "../../isolated";
import type { PasskeyJson } from "../../protocol";
import { announce } from "../announce";
import { dateOf } from "../data/when";
import { isEscape } from "../keys";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { Confirm } from "../room/confirm";
import * as T from "../testids";

interface PasskeyRowProps {
  passkey: PasskeyJson;
  /** Nothing else leads back to the history but this browser. */
  isLastWay: boolean;
  rename: (name: string) => Promise<void>;
  /** `last`: it was said that it is the last way back. */
  remove: (last: boolean) => void;
}

export function PasskeyRow({ passkey, isLastWay, rename, remove }: PasskeyRowProps) {
  const renaming = useSignal(false);
  const open = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !renaming.value) open.current?.focus();
    was.current = renaming.value;
  }, [renaming.value]);
  const used = passkey.used_at ? `last used ${dateOf(passkey.used_at)}` : "not used yet";
  return (
    <li class="room-row wraps" data-testid={T.passkey}>
      {renaming.value ? (
        <Rename id={`name-${passkey.id}`} name={passkey.name} save={rename} done={() => (renaming.value = false)} />
      ) : (
        <>
          <div>
            <p>
              <strong>
                <bdi>{passkey.name}</bdi>
              </strong>
            </p>
            <p class="quiet small">
              Added {dateOf(passkey.created_at)} · {used}
            </p>
          </div>
          <div class="row">
            <button
              type="button"
              class="button plain"
              ref={open}
              data-testid={T.passkeyRename}
              aria-label={`Rename ${isolated(passkey.name)}`}
              onClick={() => (renaming.value = true)}
            >
              Rename
            </button>
            <Confirm
              testid={T.passkeyRemove}
              label={`Remove ${isolated(passkey.name)}`}
              question={
                isLastWay
                  ? "It is the last way back. Then only this browser leads to your history."
                  : "It signs nobody in any more. On your device you may delete it, too."
              }
              yes={isLastWay ? "Remove it all the same" : "Remove it"}
              no="Keep it"
              act={() => remove(isLastWay)}
            >
              Remove
            </Confirm>
          </div>
        </>
      )}
    </li>
  );
}

interface RenameProps {
  /** Of the field: several may be open. */
  id: string;
  name: string;
  save: (name: string) => Promise<void>;
  done: () => void;
}

function Rename({ id, name, save, done }: RenameProps) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useSignal("");
  useEffect(() => field.current?.select(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    const next = field.current?.value.trim() ?? "";
    try {
      if (!next) throw new Error("Write what you call it.");
      if (next !== name) await save(next);
      announce("Saved.");
      done();
    } catch (problem) {
      wrong.value = problemText(problem);
      field.current?.focus();
    }
  };
  return (
    <form class="row ends grow" onSubmit={(e) => void submit(e)} noValidate onKeyDown={(e) => isEscape(e) && done()}>
      <div class="field grow">
        <label for={id}>What it is called</label>
        <input
          id={id}
          ref={field}
          defaultValue={name}
          maxLength={160}
          autoComplete="off"
          data-testid={T.passkeyName}
          aria-invalid={wrong.value ? "true" : undefined}
          aria-describedby={wrong.value ? `${id}-wrong` : undefined}
        />
        <Refusal id={`${id}-wrong`} text={wrong.value} />
      </div>
      <button type="submit" class="button">
        Save
      </button>
      <button type="button" class="button plain" onClick={done}>
        Cancel
      </button>
    </form>
  );
}
