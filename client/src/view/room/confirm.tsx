// A button that asks once, in place, before it does what cannot be undone.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import * as T from "../testids";

interface ConfirmProps {
  children: ComponentChildren;
  question: string;
  yes: string;
  no: string;
  testid: string;
  label?: string;
  act: () => unknown;
}

/** When it comes, at once: with a frame in between, nothing has the focus, and what looks for a lost one finds it. */
const focused = (button: HTMLButtonElement | null) => button?.focus();

export function Confirm({ children, question, yes, no, testid, label, act }: ConfirmProps) {
  const asked = useSignal<boolean | null>(null);
  if (!asked.value) {
    return (
      <button type="button" class="button" ref={asked.value === null ? null : focused} data-testid={testid} aria-label={label} onClick={() => (asked.value = true)}>
        {children}
      </button>
    );
  }
  const answer = (go: boolean) => () => {
    asked.value = false;
    if (go) act();
  };
  return (
    <span class="row confirm" role="group" aria-label={question}>
      <span class="small">{question}</span>
      <button type="button" class="button first" ref={focused} data-testid={T.confirm} onClick={answer(true)}>
        {yes}
      </button>
      <button type="button" class="button" onClick={answer(false)}>
        {no}
      </button>
    </span>
  );
}
