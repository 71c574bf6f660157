// Every state that a page can be in, by name.
import type { ComponentChildren } from "preact";

import { Phase, type RoomJson, type SprintWithBoardJson } from "../src/protocol";
import { NOTHING, showing } from "../src/view/history/shown";
import { HistoryView } from "../src/view/history/view";
import { YearView } from "../src/view/history/year";
import { LandingView } from "../src/view/pages/landing";
import { RoomList } from "../src/view/pages/rooms";
import { SettingsForm } from "../src/view/pages/settings";
import { ZoneQuestion } from "../src/view/pages/zone";
import { Entry } from "../src/view/room/outside";
import { Room } from "../src/view/room/room";
import { Page } from "../src/view/house";
import { me } from "../src/view/who";
import { ME, overviewOf, yearOf } from "./history";
import { PROJECT_STATES } from "./projects";
import { LONG_NAME, nameOf, NOW, type Still, stillStore, wordsOf } from "./store";

const DRAFT = `The tide had gone out further than anyone in the village could remember, and what it left behind was not sand.

Marta saw it first, because Marta was always first, standing at the end of the slip with her boots in her hand and her trousers rolled, counting under her breath the way her mother had taught her to count: not things, but the spaces between them.

“There’s a road,” she said.

Nobody answered. It ran straight out from the slip, pale and dry, as though it had been swept that morning, and it did not stop where the water ought to have been. It went on.`;

function sprint(n: number, most: number, late = false): SprintWithBoardJson {
  const board = Array.from({ length: n }, (_, i) => ({
    slot: i + 1,
    name: i === 1 && n > 20 ? LONG_NAME.slice(0, 40) : nameOf(i),
    words: wordsOf(i, most),
    rank: i + 1,
    about: false,
    wpm: wordsOf(i, most) > 0 ? wordsOf(i, most) / 20 : null,
    minutes: 20,
    how: i % 6 === 4 ? ("reported" as const) : ("typed" as const),
    reported: true,
    late: late && i % 7 === 2,
    joined_late: i % 9 === 8,
  }));
  return {
    id: 7,
    room: "evening-tide",
    round: 2,
    starts_at: "2026-11-23T18:40:00.000Z",
    ends_at: "2026-11-23T19:00:00.000Z",
    reporting_ends_at: "2026-11-23T19:02:00.000Z",
    cancelled_at: null,
    phase: "results",
    final: !late,
    now: new Date(NOW).toISOString(),
    minutes: 20,
    writers: n,
    words: board.reduce((sum, row) => sum + row.words, 0),
    board,
  };
}

function room(still: Still, title = "Evening tide", results?: SprintWithBoardJson): ComponentChildren {
  return (
    <Room
      store={stillStore(still)}
      title={title}
      url="https://write.example.org/r/evening-tide-7f3k"
      viewOnly={still.me === null}
      loadSprint={() => (results ? Promise.resolve(results) : new Promise(() => {}))}
      loadWriters={() => new Promise(() => {})}
      join={() => null}
      again={() => {}}
    />
  );
}

function openRoom(i: number, title: string, phase: "countdown" | "writing" | "results" | null): RoomJson {
  const s = sprint(3, 300);
  return {
    id: i,
    slug: `room-${i}`,
    url: `https://write.example.org/r/room-${i}`,
    title,
    visibility: "public",
    role: "viewer",
    writers: i * 7,
    sprint: phase && { ...s, phase, starts_at: new Date(NOW + 42_000).toISOString(), ends_at: new Date(NOW + 722_000).toISOString() },
    created_at: s.starts_at,
  };
}

const ROOMS = [
  openRoom(1, "Evening tide", "writing"),
  openRoom(2, "The Tuesday write-in of the North Shore Library, third floor", "countdown"),
  openRoom(3, "Quiet hour", "results"),
  openRoom(4, "غرفة الكتابة", null),
];

const WRITING: Still = { phase: Phase.WRITING, writers: 30, me: 2, leftMs: 754_000, draft: DRAFT, longName: true, round: 2 };

function history(n: number, state: Parameters<typeof overviewOf>[1], current: number, hidden = false): ComponentChildren {
  const overview = overviewOf(n, state, current);
  const now = showing({ ...NOTHING, sessions: overview.sessions, next: overview.next });
  return (
    <Page title="History">
      <h1>History</h1>
      <HistoryView
        overview={overview}
        who={{ ...ME, streak_hidden: hidden }}
        projects={[]}
        goals={[]}
        showing={now}
        add={() => new Promise(() => {})}
        open={() => {}}
        changed={() => {}}
      />
    </Page>
  );
}

function year(n: number): ComponentChildren {
  return (
    <Page title="2026">
      <h1>2026</h1>
      <YearView review={yearOf(n)} weekStart={0} streakHidden={false} />
    </Page>
  );
}

