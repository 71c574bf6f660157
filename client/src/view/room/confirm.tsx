// A button that asks once, in place, before it does what cannot be undone.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

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

export function Confirm({ children, question, yes, no, testid, label, act }: ConfirmProps) {
  const asked = useSignal(false);
  const first = useRef<HTMLButtonElement>(null);
  const sure = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useEffect(() => {
    if (asked.value) sure.current?.focus();
    else if (was.current) first.current?.focus();
    was.current = asked.value;
  }, [asked.value]);

  if (!asked.value) {
    return (
      <button type="button" class="button" ref={first} data-testid={testid} aria-label={label} onClick={() => (asked.value = true)}>
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
      <button type="button" class="button first" ref={sure} data-testid={T.confirm} onClick={answer(true)}>
        {yes}
      </button>
      <button type="button" class="button" onClick={answer(false)}>
        {no}
      </button>
    </span>
  );
}
