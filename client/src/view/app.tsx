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
};

const Further = lazy(() => import("./pages/further").then((m) => m.Further), 6);

function Route() {
  const path = address.value.pathname.replace(/\/+$/, "") || "/";
  const slug = /^\/r\/([^/]+)$/.exec(path)?.[1];
  if (slug) return <RoomPage key={slug} slug={slug} />;
  const page = PAGES[path];
  return page ? <page.View key={path} /> : <Further.View path={path} />;
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
