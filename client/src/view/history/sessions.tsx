// The sessions, newest first: what was written when, and where; each can be mended in its place, removed and brought back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { isolated } from "../../isolated";
import type { HistorySessionJson, ProjectJson } from "../../protocol";
import { dayName } from "../dates";
import { minutesOf, number, rate, words } from "../format";
import { problemText } from "../name";
import { OUTCOMES } from "../outcomes";
import { amount } from "../projects/said";
import { Refusal } from "../refusal";
import * as T from "../testids";
import { type Change, Edit } from "./edit";
import { place } from "./figures";

interface RowProps {
  session: HistorySessionJson;
  projects: readonly ProjectJson[];
  /** The project that all of them are of, if they are of one. */
  within: string | undefined;
  change: Change;
}

function Said({ session, projects, within }: Omit<RowProps, "change">) {
  const { intention, outcome, note } = session;
  const of = projects.find((each) => each.id === session.project);
  const brought = of && session.amount !== null ? amount(session.amount, of.unit) : "";
  const project = [of?.id === within ? "" : of?.title, brought].filter(Boolean).join(": ");
  const meant = [intention, outcome && OUTCOMES[outcome].toLowerCase()].filter(Boolean).join(": ");
  return (
    <>
      {[project, meant, note].filter(Boolean).map((text) => (
        <span key={text} class="quiet small block said">
          <bdi>{text}</bdi>
        </span>
      ))}
    </>
  );
}

interface GoneProps extends Pick<RowProps, "session" | "change"> {
  /** It was removed just now. */
  fresh: boolean;
}

/** A removed session leaves a line, so that a slip of the hand is mended where it happened. */
function Gone({ session, change, fresh }: GoneProps) {
  const undo = useRef<HTMLButtonElement>(null);
  const wrong = useSignal("");
  useEffect(() => {
    if (fresh) undo.current?.focus();
  }, []);
  const back = async () => {
    try {
      await change(session.id, { removed: false });
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  return (
    <tr data-testid={T.sessionGone} data-session={session.id}>
      <td colSpan={4}>
        <div class="row">
          <span class="quiet">
            Removed: <bdi>{place(session)}</bdi>, {dayName(session.local_day)}, {words(session.words_net)}.
          </span>
          <button ref={undo} type="button" class="button" data-testid={T.sessionUndo} onClick={() => void back()}>
            {fresh ? "Undo" : "Bring it back"}
          </button>
        </div>
        <Refusal text={wrong.value} />
      </td>
    </tr>
  );
}

/** `fresh`: it was brought back just now. */
function Row({ session, projects, within, change, fresh }: RowProps & { fresh: boolean }) {
  const editing = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (fresh) button.current?.focus();
  }, []);
  const name = `${isolated(place(session))}, ${dayName(session.local_day)}`;
  const close = () => {
    editing.value = false;
    button.current?.focus();
  };
  return (
    <>
      <tr
        data-testid={T.sessionRow}
        data-session={session.id}
        data-day={session.local_day}
        data-words={session.words_net}
        data-late={session.late ? "true" : undefined}
        class={editing.value ? "open" : undefined}
      >
        <th scope="row">
          <bdi>{place(session)}</bdi> {session.late && <span class="badge">late</span>}{" "}
          {!session.counts && <span class="badge">totals only</span>} {session.edited && <span class="badge">mended</span>}
          <span class="quiet small block">
            {dayName(session.local_day)} · {minutesOf(session.minutes)}
          </span>
          <Said session={session} projects={projects} within={within} />
        </th>
        <td class="end num">{number(session.words_net)}</td>
        <td class="end num quiet wpm">{session.wpm === null ? "–" : rate(session.wpm)}</td>
        <td class="end">
          <button
            ref={button}
            type="button"
            class="button plain edge"
            data-testid={T.sessionEdit}
            aria-expanded={editing.value}
            aria-label={`Edit ${name}`}
            onClick={() => (editing.value = !editing.value)}
          >
            Edit
          </button>
        </td>
      </tr>
      {editing.value && (
        <tr>
          <td colSpan={4} class="editing">
            <Edit session={session} projects={projects} change={change} close={close} />
          </td>
        </tr>
      )}
    </>
  );
}

interface TableProps extends Omit<RowProps, "session"> {
  sessions: readonly HistorySessionJson[];
  /** The one that was removed or brought back last, on this page. */
  turned: string;
}

export function SessionsTable({ sessions, projects, within, change, turned }: TableProps) {
  return (
    <table class="sessions">
      <caption class="away">Your sessions, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col" class="end">
            Words
          </th>
          <th scope="col" class="end wpm">
            <abbr title="Words a minute">WPM</abbr>
          </th>
          <th scope="col">
            <span class="away">Edit</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) =>
          session.removed ? (
            <Gone key={session.id} session={session} change={change} fresh={session.id === turned} />
          ) : (
            <Row
              key={session.id}
              session={session}
              projects={projects}
              within={within}
              change={change}
              fresh={session.id === turned}
            />
          ),
        )}
      </tbody>
    </table>
  );
}
