// My projects and goals: how far each has come, what today asks of it, and which project new words go to.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import * as api from "../../api_projects";
import { isolated } from "../../isolated";
import type { ProjectJson } from "../../protocol";
import { randomKey } from "../../random";
import { announce } from "../announce";
import { useTurning } from "../closing";
import { number } from "../format";
import { Page } from "../house";
import { problemText } from "../name";
import { Nameless } from "../nameless";
import { Refusal } from "../refusal";
import { go, Link } from "../router";
import * as T from "../testids";
import { me } from "../who";
import { ProjectForm, type Said } from "./form";
import { Show, useFound } from "../found";
import { Goals } from "./goals";
import { end, progress, Reach, standing, today } from "./said";

function Card({ project, choose }: { project: ProjectJson; choose: (project: ProjectJson) => void }) {
  const against = [standing(project), end(project)].filter(Boolean).join(" ");
  return (
    <li
      class="card stack project"
      data-testid={T.projectCard}
      data-project={project.id}
      data-total={project.total}
      data-need={project.plan.need ?? ""}
      data-chosen={project.chosen ? "true" : undefined}
    >
      <div>
        <h2>
          <Link to={`/projects/${project.id}`}>
            <bdi>{project.title}</bdi>
          </Link>
        </h2>
        <p>{progress(project)}</p>
      </div>
      {project.target !== null && <Reach part={project.total / project.target} />}
      <div>
        <p>{today(project)}</p>
        {against && <p class="quiet small">{against}</p>}
      </div>
      {project.chosen ? (
        <p class="small">
          <span class="badge">New words go here</span>
        </p>
      ) : (
        <div class="row">
          <button type="button" class="button plain" data-testid={T.projectChoose} onClick={() => choose(project)}>
            Send new words here
          </button>
        </div>
      )}
    </li>
  );
}

interface ProjectsViewProps {
  projects: readonly ProjectJson[];
  begin: (said: Said) => Promise<void>;
  choose: (project: ProjectJson) => void;
}

export function ProjectsView({ projects, begin, choose }: ProjectsViewProps) {
  const atWork = projects.filter((each) => !each.archived);
  const archived = projects.filter((each) => each.archived);
  const form = <ProjectForm button="Begin" save={begin} />;
  return (
    <>
      {atWork.length > 0 && (
        <ul class="stack">
          {atWork.map((each) => (
            <Card key={each.id} project={each} choose={choose} />
          ))}
        </ul>
      )}
      {projects.length === 0 ? (
        <section class="card stack" aria-labelledby="begin-title">
          <h2 id="begin-title">Begin a project</h2>
          <p>
            A novel, a thesis, a page a day: what your words belong to. With a target and a deadline, each day says what
            it asks.
          </p>
          {form}
        </section>
      ) : (
        <details>
          <summary>Begin another project</summary>
          <div class="card">{form}</div>
        </details>
      )}
      {archived.length > 0 && (
        <details>
          <summary>Archived: {number(archived.length)}</summary>
          <ul class="rooms">
            {archived.map((each) => (
              <li key={each.id} class="room-row">
                <Link to={`/projects/${each.id}`}>
                  <bdi>{each.title}</bdi>
                </Link>
                <span class="quiet small num">{progress(each)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

export function ProjectsPage() {
  const who = me.value;
  const found = useFound(() => Promise.all([api.projects(), api.goals()]), who?.id);
  useTurning(found.value.value?.[1], found.again);
  const wrong = useSignal("");
  const id = useMemo(randomKey, []); // a repeat after an answer that was lost begins no second one

  const begin = async (said: Said) => {
    await api.begin({ ...said, id });
    go(`/projects/${id}`);
  };
  const choose = async (project: ProjectJson) => {
    wrong.value = "";
    try {
      await api.change(project.id, { chosen: true });
      announce(`New words go to ${isolated(project.title)}.`);
      found.again();
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  return (
    <Page title="Projects and goals">
      <h1>Projects and goals</h1>
      {who === null && <Nameless text="Your projects and goals belong to a name. Give one, and begin." button="Go on" />}
      <Refusal text={wrong.value} />
      {who !== null && (
        <Show found={found} label="Loading your projects">
          {([listed, goals]) => (
            <>
              <ProjectsView projects={listed.projects} begin={begin} choose={choose} />
              <Goals goals={goals} found={(now) => found.put([listed, now])} />
            </>
          )}
        </Show>
      )}
    </Page>
  );
}