export const STATES: Readonly<Record<string, () => ComponentChildren>> = {
  landing: () => <LandingView rooms={<RoomList rooms={ROOMS} />} />,
  "landing-empty": () => <LandingView rooms={<RoomList rooms={[]} />} />,
  "landing-known": () => {
    me.value = ME;
    return <LandingView rooms={<RoomList rooms={ROOMS.slice(0, 1)} />} />;
  },
  directory: () => (
    <Page title="Open rooms">
      <h1>Open rooms</h1>
      <RoomList rooms={Array.from({ length: 12 }, (_, i) => ROOMS[i % 4] as RoomJson).map((r, i) => ({ ...r, slug: `r${i}` }))} />
    </Page>
  ),
  entry: () => <Entry isOut={false} room={ROOMS[0] as RoomJson} watch={() => {}} />,
  "entry-private": () => <Entry isOut={false} room={null} watch={null} />,
  "entry-signed-out": () => <Entry isOut room={ROOMS[0] as RoomJson} watch={() => {}} />,

  "room-connecting": () => room({ phase: Phase.LOBBY, writers: 0, me: null, link: "connecting" }),
  "lobby-host": () => room({ phase: Phase.LOBBY, writers: 1, me: 0, host: true }),
  "lobby-writer": () => room({ phase: Phase.LOBBY, writers: 4, me: 2 }, "The Tuesday write-in of the North Shore Library, third floor, by the window"),
  "lobby-thirty": () => room({ phase: Phase.LOBBY, writers: 30, me: 0, host: true, longName: true }),
  countdown: () => room({ phase: Phase.COUNTDOWN, writers: 8, me: 2, leftMs: 42_000, draft: DRAFT }),
  "countdown-host": () => room({ phase: Phase.COUNTDOWN, writers: 8, me: 0, host: true, leftMs: 42_000 }),
  writing: () => room(WRITING),
  "writing-host": () => room({ ...WRITING, me: 0, host: true }),
  "writing-one": () => room({ ...WRITING, writers: 1, me: 0, host: true, draft: "The tide", mostWords: 2, leftMs: 1_190_000 }),
  "writing-many": () => room({ ...WRITING, writers: 5_000, me: 3_211, mostWords: 1_400 }),
  "writing-million": () => room({ ...WRITING, writers: 12, me: 0, mostWords: 1_000_000, minutes: 1_440, leftMs: 5_025_000 }),
  "writing-last-minute": () => room({ ...WRITING, leftMs: 38_000 }),
  "writing-total": () =>
    room({ ...WRITING, own: { how: "reported", startTotal: 50_230, total: 50_480, words: 250, canUndo: true } }),
  "writing-new": () => room({ ...WRITING, own: { how: "reported", startTotal: 0, total: 250, words: 250, canUndo: true } }),
  "writing-negative": () => room({ ...WRITING, own: { words: -120, total: -120 } }),
  reconnecting: () => room({ ...WRITING, link: "reconnecting", own: { saved: "waiting" } }),
  delayed: () => room({ ...WRITING, delayed: true }),
  watching: () => room({ ...WRITING, me: null }),
  "watching-lobby": () => room({ phase: Phase.LOBBY, writers: 4, me: null }),
  reporting: () => room({ phase: Phase.REPORTING, writers: 30, me: 2, leftMs: 103_000, draft: DRAFT, own: { reported: true } }),
  "reporting-open": () =>
    room({
      phase: Phase.REPORTING,
      writers: 30,
      me: 2,
      leftMs: 103_000,
      own: { how: "reported", startTotal: 50_230, total: 50_480, words: 250, canUndo: true },
    }),
  results: () => room({ phase: Phase.RESULTS, writers: 30, me: 2, round: 2, draft: DRAFT }, undefined, sprint(30, 640, true)),
  "results-host": () => room({ phase: Phase.RESULTS, writers: 6, me: 0, host: true, round: 2 }, undefined, sprint(6, 640)),
  "results-many": () => room({ phase: Phase.RESULTS, writers: 5_000, me: 3_211 }, undefined, sprint(5_000, 1_000_000)),
  "results-one": () => room({ phase: Phase.RESULTS, writers: 1, me: 0, host: true }, undefined, sprint(1, 2)),
  "results-none": () => room({ phase: Phase.RESULTS, writers: 2, me: 0, host: true }, undefined, sprint(0, 0)),
  "results-loading": () => room({ phase: Phase.RESULTS, writers: 30, me: 2 }),
  cancelled: () => room({ phase: Phase.CANCELLED, writers: 8, me: 2, draft: DRAFT }),
  "cancelled-host": () => room({ phase: Phase.CANCELLED, writers: 8, me: 0, host: true }),
  removed: () => room({ ...WRITING, link: "closed", closed: [4505, "A host removed you from this room."] }),
  full: () => room({ phase: Phase.LOBBY, writers: 0, me: null, link: "closed", closed: [4504, "This room is full."] }),
  tabs: () =>
    room({ ...WRITING, link: "closed", closed: [4506, "This room is open in too many of your tabs, so this one was closed."] }),

  "history-empty": () => history(0, "none", 0),
  "history-one": () => history(1, "done", 1),
  history: () => history(360, "must_write", 12),
  "history-broken": () => history(90, "broken", 0),
  "history-hidden": () => history(20, "done", 5, true),
  "year-empty": () => year(0),
  "year-one": () => year(1),
  year: () => year(360),
  ...PROJECT_STATES,
  settings: () => (
    <Page title="Settings">
      <h1>Settings</h1>
      <ZoneQuestion me={ME} device="America/Argentina/Buenos_Aires" />
      <SettingsForm who={ME} save={() => Promise.resolve(ME)} />
    </Page>
  ),
};
