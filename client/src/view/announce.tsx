// What a screen reader is told: milestones politely, the bell at once, and never a keystroke or a ticking timer.
import { signal } from "@preact/signals";

import * as T from "./testids";

const polite = signal("");
const now = signal("");

/** The same words said twice are heard twice: a trailing no-break space makes them differ. */
export function announce(text: string, urgent = false): void {
  const box = urgent ? now : polite;
  box.value = box.value === text ? `${text}\u00a0` : text;
}

export function Announcer() {
  return (
    <div class="away">
      <div role="status" data-testid={T.announcePolite}>
        {polite}
      </div>
      <div role="alert" data-testid={T.announceNow}>
        {now}
      </div>
    </div>
  );
}
