// What is only for oneself in a room: asked for once, sent when the hand rests, carried over a round that was called off.
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Phase } from "../../src/protocol";
import type { RoomStore } from "../../src/store";
import { openMine } from "../../src/view/room/minestate";

const NOTHING = { project: "novel", intention: "", outcome: null, note: "" };

let phase = signal<Phase>(Phase.LOBBY);
let asked: [method: string, path: string, body: unknown][] = [];
let kept = new Map<string, string>();
let isAway = false;

function answer(method: string, path: string): unknown {
  if (path === "/api/me/projects") {
    return { projects: [{ id: "novel", title: "Novel", chosen: true, archived: false }, { id: "poems", title: "Poems", chosen: false }] };
  }
  return method === "GET" ? { session: null, bests: [], said: { ...NOTHING, note: "Said elsewhere" } } : {};
}

beforeEach(() => {
  vi.useFakeTimers();
  phase = signal<Phase>(Phase.LOBBY);
  asked = [];
  kept = new Map();
  isAway = false;
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("fetch", async (path: string, { method = "GET", body }: RequestInit) => {
    if (isAway) throw new TypeError("away");
    asked.push([method, path, body === undefined ? null : JSON.parse(String(body))]);
    return { ok: true, status: 200, json: async () => answer(method, path) };
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = () => openMine({ phase } as unknown as RoomStore, "room");
const settle = () => vi.advanceTimersByTimeAsync(1_000);

it("asks once, and of a round that begins meanwhile nothing was said yet", async () => {
  const mine = open();
  void mine.follow(null, 0);
  await settle();
  expect(mine.said.value).toEqual(NOTHING);
  void mine.follow(7, 0);
  await settle();
  expect(mine.said.value).toEqual(NOTHING);
  expect(asked.map(([method, path]) => [method, path])).toEqual([["GET", "/api/me/projects"]]);
});

it("asks what was said of a round that is there already", async () => {
  const mine = open();
  void mine.follow(7, 0);
  await settle();
  expect(mine.said.value?.note).toBe("Said elsewhere");
});

it("asks again where the line was away", async () => {
  const mine = open();
  isAway = true;
  void mine.follow(null, 0);
  await settle();
  expect(mine.said.value).toBeNull();
  isAway = false;
  void mine.follow(null, 0);
  await settle();
  expect(mine.said.value).toEqual(NOTHING);
});

it("keeps what is typed before there is a round, and says it once there is one", async () => {
  const mine = open();
  void mine.follow(null, 0);
  await settle();
  mine.type({ intention: "Finish" });
  mine.type({ intention: "Finish the scene" });
  void mine.follow(7, 0); // before the hand rests
  await settle();
  expect(asked.slice(1)).toEqual([["PUT", "/api/sprints/7/mine", { intention: "Finish the scene" }]]);
  expect(mine.said.value?.intention).toBe("Finish the scene");
  expect(kept.size).toBe(0);
});

it("is meant for the next round where one was called off, and for none that is over", async () => {
  const mine = open();
  void mine.follow(7, 0);
  await settle();
  mine.type({ intention: "Finish the scene" });
  await settle();
  void mine.follow(null, 0);
  await settle();
  expect(mine.said.value?.intention).toBe("Finish the scene");
  phase.value = Phase.RESULTS;
  const later = open();
  void later.follow(8, 0);
  await settle();
  expect(asked.filter(([method, path]) => method === "PUT" && path.includes("/8/"))).toEqual([]);
});

it("chooses for later rounds, too, before the bell, and for this one alone after it", async () => {
  const mine = open();
  void mine.follow(7, 0);
  await settle();
  await mine.say({ project: "poems" }, "");
  void mine.follow(8, 0);
  await settle();
  expect(mine.said.value?.project).toBe("poems");
  phase.value = Phase.RESULTS;
  await mine.say({ project: "novel" }, "");
  void mine.follow(9, 0);
  await settle();
  expect(mine.said.value?.project).toBe("poems");
});

it("chooses a project for what is to come where no round is there, and none", async () => {
  const mine = open();
  void mine.follow(null, 0);
  await settle();
  await mine.say({ project: "poems" }, "");
  await mine.say({ project: null }, "");
  expect(asked.slice(1)).toEqual([
    ["PATCH", "/api/me/projects/poems", { chosen: true }],
    ["PATCH", "/api/me/projects/poems", { chosen: false }],
  ]);
});

it("tells what went wrong, and keeps an intention that could not be sent", async () => {
  const mine = open();
  void mine.follow(7, 0);
  await settle();
  isAway = true;
  mine.type({ intention: "Finish" });
  await settle();
  expect(mine.wrong.value).toContain("not within reach");
  expect([...kept.values()]).toEqual(["Finish"]);
});

it("keeps what is meant from the first letter on, should the page be closed before it is sent", async () => {
  const mine = open();
  void mine.follow(7, 0);
  await settle();
  mine.type({ intention: "Finish the scene" });
  expect([...kept.values()]).toEqual(["Finish the scene"]);
  await settle();
  expect(asked.at(-1)).toEqual(["PUT", "/api/sprints/7/mine", { intention: "Finish the scene" }]);
  expect([...kept.values()]).toEqual([]);
  const sent = mine.say({ intention: "Finish" }, "");
  mine.type({ intention: "Finish the chapter" }); // before that is answered
  await sent;
  expect([...kept.values()]).toEqual(["Finish the chapter"]);
});
