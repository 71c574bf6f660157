// Words a minute over many sessions: only of those whose minutes and words say something.
import type { HistorySessionJson } from "../../protocol";

/** Null where no session has a rate: counts from outside the page may come without any time of writing. */
export function pace(sessions: readonly Pick<HistorySessionJson, "words_net" | "minutes" | "wpm">[]): number | null {
  let words = 0;
  let minutes = 0;
  for (const session of sessions) {
    if (session.wpm === null) continue;
    words += session.words_net;
    minutes += session.minutes;
  }
  return minutes > 0 ? words / minutes : null;
}
