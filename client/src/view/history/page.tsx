// My history: fetched, changed by what I add, mend and remove, or the reason why it is not there.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";

import * as api from "../../api_history";
import { goals as loadGoals, projects as loadProjects } from "../../api_projects";
import type { ManualSessionJson } from "../../protocol";
import { useTurning } from "../closing";
import { Page } from "../house";
import { problemText } from "../name";
import { Nameless } from "../nameless";
import { ZoneQuestion } from "../pages/zone";
import { Show, useFound } from "../found";
import { Refusal } from "../refusal";
import { toHeading } from "../router";
import { me } from "../who";
import { NOTHING, placed, showing as newShowing } from "./shown";
import { HistoryView } from "./view";

export function HistoryPage() {
  const who = me.value;
  const found = useFound(api.overview, who ? `${who.id} ${who.zone}` : undefined);
  const projects = useFound(loadProjects, who?.id);
  const goals = useFound(loadGoals, who?.id);
  const showing = useMemo(newShowing, []);
  const { shown } = showing;
  const seeded = useSignal(false);
  const wrong = useSignal("");

  // The list is the writer's from then on: what is mended in it stays where it is when the sums are asked for anew.
  useSignalEffect(() => {
    const overview = found.value.value;
    if (!overview || seeded.peek()) return;
    seeded.value = true;
    shown.value = { ...NOTHING, sessions: overview.sessions, next: overview.next };
  });

  const changed = () => {
    found.again();
    goals.again();
  };
  useTurning(found.value.value?.streak, changed);
  const add = async (session: ManualSessionJson) => {
    const added = await api.addSession(session);
    const now = shown.value;
    if (!now.text && !now.removed && (!now.day || now.day === added.local_day)) shown.value = { ...now, sessions: placed(now.sessions, added) };
    changed();
    return added;
  };
  const open = async (day: string) => {
    wrong.value = "";
    try {
      const isShown = await showing.ask(async () => {
        const { sessions } = await api.day(day);
        return () => ({ ...NOTHING, sessions, day });
      });
      if (isShown) toHeading(document.getElementById("sessions-title"));
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  return (
    <Page title="History">
      <h1>History</h1>
      {who === null && <Nameless text="Your history belongs to a name. Give one, and it begins." />}
      {who && <ZoneQuestion me={who} />}
      <Refusal text={wrong.value} />
      {who !== null && (
        <Show found={found} label="Loading your history">
          {(overview) =>
            who && (
              <HistoryView
                overview={overview}
                who={who}
                projects={projects.value.value?.projects ?? []}
                goals={goals.value.value?.goals ?? []}
                showing={showing}
                add={add}
                open={(day) => void open(day)}
                changed={changed}
              />
            )
          }
        </Show>
      )}
    </Page>
  );
}
