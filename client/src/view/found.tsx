// What a page asks the server for before it can show anything: fetched, on its way, or the reason why not.
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { problemText } from "./name";
import { Refusal } from "./refusal";
import { Bones } from "./shell";

export interface Found<T> {
  value: ReadonlySignal<T | null>;
  wrong: ReadonlySignal<string>;
  /** Asks anew; what was found stays meanwhile. */
  again: () => void;
  /** What is known by another answer. One that is still on its way is older, and let go. */
  put: (value: T) => void;
}

/** `whose`: asks when this is known, and anew when it changes. */
export function useFound<T>(load: () => Promise<T>, whose: number | string | undefined): Found<T> {
  const value = useSignal<T | null>(null);
  const wrong = useSignal("");
  const tries = useSignal(0);
  const asked = useRef(0);
  useEffect(() => {
    if (whose === undefined) return;
    const mine = ++asked.current;
    wrong.value = "";
    load().then(
      (found) => {
        if (mine === asked.current) value.value = found;
      },
      (problem: unknown) => {
        if (mine === asked.current) wrong.value = problemText(problem);
      },
    );
    return () => void asked.current++;
  }, [whose, tries.value]);
  const put = (found: T) => {
    asked.current++;
    wrong.value = "";
    value.value = found;
  };
  return { value, wrong, again: () => tries.value++, put };
}

interface ShowProps<T> {
  found: Found<T>;
  label: string;
  /** Of the skeleton meanwhile; 0 shows nothing. */
  lines?: number;
  children: (value: T) => ComponentChildren;
}

export function Show<T>({ found, label, lines = 6, children }: ShowProps<T>) {
  const value = found.value.value;
  return (
    <>
      {found.wrong.value && (
        <div class="stack">
          <Refusal text={found.wrong.value} />
          <div>
            <button type="button" class="button" onClick={found.again}>
              Try again
            </button>
          </div>
        </div>
      )}
      {value !== null ? children(value) : !found.wrong.value && lines > 0 && <Bones lines={lines} label={label} />}
    </>
  );
}
