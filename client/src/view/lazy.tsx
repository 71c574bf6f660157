// Parts that come after the first load: asked for when first shown, or ahead of time once the page is quiet.
import { signal } from "@preact/signals";
import { type ComponentType, type FunctionComponent, h } from "preact";

import { Bones } from "./shell";

export interface Lazy<P> {
  View: FunctionComponent<P>;
  /** Fetches it ahead, so that it is there even when the line is not. */
  ahead: () => void;
}

const RETRY_MS = 2_000;
const TRIES = 3; // browsers that keep a failure for as long as the page stands never ask for the file again

/** `lines`: of the skeleton meanwhile; 0 shows nothing. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, lines = 3): Lazy<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  const failed = signal(0);
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    load().then(
      (view) => (loaded.value = view),
      () => {
        failed.value++; // shown at once: only the timer may ask again
        setTimeout(() => {
          asked = false;
          ask();
        }, RETRY_MS);
      },
    );
  };
  return {
    ahead: ask,
    View: (props: P) => {
      const view = loaded.value;
      if (!view) ask();
      if (view) return h(view as ComponentType<object>, props);
      if (lines === 0) return null;
      if (failed.value < TRIES) return <Bones lines={lines} />;
      return (
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      );
    },
  };
}
