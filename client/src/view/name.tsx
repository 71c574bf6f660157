// The one field that asks who is writing.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../api";
import { Refusal } from "./refusal";
import * as T from "./testids";
import { me } from "./who";

export function problemText(problem: unknown): string {
  return problem instanceof Error && problem.message ? problem.message : "That did not work. Try again in a moment.";
}

const MOST = 40;

/** What is wrong with a name before the server has seen it: it counts as a reader does, an emoji with its tone as one. */
export function nameWrong(name: string): string {
  if (!name) return "Write the name that others will see.";
  // A browser without a Segmenter leaves it to the server.
  return Intl.Segmenter && [...new Intl.Segmenter().segment(name)].length > MOST ? `A name has at most ${MOST} characters.` : "";
}

interface NameFormProps {
  button: string;
  /** Focus the field when it appears: only where it is the page's one purpose. */
  focus?: boolean;
}

export function NameForm({ button, focus = false }: NameFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useSignal("");
  const busy = useSignal(false);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);

  const submit = async (e: Event) => {
    e.preventDefault();
    const name = field.current?.value.trim() ?? "";
    wrong.value = nameWrong(name);
    if (wrong.value || busy.value) {
      field.current?.focus();
      return;
    }
    busy.value = true;
    try {
      me.value = await api.signIn(name);
    } catch (problem) {
      wrong.value = problemText(problem);
      field.current?.focus();
    } finally {
      busy.value = false;
    }
  };

  return (
    <form class="stack" onSubmit={submit} noValidate>
      <NameField input={field} wrong={wrong.value} />
      <div>
        <button class="button first" type="submit" data-testid={T.nameSubmit} aria-disabled={busy.value}>
          {button}
        </button>
      </div>
    </form>
  );
}

interface NameFieldProps {
  input: { current: HTMLInputElement | null };
  wrong: string;
  value?: string;
}

export function NameField({ input, wrong, value }: NameFieldProps) {
  return (
    <div class="field">
      <label for="name">Your name</label>
      <input
        id="name"
        name="name"
        ref={input}
        data-testid={T.nameInput}
        defaultValue={value ?? ""}
        maxLength={4 * MOST}
        autoComplete="nickname"
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={wrong ? "name-wrong" : undefined}
        required
      />
      <Refusal id="name-wrong" text={wrong} />
    </div>
  );
}
