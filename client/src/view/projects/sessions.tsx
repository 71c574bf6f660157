// The sessions of one project: looked through, mended, and added by hand, as in the history.
import { useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";

import * as api from "../../api_history";
import { projects as loadProjects } from "../../api_projects";
import type { ManualSessionJson, MeJson, ProjectJson } from "../../protocol";
import { Add } from "../history/add";
import { SessionList } from "../history/list";
import { NOTHING, placed, showing as newShowing } from "../history/shown";
import { Show, useFound } from "../found";

interface ProjectSessionsProps {
  project: ProjectJson;
  who: MeJson;
  changed: () => void;
}

export function ProjectSessions({ project, who, changed }: ProjectSessionsProps) {
  const found = useFound(() => Promise.all([api.sessions({ project: project.id }), loadProjects()]), project.id);
  const showing = useMemo(newShowing, []);
  const { shown } = showing;
  useSignalEffect(() => {
    if (found.value.value) shown.value = { ...NOTHING, ...found.value.value[0] };
  });
  const add = async (session: ManualSessionJson) => {
    const added = await api.addSession(session);
    const now = shown.value;
    if (!now.text && !now.removed && added.project === project.id) shown.value = { ...now, sessions: placed(now.sessions, added) };
    changed();
    return added;
  };
  const by = { today: project.plan.today, zone: who.zone, rollover: who.rollover, project: project.id };
  return (
    <Show found={found} label="Loading its sessions">
      {([, { projects }]) => (
        <SessionList showing={showing} projects={projects} project={project.id} changed={changed}>
          {!project.archived && <Add {...by} projects={projects} add={add} />}
        </SessionList>
      )}
    </Show>
  );
}
