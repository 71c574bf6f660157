// The routes. The room comes with the first load; the other pages come when they are asked for.
import { useEffect } from "preact/hooks";

import { Announcer } from "./announce";
import { type Lazy, lazy } from "./lazy";
import { RoomPage } from "./room/page";
import { address } from "./router";
import { loadMe } from "./who";

const PAGES: Readonly<Record<string, Lazy<object>>> = {
  "/": lazy(() => import("./pages/landing").then((m) => m.Landing), 6),
  "/rooms": lazy(() => import("./pages/directory").then((m) => m.Directory), 6),
  "/history": lazy(() => import("./history/page").then((m) => m.HistoryPage), 6),
  "/settings": lazy(() => import("./pages/settings").then((m) => m.Settings), 6),
};

const Nowhere = lazy(() => import("./pages/nowhere").then((m) => m.Nowhere));

function Route() {
  const path = address.value.pathname.replace(/\/+$/, "") || "/";
  const slug = /^\/r\/([^/]+)$/.exec(path)?.[1];
  if (slug) return <RoomPage key={slug} slug={slug} />;
  const page = PAGES[path] ?? Nowhere;
  return <page.View key={path} />;
}

export function App() {
  useEffect(() => void loadMe(), []);
  return (
    <>
      <Route />
      <Announcer />
    </>
  );
}
