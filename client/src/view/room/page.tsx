// The way into a room: who it is, what the link is worth, then the store and its view.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import * as api from "../../api";
import { CloseCode, type RoomJson } from "../../protocol";
import { openRoom, type RoomStore } from "../../room";
import { lazy } from "../lazy";
import { address, go } from "../router";
import { Bones } from "../shell";
import { loadMe, me, meAway } from "../who";
import { Room } from "./room";

const RETRY_MS = 3_000;

const Entry = lazy(() => import("./outside").then((m) => m.Entry), 5);
const Gone = lazy(() => import("./outside").then((m) => m.Gone), 5);
const Refused = lazy(() => import("./outside").then((m) => m.Refused), 5);
const Misnamed = lazy(() => import("./outside").then((m) => m.Misnamed), 5);
const Away = lazy(() => import("./outside").then((m) => m.Away), 5);

type Info = RoomJson | "loading" | "away" | "closed" | "gone" | "misnamed";

/** What is known of the room from outside; a private one tells nothing to a stranger ("closed"). */
async function look(slug: string, invite: string | null, signedIn: boolean): Promise<Info> {
  if (invite !== null && !signedIn) return "closed";
  try {
    return invite !== null ? await api.joinRoom(slug, invite) : await api.room(slug);
  } catch (problem) {
    const status = problem instanceof api.ApiProblem ? problem.status : 0;
    if (status === 401 || status === 403) return "closed";
    if (status === 404) return "gone";
    if (status === 409) return "misnamed";
    return "away";
  }
}

export function RoomPage({ slug }: { slug: string }) {
  const invite = address.value.searchParams.get("invite");
  const watching = useSignal(address.value.searchParams.has("watch"));
  const info = useSignal<Info>("loading");
  const askName = useSignal(false);
  const tries = useSignal(0);
  const wasOut = useSignal(false);
  const who = me.value;

  useEffect(() => {
    if (who === undefined) return;
    let alive = true;
    let timer = 0;
    const ask = async () => {
      const answer = await look(slug, invite, who !== null);
      if (!alive) return;
      // Once inside, a server that is away changes nothing: the store keeps its own line.
      if (answer !== "away" || typeof info.value === "string") info.value = answer;
      if (answer === "away") timer = window.setTimeout(ask, RETRY_MS);
    };
    void ask();
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [slug, invite, who === undefined, who?.id]);

  const room = typeof info.value === "string" ? null : info.value;
  const viewOnly = watching.value;
  const mayOpen = room !== null && who !== undefined && (who !== null || (viewOnly && !askName.value));
  const open = useRef<RoomStore | null>(null);
  const store = useMemo(() => {
    open.current?.close(); // first: it keeps what was typed last, and the next one begins with what is kept
    return (open.current = mayOpen ? openRoom({ slug, viewOnly }) : null);
  }, [mayOpen, slug, viewOnly, who?.id, tries.value]);
  useEffect(() => () => open.current?.close(), []);

  const closedCode = store?.closedCode.value ?? null;
  useEffect(() => {
    // Signed out, or signed in anew in another tab; or watching needs a name here.
    if (closedCode === CloseCode.NOT_SIGNED_IN) {
      void loadMe().then(() => {
        wasOut.value = !!who && !me.value;
        watching.value = false;
        tries.value++;
      });
    }
  }, [closedCode]);

  if (info.value === "gone") return <Gone.View />;
  if (info.value === "closed" && who) return <Refused.View />;
  if (info.value === "misnamed" || closedCode === CloseCode.MISNAMED) {
    return <Misnamed.View watch={room && (() => (watching.value = true))} />;
  }
  if (who === null && (!viewOnly || askName.value) && info.value !== "loading" && info.value !== "away") {
    const watch = () => {
      watching.value = true;
      askName.value = false;
    };
    return <Entry.View room={room} isOut={wasOut.value} watch={room ? watch : null} />;
  }
  if (!store || !room) {
    return info.value === "away" || meAway.value ? (
      <Away.View />
    ) : (
      <main class="page">
        <Bones lines={5} label="Opening the room" />
      </main>
    );
  }
  const join = () => {
    const { pathname, searchParams } = address.value;
    if (searchParams.has("watch")) go(invite === null ? pathname : `${pathname}?invite=${encodeURIComponent(invite)}`, true);
    watching.value = false; // who was watching is let in by the room that is opened anew then
    askName.value = !who;
    return who && !viewOnly ? store.join() : null;
  };
  const loadWriters = (after: number, name: string) => api.writers(slug, after, name);
  // With another store all of the room is mounted anew: what its parts listen to is one store's.
  return (
    <Room
      key={store}
      store={store}
      title={room.title}
      url={room.url}
      viewOnly={viewOnly}
      loadSprint={(id, first) => api.sprint(slug, id, first)}
      loadWriters={loadWriters}
      join={join}
      again={() => tries.value++}
    />
  );
}
