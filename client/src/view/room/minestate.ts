// What I say of a sprint for myself: the project that its words go to, what I meant to do, what came of it. The server is
// asked once, when I come into the room; it is kept while I am there, whichever part of the page shows it.
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../../api_projects";
import { Phase, type ProjectJson, type SaidJson, type SayJson } from "../../protocol";
import type { RoomStore } from "../../store";
import { announce } from "../announce";
import { problemText } from "../name";

/** From so many in the room on they do not all ask at once: the server answers about one a millisecond. */
const MANY = 1_000;
/** What is typed is sent when the hand rests. */
const REST_MS = 600;

export interface Mine {
  /** Null until it was found. */
  said: ReadonlySignal<SaidJson | null>;
  projects: ReadonlySignal<readonly ProjectJson[]>;
  wrong: ReadonlySignal<string>;
  say: (change: SayJson, word: string) => Promise<void>;
  /** The same of a field that somebody types in. */
  type: (change: SayJson) => void;
}

interface Kept extends Mine {
  follow: (sprint: number | null, withinMs: number) => Promise<void>;
}

const known = new WeakMap<RoomStore, Kept>();

/** Before a round is scheduled there is nowhere to say it: it waits on this device. Storage may be refused. */
function waiting(room: string) {
  const key = `wordtide.intention ${room}`;
  return {
    read(): string {
      try {
        return localStorage.getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    keep(text: string): void {
      try {
        if (text) localStorage.setItem(key, text);
        else localStorage.removeItem(key);
      } catch {
        // Then it is said once a round is scheduled, or not at all.
      }
    },
  };
}

export function openMine(store: RoomStore, room: string): Kept {
  const said = signal<SaidJson | null>(null);
  const projects = signal<readonly ProjectJson[]>([]);
  const wrong = signal("");
  const kept = waiting(room);
  /** The sprint that all of this is about; null: none is scheduled; undefined: to be found. */
  let of: number | null | undefined;
  /** Where new words go. */
  let chosen: string | null = null;
  let typed: SayJson = {};
  let timer = 0;

  const nothing = (): SaidJson => ({ project: chosen, intention: kept.read(), outcome: null, note: "" });
  const look = async (sprint: number | null): Promise<SaidJson> => {
    projects.value = (await api.projects()).projects;
    chosen = projects.value.find((each) => each.chosen)?.id ?? null;
    return sprint === null ? nothing() : (await api.mine(sprint)).said;
  };
  const choose = async (project: string | null) => {
    const id = project ?? chosen;
    if (id !== null) await api.change(id, { chosen: project !== null });
  };
  const say = async (change: SayJson, word: string) => {
    const sprint = of;
    if (!said.value || sprint === undefined) return;
    wrong.value = "";
    said.value = { ...said.value, ...change };
    if (change.intention !== undefined) kept.keep(change.intention);
    const { project } = change;
    try {
      if (sprint !== null) {
        await api.say(sprint, change);
        if (change.intention === kept.read()) kept.keep(""); // else more of it was typed meanwhile
      } else if (project !== undefined) await choose(project);
      if (project !== undefined && !isOver(store)) chosen = project;
      if (word) announce(word);
    } catch (problem) {
      wrong.value = problemText(problem);
    }
  };
  const rest = () => {
    clearTimeout(timer);
    if (Object.keys(typed).length) void say(typed, "");
    typed = {};
  };
  return {
    said,
    projects,
    wrong,
    say,
    type(change) {
      typed = { ...typed, ...change };
      if (change.intention !== undefined) kept.keep(change.intention); // the page may be closed before the hand rests
      clearTimeout(timer);
      timer = window.setTimeout(rest, REST_MS);
    },
    async follow(sprint, withinMs) {
      if (of === sprint) return;
      rest();
      // What was meant for a round that was called off is meant for the next one.
      if (sprint === null && said.value?.intention) kept.keep(said.value.intention);
      const isFirst = of === undefined;
      of = sprint;
      said.value = isFirst ? null : nothing(); // of a round that begins while one looks on, nothing was said yet
      try {
        if (isFirst) {
          await new Promise((done) => setTimeout(done, Math.random() * withinMs));
          const found = await look(sprint);
          if (of === sprint) said.value = found;
        }
        const intention = kept.read();
        if (of === sprint && sprint !== null && intention && !isOver(store)) await say({ intention }, "");
      } catch {
        if (of === sprint) of = undefined; // asked for again once the line is back
      }
    },
  };
}

function isOver(store: RoomStore): boolean {
  const phase = store.phase.peek();
  return phase === Phase.REPORTING || phase === Phase.RESULTS;
}

/** `room`: what tells it from others, for what waits on this device. */
export function useMine(store: RoomStore, room: string): Mine {
  const mine = known.get(store) ?? openMine(store, room);
  known.set(store, mine);
  const phase = store.phase.value;
  const sprint = phase === Phase.LOBBY || phase === Phase.CANCELLED ? null : (store.timeline.value?.sprint ?? null);
  const ready = store.slot.value !== null && store.link.value === "online";
  const n = store.board.peek().n;
  useEffect(() => {
    if (ready) void mine.follow(sprint, n < MANY ? 0 : 2 * n);
  }, [mine, sprint, ready]);
  return mine;
}
