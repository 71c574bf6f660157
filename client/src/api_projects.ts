// The HTTP calls about projects and goals, and about what a sprint is for oneself. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type {
  ChangeProjectJson,
  GoalJson,
  GoalsJson,
  MineJson,
  NewProjectJson,
  ProjectInFullJson,
  ProjectJson,
  ProjectsJson,
  SaidJson,
  SayJson,
  SetGoalJson,
} from "./protocol";

const PROJECTS = "/api/me/projects";
const GOALS = "/api/me/goals";
const at = (id: string): string => `${PROJECTS}/${encodeURIComponent(id)}`;

export const projects = (): Promise<ProjectsJson> => call<ProjectsJson>("GET", PROJECTS);
export const project = (id: string): Promise<ProjectInFullJson> => call<ProjectInFullJson>("GET", at(id));
export const begin = (project: NewProjectJson): Promise<ProjectJson> => call<ProjectJson>("POST", PROJECTS, project);
export const change = (id: string, said: ChangeProjectJson): Promise<ProjectJson> => call<ProjectJson>("PATCH", at(id), said);

/** What a sprint was for oneself, with what one said of it. */
export const mine = (sprint: number): Promise<MineJson> => call<MineJson>("GET", `/api/sprints/${sprint}/mine`);
export const say = (sprint: number, said: SayJson): Promise<SaidJson> => call<SaidJson>("PUT", `/api/sprints/${sprint}/mine`, said);

export const goals = (): Promise<GoalsJson> => call<GoalsJson>("GET", GOALS);
export const setGoal = (period: GoalJson["period"], goal: SetGoalJson): Promise<GoalsJson> =>
  call<GoalsJson>("PUT", `${GOALS}/${period}`, goal);
export const dropGoal = (period: GoalJson["period"]): Promise<GoalsJson> => call<GoalsJson>("DELETE", `${GOALS}/${period}`);
