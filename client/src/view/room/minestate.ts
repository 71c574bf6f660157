// What I say of a sprint for myself: the project that its words go to, what I meant to do, what came of it. It is asked for
// once a sprint and kept while I am in the room, whichever part of the page shows it.
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

function begin(room: string): Kept {
  const said = signal<SaidJson | null>(null);
  const projects = signal<readonly ProjectJson[]>([]);
  const wrong = signal("");
  const kept = waiting(room);
  /** The sprint that all of this is about; null: none is scheduled; undefined: to be found. */
  let of: number | null | undefined;
  let typed: SayJson = {};
  let timer = 0;

  const find = async (sprint: number | null): Promise<SaidJson> => {
    projects.value = (await api.projects()).projects;
    const intention = kept.read();
    if (sprint === null) {
      return { project: projects.value.find((each) => each.chosen)?.id ?? null, intention, outcome: null, note: "" };
    }
    const found = intention ? await api.say(sprint, { intention }) : (await api.mine(sprint)).said;
    kept.keep("");
    return found;
  };
  const choose = async (project: string | null) => {
    const id = project ?? projects.value.find((each) => each.chosen)?.id;
    if (id) await api.change(id, { chosen: project !== null });
  };
  const say = async (change: SayJson, word: string) => {
    const sprint = of;
    if (!said.value || sprint === undefined) return;
    wrong.value = "";
    said.value = { ...said.value, ...change };
    if (change.intention !== undefined) kept.keep(change.intention);
    try {
      if (sprint !== null) {
        await api.say(sprint, change);
        if (change.intention !== undefined) kept.keep("");
      } else if (change.project !== undefined) await choose(change.project);
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
      clearTimeout(timer);
      timer = window.setTimeout(rest, REST_MS);
    },
    async follow(sprint, withinMs) {
      if (of === sprint) return;
      rest();
      // What was meant for a round that was called off is meant for the next one.
      if (sprint === null && said.value?.intention) kept.keep(said.value.intention);
      of = sprint;
      said.value = null;
      await new Promise((done) => setTimeout(done, Math.random() * withinMs));
      try {
        const found = await find(sprint);
        if (of === sprint) said.value = found;
      } catch {
        if (of === sprint) of = undefined; // asked for again once the line is back
      }
    },
  };
}

/** `room`: what tells it from others, for what waits on this device. */
export function useMine(store: RoomStore, room: string): Mine {
  const mine = known.get(store) ?? begin(room);
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
