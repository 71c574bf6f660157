// A new personal token: what it is for, what it may, and how long.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

import * as api from "../../api_tokens";
import type { MadeTokenJson } from "../../protocol";
import { randomKey } from "../../random";
import type { Wrong } from "../history/entry";
import { Field } from "../history/fields";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { useFresh } from "./fresh";
import { type Scope, SCOPES } from "./scopes";

const DAY_MS = 86_400_000;
/** In days; 0 has no end. */
const LASTS: readonly (readonly [days: number, text: string])[] = [
  [0, "Until I revoke it"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "A year"],
];

export function NewToken({ made }: { made: (token: MadeTokenJson) => void }) {
  const details = useRef<HTMLDetailsElement>(null);
  const wrong = useSignal<Wrong>(null);
  const fresh = useFresh();
  const id = useRef(randomKey()); // the same until it is answered: a repeat makes no second token

  const submit = (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    const form = e.currentTarget;
    const data = new FormData(form);
    const name = String(data.get("name") ?? "").trim();
    const scopes = data.getAll("scopes") as Scope[];
    const days = Number(data.get("lasts"));
    if (!name) wrong.value = { field: "name", text: "Say what it is for." };
    else if (!scopes.length) wrong.value = { field: "scopes", text: "Tick what it may do, one at least." };
    else wrong.value = null;
    if (wrong.value) return form.querySelector<HTMLElement>(`[name="${wrong.value.field}"]`)?.focus();
    const expires_at = days ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
    void fresh.run(async () => {
      const token = await api.makeToken({ id: id.current, name, scopes, expires_at });
      id.current = randomKey();
      form.reset();
      if (details.current) details.current.open = false;
      made(token);
    });
  };
  const untold = wrong.value?.field === "scopes" ? wrong.value.text : "";
  return (
    <details ref={details}>
      <summary data-testid={T.tokenNew}>Make a token</summary>
      <form class="card stack" noValidate onSubmit={submit}>
        <Field id="token-name" label="What it is for" wrong={wrong.value}>
          {(tied) => <input {...tied} data-testid={T.tokenName} maxLength={40} autoComplete="off" />}
        </Field>
        <fieldset class="field" aria-describedby={untold ? "scopes-wrong scopes-hint" : "scopes-hint"}>
          <legend>What it may do</legend>
          {Object.entries(SCOPES).map(([scope, text]) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scopes" value={scope} data-testid={T.tokenScope} />
              {text}
            </label>
          ))}
          <Refusal id="scopes-wrong" text={untold} />
          <p class="hint" id="scopes-hint">
            What may change something may not read it by that: tick both where both are needed.
          </p>
        </fieldset>
        <Field id="token-lasts" label="How long" wrong={null}>
          {(tied) => (
            <select {...tied} class="short">
              {LASTS.map(([days, text]) => (
                <option key={days} value={days}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        {fresh.view}
        <div>
          <button type="submit" class="button first" data-testid={T.tokenMake}>
            Make the token
          </button>
        </div>
      </form>
    </details>
  );
}
