// Which sessions of a history are shown, and where among them a new one belongs.
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

export const NOTHING: Shown = { sessions: [], next: null, day: "", text: "", removed: false };

/** Newest day first, of a day the newest first: where a new one belongs among those that are shown. */
export function placed(sessions: readonly HistorySessionJson[], added: HistorySessionJson): HistorySessionJson[] {
  const key = (s: HistorySessionJson): string => `${s.local_day} ${s.started_at}`;
  const others = sessions.filter((each) => each.id !== added.id);
  const at = others.findIndex((each) => key(each) < key(added));
  return at < 0 ? [...others, added] : [...others.slice(0, at), added, ...others.slice(at)];
}
