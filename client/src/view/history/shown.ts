// Which sessions of a history are shown, and where among them a new one belongs.
import { type Signal, signal } from "@preact/signals";

import type { HistorySessionJson } from "../../protocol";

/** What is shown of a history. `next`: for those that follow; null: there are no more. */
export interface Shown {
  sessions: readonly HistorySessionJson[];
  next: string | null;
  /** A day, if only its sessions are shown; else the text that they hold, "" for all. */
  day: string;
  text: string;
  /** Whether it is those that were removed. */
  removed: boolean;
}

/** What is shown, and how it changes: by what is `asked` of the server, or at once. */
export interface Showing {
  shown: Signal<Shown>;
  /**
   * Shows what `load` answers, as a step from what is shown by then; raises what it raises. Whether it did: not where
   * something else was asked for meanwhile, whose answer may have come first.
   */
  ask: (load: () => Promise<(now: Shown) => Shown>) => Promise<boolean>;
}

export function showing(first: Shown = NOTHING): Showing {
  const shown = signal(first);
  let asked = 0;
  const ask = async (load: () => Promise<(now: Shown) => Shown>) => {
    const mine = ++asked;
    const next = await load();
    if (mine !== asked) return false;
    shown.value = next(shown.value);
    return true;
  };
  return { shown, ask };
}

export const NOTHING: Shown = { sessions: [], next: null, day: "", text: "", removed: false };

/** Newest day first, of a day the newest first: where a new one belongs among those that are shown. */
export function placed(sessions: readonly HistorySessionJson[], added: HistorySessionJson): HistorySessionJson[] {
  const key = (s: HistorySessionJson): string => `${s.local_day} ${s.started_at}`;
  const others = sessions.filter((each) => each.id !== added.id);
  const at = others.findIndex((each) => key(each) < key(added));
  return at < 0 ? [...others, added] : [...others.slice(0, at), added, ...others.slice(at)];
}
