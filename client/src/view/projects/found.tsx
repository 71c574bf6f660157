// What a page asks the server for before it can show anything: fetched, on its way, or the reason why not.
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { problemText } from "../name";
import { Bones } from "../shell";

export interface Found<T> {
  value: ReadonlySignal<T | null>;
  wrong: ReadonlySignal<string>;
  /** Asks anew; what was found stays meanwhile. */
  again: () => void;
}

/** `whose`: asks when this is known, and anew when it changes. */
export function useFound<T>(load: () => Promise<T>, whose: number | string | undefined): Found<T> {
  const value = useSignal<T | null>(null);
  const wrong = useSignal("");
  const tries = useSignal(0);
  useEffect(() => {
    if (whose === undefined) return;
    let alive = true;
    wrong.value = "";
    load().then(
      (found) => {
        if (alive) value.value = found;
      },
      (problem: unknown) => {
        if (alive) wrong.value = problemText(problem);
      },
    );
    return () => {
      alive = false;
    };
  }, [whose, tries.value]);
  return { value, wrong, again: () => tries.value++ };
}

interface ShowProps<T> {
  found: Found<T>;
  label: string;
  children: (value: T) => ComponentChildren;
}

export function Show<T>({ found, label, children }: ShowProps<T>) {
  const value = found.value.value;
  return (
    <>
      {found.wrong.value && (
        <div class="stack">
          <p class="wrong" role="alert">
            {found.wrong}
          </p>
          <div>
            <button type="button" class="button" onClick={found.again}>
              Try again
            </button>
          </div>
        </div>
      )}
      {value !== null ? children(value) : !found.wrong.value && <Bones lines={6} label={label} />}
    </>
  );
}
