// Which sessions are shown: the newest and those that follow, those of a day, or those with a text in them.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import * as api from "../../api_history";
import type { ChangeSessionJson, ProjectJson } from "../../protocol";
import { announce } from "../announce";
import { dayName } from "../dates";
import { problemText } from "../name";
import { Refusal } from "../refusal";
import { toHeading } from "../router";
import * as T from "../testids";
import { SessionsTable } from "./sessions";
import type { Showing, Shown } from "./shown";

function titleOf({ day, text, removed }: Shown): string {
  if (removed) return "Removed sessions";
  if (day) return `Sessions of ${dayName(day, "long")}`;
  return text ? `Sessions with “${text}”` : "Sessions";
}

function nothingIn({ text, removed }: Shown): string {
  if (removed) return "None is removed.";
  return text ? "Nothing is found with that. Try a shorter word." : "Nothing was written here.";
}

interface SessionListProps {
  showing: Showing;
  projects: readonly ProjectJson[];
  /** Its sessions alone. */
  project?: string;
  /** Something was changed: sums and the streak are others now. */
  changed: () => void;
  /** What stands above them. */
  children: ComponentChildren;
}

export function SessionList({ showing, projects, project, changed, children }: SessionListProps) {
  const { shown } = showing;
  const { sessions, next, day, text, removed } = shown.value;
  const turned = useSignal("");
  const wrong = useSignal("");
  const find = useRef<HTMLInputElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const change = async (id: string, said: ChangeSessionJson) => {
    const session = await api.changeSession(id, said);
    turned.value = said.removed === undefined ? "" : id;
    const now = shown.value;
    shown.value = { ...now, sessions: now.sessions.map((each) => (each.id === id ? session : each)) };
    announce(said.removed ? "Removed. Undo brings it back." : said.removed === false ? "It is back." : "Saved.");
    changed();
  };
  /** Whether it is shown; what is wrong is shown instead. */
  const show = async (load: () => Promise<(now: Shown) => Shown>): Promise<boolean> => {
    wrong.value = "";
    try {
      return await showing.ask(load);
    } catch (problem) {
      wrong.value = problemText(problem);
      return false;
    }
  };
  const from = async (before: string, text: string, removed: boolean): Promise<Shown> => {
    const wanted: api.Wanted = { before, q: text, ...(project && { project }), ...(removed && { removed: "true" }) };
    return { ...(await api.sessions(wanted)), day: "", text, removed };
  };
  const anew = (text: string, removed: boolean) =>
    show(async () => {
      const found = await from("", text, removed);
      return () => found;
    });
  const more = () =>
    show(async () => {
      const found = await from(next ?? "", text, removed);
      return (now) => {
        const known = new Set(now.sessions.map((each) => each.id));
        return { ...found, sessions: [...now.sessions, ...found.sessions.filter((each) => !known.has(each.id))] };
      };
    });
  const all = async (gone = false) => {
    if (find.current) find.current.value = "";
    if (await anew("", gone)) toHeading(heading.current);
  };
  const submit = async (e: Event) => {
    e.preventDefault();
    if (await anew(find.current?.value.trim() ?? "", false)) announce(`${shown.value.sessions.length} found.`);
  };
  return (
    <section class="stack" aria-labelledby="sessions-title">
      <h2 id="sessions-title" ref={heading}>
        {titleOf(shown.value)}
      </h2>
      {children}
      <form class="row ends" role="search" onSubmit={(e) => void submit(e)}>
        <div class="field grow">
          <label for="sessions-find">Find by note, intention or room</label>
          <input id="sessions-find" type="search" ref={find} maxLength={100} data-testid={T.sessionsFind} />
        </div>
        <button type="submit" class="button">
          Find
        </button>
        {(day || text || removed) && (
          <button type="button" class="button plain" data-testid={T.sessionsAll} onClick={() => void all()}>
            Show all
          </button>
        )}
      </form>
      <Refusal text={wrong.value} />
      {sessions.length > 0 ? (
        <SessionsTable sessions={sessions} projects={projects} within={project} change={change} turned={turned.value} />
      ) : (
        <p class="quiet">{nothingIn(shown.value)}</p>
      )}
      {next !== null && (
        <div>
          <button type="button" class="button" data-testid={T.sessionsMore} onClick={() => void more()}>
            Show more
          </button>
        </div>
      )}
      {!removed && (
        <div>
          <button type="button" class="button plain flush" data-testid={T.sessionsRemoved} onClick={() => void all(true)}>
            Removed sessions
          </button>
        </div>
      )}
    </section>
  );
}
