// One project: how it stands, actual against plan, and all that can be changed about it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { ApiProblem } from "../../api";
import * as api from "../../api_projects";
import { isolated } from "../../isolated";
import type { ChangeProjectJson, ProjectInFullJson, ProjectJson } from "../../protocol";
import { announce } from "../announce";
import { useTurning } from "../closing";
import { dayName } from "../dates";
import { number } from "../format";
import { Figure } from "../history/figures";
import { Apology, Page } from "../house";
import { problemText } from "../name";
import { Nameless } from "../nameless";
import { Refusal } from "../refusal";
import { Link, toHeading } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { Curve } from "./curve";
import { ProjectForm, type Said } from "./form";
import { Show, useFound } from "../found";
import { ProjectSessions } from "./sessions";
import { progress, Reach, standing, today } from "./said";

function Figures({ project }: { project: ProjectJson }) {
  const { plan, deadline } = project;
  return (
    <dl class="figures" data-testid={T.projectFigures} data-total={project.total} data-need={plan.need ?? ""}>
      <Figure name="Today" count={number(plan.done_today)} notes={[plan.need ? `of ${number(plan.need)} asked` : ""]} />
      {plan.remaining !== null && (
        <Figure name="To go" count={number(plan.remaining)} notes={[deadline === null ? "" : `by ${dayName(deadline, "long")}`]} />
      )}
      {plan.ends !== null && <Figure name="At this pace" count={dayName(plan.ends, "date")} notes={["as in the last two weeks"]} />}
    </dl>
  );
}

interface ProjectViewProps {
  full: ProjectInFullJson;
  /** Its sessions. */
  children: ComponentChildren;
  /** Raises ApiProblem. */
  change: (change: ChangeProjectJson) => Promise<void>;
}

export function ProjectView({ full, children, change }: ProjectViewProps) {
  const { project } = full;
  const wrong = useSignal("");
  const saved = useSignal(false);
  /** Whether it went well; what is wrong is shown. */
  const tell = async (said: ChangeProjectJson, word: string): Promise<boolean> => {
    wrong.value = "";
    try {
      await change(said);
      announce(word);
      return true;
    } catch (problem) {
      wrong.value = problemText(problem);
      return false;
    }
  };
  const choose = async (box: HTMLInputElement) => {
    const said = await tell({ chosen: box.checked }, box.checked ? "New words go here." : "New words go to no project.");
    if (!said) box.checked = project.chosen;
  };
  const save = async ({ first_day, ...said }: Said) => {
    saved.value = false;
    await change(first_day === null ? said : { ...said, first_day });
    saved.value = true;
    announce("Saved.");
  };
  const wasArchived = useRef(project.archived);
  useEffect(() => {
    if (wasArchived.current !== project.archived) toHeading(document.querySelector("h1")); // the button is gone
    wasArchived.current = project.archived;
  }, [project.archived]);
  const against = standing(project);
  return (
    <>
      <section class="stack" aria-label="How it stands">
        <div>
          <p>
            {progress(project)}
            {project.start_total > 0 && <span class="quiet">, {number(project.start_total)} of them from before</span>}
          </p>
          {project.target !== null && <Reach part={project.total / project.target} />}
        </div>
        <p>
          {today(project)} {against && <span class="quiet">{against}</span>}
        </p>
        <Figures project={project} />
      </section>
      {(full.days.length > 0 || full.line.length > 0) && (
        <section class="stack" aria-labelledby="curve-title">
          <h2 id="curve-title">{full.line.length > 0 ? "Actual and plan" : "How it grows"}</h2>
          <Curve full={full} />
        </section>
      )}
      <Refusal text={wrong.value} />
      {project.archived ? (
        <div class="row" role="group" aria-label="Archived">
          <span>Archived. Its sessions stay as they are.</span>
          <button type="button" class="button" data-testid={T.projectUndo} onClick={() => void tell({ archived: false }, "It is back.")}>
            Bring it back
          </button>
        </div>
      ) : (
        <section class="stack" aria-labelledby="change-title">
          <h2 id="change-title">This project</h2>
          <label class="check">
            <input
              type="checkbox"
              checked={project.chosen}
              data-testid={T.projectChoose}
              onChange={(e) => void choose(e.currentTarget)}
            />
            New words go here
          </label>
          <details>
            <summary>Change it</summary>
            <div class="card stack">
              <ProjectForm project={project} button="Save" save={save} />
              {saved.value && <p>Saved.</p>}
            </div>
          </details>
          <div class="row">
            <button type="button" class="button plain" data-testid={T.projectArchive} onClick={() => void tell({ archived: true }, "Archived.")}>
              Archive it
            </button>
          </div>
        </section>
      )}
      {children}
    </>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const who = me.value;
  const gone = useSignal(false);
  const load = async () => {
    try {
      return await api.project(id);
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 404) gone.value = true;
      throw problem;
    }
  };
  const found = useFound(load, who?.id);
  useTurning(found.value.value ?? undefined, found.again);
  const change = async (said: ChangeProjectJson) => {
    await api.change(id, said);
    found.again();
  };
  const title = found.value.value?.project.title ?? "";
  if (who === null) {
    return (
      <Page title="Project">
        <h1>A project</h1>
        <Nameless text="A project belongs to a name. Give one, and begin; or come back to the one you have." />
      </Page>
    );
  }
  if (gone.value) {
    return (
      <Page title="No such project">
        <Apology title="This is none of your projects" text="It may be another’s, or the link is mistyped.">
          <Link to="/projects" class="button first">
            To your projects
          </Link>
        </Apology>
      </Page>
    );
  }
  return (
    <Page title={title ? isolated(title) : "Project"}>
      <div>
        <p class="small">
          <Link to="/projects">Projects</Link>
        </p>
        <h1>
          <bdi>{title || "…"}</bdi>
        </h1>
      </div>
      <Show found={found} label="Loading your project">
        {(full) => (
          <ProjectView full={full} change={change}>
            {who && <ProjectSessions project={full.project} who={who} changed={found.again} />}
          </ProjectView>
        )}
      </Show>
    </Page>
  );
}
