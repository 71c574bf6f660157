// The HTTP calls about projects. Apart from api.ts, which comes with the first load.
import { call } from "./api";
import type { ChangeProjectJson, NewProjectJson, ProjectInFullJson, ProjectJson, ProjectsJson } from "./protocol";

const PROJECTS = "/api/me/projects";
const at = (id: string): string => `${PROJECTS}/${encodeURIComponent(id)}`;

export const projects = (): Promise<ProjectsJson> => call<ProjectsJson>("GET", PROJECTS);
export const project = (id: string): Promise<ProjectInFullJson> => call<ProjectInFullJson>("GET", at(id));
export const begin = (project: NewProjectJson): Promise<ProjectJson> => call<ProjectJson>("POST", PROJECTS, project);
export const change = (id: string, said: ChangeProjectJson): Promise<ProjectJson> => call<ProjectJson>("PATCH", at(id), said);
