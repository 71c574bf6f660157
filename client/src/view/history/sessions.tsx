// The sessions, newest first: what was written when, and where.
import { useSignal } from "@preact/signals";

import type { HistorySessionJson } from "../../protocol";
import { dayName } from "../dates";
import { minutesOf, number, rate } from "../format";
import * as T from "../testids";

const FIRST = 30;
const STEP = 100;

function place(s: HistorySessionJson): string {
  if (s.source === "manual") return "Entered by hand";
  if (s.source === "import") return "Imported";
  return s.room_title ?? (s.source === "solo" ? "On your own" : "A room");
}

function Row({ session }: { session: HistorySessionJson }) {
  const removed = session.words_added > session.words_net;
  return (
    <tr
      data-testid={T.sessionRow}
      data-session={session.id}
      data-day={session.local_day}
      data-words={session.words_net}
      data-late={session.late ? "true" : undefined}
    >
      <th scope="row">
        <bdi>{place(session)}</bdi> {session.late && <span class="badge">late</span>}{" "}
        {!session.counts && <span class="badge">totals only</span>}
        <span class="quiet small block">
          {dayName(session.local_day)} · {minutesOf(session.minutes)}
        </span>
      </th>
      <td class="end num">
        {number(session.words_net)}
        {removed && <span class="quiet small block">{number(session.words_added)} added</span>}
      </td>
      <td class="end num quiet">{session.wpm === null ? "–" : rate(session.wpm)}</td>
    </tr>
  );
}

export function Sessions({ sessions }: { sessions: readonly HistorySessionJson[] }) {
  const shown = useSignal(FIRST);
  const left = sessions.length - shown.value;
  return (
    <div class="stack">
      <table class="sessions">
        <caption class="away">Your sessions, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Sprint</th>
            <th scope="col" class="end">
              Words
            </th>
            <th scope="col" class="end">
              <abbr title="Words a minute">WPM</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.slice(0, shown.value).map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <div>
          <button type="button" class="button" onClick={() => (shown.value += STEP)}>
            Show {number(Math.min(STEP, left))} more
          </button>
        </div>
      )}
    </div>
  );
}
