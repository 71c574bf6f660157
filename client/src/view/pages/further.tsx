// The addresses of the pages that nobody comes to first. Apart from app.tsx, which comes with the first load.
import { Ended } from "../ended";
import { type Lazy, lazy } from "../lazy";
import { Nowhere } from "./nowhere";

const PAGES: Readonly<Record<string, Lazy<object>>> = {
  "/history": lazy(() => import("../history/page").then((m) => m.HistoryPage), 6),
  "/history/data": lazy(() => import("../data/page").then((m) => m.DataPage), 6),
  "/in": lazy(() => import("./signin").then((m) => m.SignIn), 3),
  "/in/openid": lazy(() => import("./openid").then((m) => m.FromProvider), 3),
  "/projects": lazy(() => import("../projects/list").then((m) => m.ProjectsPage), 6),
  "/settings/account": lazy(() => import("../account/page").then((m) => m.AccountPage), 6),
  "/settings": lazy(() => import("./settings").then((m) => m.Settings), 6),
};

const Year = lazy(() => import("../history/year").then((m) => m.YearPage), 6);
const Project = lazy(() => import("../projects/project").then((m) => m.ProjectPage), 6);

/** `path` without a slash at its end. */
export function Further({ path }: { path: string }) {
  return (
    <>
      <Ended key={path} />
      <At path={path} />
    </>
  );
}

function At({ path }: { path: string }) {
  const project = /^\/projects\/([0-9a-f-]+)$/.exec(path)?.[1];
  if (project) return <Project.View key={project} id={project} />;
  const year = /^\/history\/(\d{4})$/.exec(path)?.[1];
  if (year) return <Year.View key={year} year={Number(year)} />;
  const page = PAGES[path];
  return page ? <page.View key={path} /> : <Nowhere />;
}
