// A room in every phase. It knows the store alone: no socket, no storage, no route. The draft comes first, the rest around it.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { isolated } from "../../isolated";
import { Phase } from "../../protocol";
import type { Outcome, Own, RoomStore } from "../../store";
import { Bones, Mark } from "../shell";
import { useArrival } from "../router";
import * as T from "../testids";
import { Bar } from "./bar";
import { useCalm } from "./calm";
import { Editor } from "./editor";
import { fetchAhead, HeadTools, Panel, Shore, Ways } from "./later";
import type { Parts, Way } from "./parts";
import { phaseName } from "./phases";
import { LinkState } from "./status";
import { type Ripple, Tide, waterLevel } from "./tide";

interface RoomProps extends Pick<Parts, "store" | "url" | "loadSprint" | "loadWriters" | "again"> {
  title: string;
  viewOnly: boolean;
  /** Null: nothing is answered, for the room is opened anew or a name is asked for first. */
  join: () => Promise<Outcome> | null;
}

const WORD_MS = 6_000;
/** Between what is needed at once and what may come after it. */
const QUIET_MS = 1_000;
const SWELL_MS = 60_000;

/** A word in the status line that goes again by itself. */
function useWord() {
  const word = useSignal("");
  const timer = useRef(0);
  const say = (text: string) => {
    word.value = text;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => (word.value = ""), WORD_MS);
  };
  return { word, say };
}

/**
 * After a reload the way follows from the count; once somebody chose, theirs stands, in the next round too. A draft with the
 * focus stays until that is elsewhere, whatever another tab of its writer reports.
 */
function useWay(store: RoomStore, editor: { current: HTMLTextAreaElement | null }) {
  const way = useSignal<Way>("here");
  const last = useRef<{ how: Own["how"]; sprint: number | null } | null>(null);
  const follow = () => {
    const { how, startTotal } = store.own.peek();
    if (how !== "reported" || way.peek() !== "here" || document.activeElement === editor.current) return;
    way.value = startTotal > 0 ? "total" : "new";
  };
  useEffect(() => {
    document.addEventListener("focusout", follow);
    return () => document.removeEventListener("focusout", follow);
  }, []);
  useSignalEffect(() => {
    const { how } = store.own.value;
    const sprint = store.timeline.peek()?.sprint ?? null;
    const was = last.current;
    last.current = { how, sprint };
    if (how === was?.how) return;
    follow();
    if (how === "typed" && was !== null && was.sprint === sprint) way.value = "here";
  });
  return way;
}

/** Minutes only: a title that changed each second would be the loudest thing in the browser. */
function useTitle(store: RoomStore, title: string): void {
  const lead = useComputed(() => {
    switch (store.phase.value) {
      case Phase.COUNTDOWN:
        return "Soon · ";
      case Phase.WRITING:
        return `${Math.ceil(store.remainingMs.value / 60_000)} min · `;
      case Phase.REPORTING:
        return "The bell · ";
      default:
        return "";
    }
  }).value;
  useEffect(() => {
    document.title = `${lead}${isolated(title)} · Wordtide`;
  }, [lead, title]);
}

/** What the host chose last; else what the last round was; else the custom of the field. */
function useStart(store: RoomStore): Pick<Parts, "minutes" | "start"> {
  const chosen = useRef<number | null>(null);
  return {
    minutes() {
      const last = store.timeline.value;
      return chosen.current ?? (last?.sprint ? Math.max(1, Math.round((last.ends - last.starts) / 60_000)) : 20);
    },
    start(round) {
      chosen.current = round.durationS / 60;
      return store.start(round);
    },
  };
}

function Water({ parts, running }: { parts: Parts; running: boolean }) {
  const { store } = parts;
  const { n, total } = store.board.value;
  const now = store.timeline.value;
  const writers = store.writers.value;
  const slots = useMemo(() => [...writers.keys()], [writers.size]);
  return (
    <Tide
      level={running && now ? waterLevel(total, n, (now.ends - now.starts) / 60_000) : 0}
      slots={slots}
      me={store.slot.value}
      ripples={parts.ripples.value}
      swell={store.phase.value === Phase.WRITING && store.remainingMs.value <= SWELL_MS}
      still={parts.calm.value}
    />
  );
}

export function Room({ store, title, url, viewOnly, loadSprint, loadWriters, join, again }: RoomProps) {
  const editor = useRef<HTMLTextAreaElement>(null);
  const sheet = useSignal(false);
  const ready = useSignal(false);
  const ripples = useSignal<readonly Ripple[]>([]);
  const { word, say } = useWord();
  const way = useWay(store, editor);
  const { minutes, start } = useStart(store);
  useTitle(store, title);
  useArrival();

  const phase = store.phase.value;
  const timeline = store.timeline.value;
  const closed = store.link.value === "closed";
  const running = phase === Phase.WRITING || phase === Phase.REPORTING;
  const member = store.slot.value !== null || (!viewOnly && timeline === null && !closed);
  const elsewhere = running && way.value !== "here";
  const calm = useCalm(phase === Phase.WRITING && member && !elsewhere, editor);
  useSignalEffect(() => {
    if (calm.value) sheet.value = false; // it lies over the draft, unseen
  });

  const props = { join, again };
  const latest = useRef(props);
  latest.current = props;
  const parts = useMemo<Parts>(
    () => ({
      ...{ store, url, minutes, start, say, way, sheet, ripples, calm, editor, loadSprint, loadWriters },
      async join() {
        const outcome = await latest.current.join();
        if (outcome && !outcome.ok) say(outcome.text);
      },
      again: () => latest.current.again(),
    }),
    [store, url],
  );

  const around = ready.value || !member;
  const quiet = useSignal(false);
  useEffect(() => {
    if (!around) return;
    const timer = setTimeout(() => {
      quiet.value = true;
      fetchAhead();
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [around]);

  const inPage = !member || phase === Phase.RESULTS;
  const known = timeline !== null || closed;
  const bare = phase === Phase.WRITING && member && !elsewhere && !closed;
  return (
    <div
      class={`room${calm.value ? " calm" : ""}${inPage ? " single" : ""}`}
      data-testid={T.room}
      data-phase={phaseName(phase)}
    >
      {phase !== Phase.RESULTS && <Water parts={parts} running={running} />}
      <header class="room-head fades">
        <Mark label="Wordtide, to the first page" />
        <div class="room-name">
          <h1>
            <bdi>{title}</bdi>
          </h1>
          <p class="quiet small" data-testid={T.phase} data-phase={phaseName(phase)}>
            {timeline && timeline.round > 0 && phase !== Phase.LOBBY ? `Round ${timeline.round} · ` : ""}
            {phaseName(phase)}
          </p>
        </div>
        {quiet.value && <HeadTools.View parts={parts} />}
      </header>
      <main class="desk" id="main">
        {!closed && <Bar store={store} />}
        <LinkState store={store} word={word.value} />
        {!bare && (
          <div class="panel fades">
            {known && around ? <Panel.View parts={parts} inPage={inPage} /> : <Bones lines={3} label="Opening the room" />}
          </div>
        )}
        {member && <Editor store={store} field={editor} hidden={elsewhere} ready={() => (ready.value = true)} />}
        {phase === Phase.WRITING && member && !closed && around && <Ways.View store={store} way={way} />}
      </main>
      {!inPage && !closed && around && <Shore.View parts={parts} inPage={false} />}
    </div>
  );
}
