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

/** `lines`: of the skeleton meanwhile; 0 shows nothing. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, lines = 3): Lazy<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    load().then(
      (view) => (loaded.value = view),
      () => {
        asked = false;
        setTimeout(ask, RETRY_MS);
      },
    );
  };
  return {
    ahead: ask,
    View: (props: P) => {
      const view = loaded.value;
      if (!view) ask();
      return view ? h(view as ComponentType<object>, props) : lines > 0 ? <Bones lines={lines} /> : null;
    },
  };
}
