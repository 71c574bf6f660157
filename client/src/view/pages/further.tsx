// The addresses of the pages that nobody comes to first. Apart from app.tsx, which comes with the first load.
import { type Lazy, lazy } from "../lazy";
import { Nowhere } from "./nowhere";

const PAGES: Readonly<Record<string, Lazy<object>>> = {
  "/history": lazy(() => import("../history/page").then((m) => m.HistoryPage), 6),
  "/in": lazy(() => import("./signin").then((m) => m.SignIn), 3),
  "/settings": lazy(() => import("./settings").then((m) => m.Settings), 6),
};

/** `path` without a slash at its end. */
export function Further({ path }: { path: string }) {
  const page = PAGES[path];
  return page ? <page.View key={path} /> : <Nowhere />;
}
