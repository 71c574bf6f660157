// A house, and stores that enter its room, on a clock that tests move.

import { afterEach, beforeEach, vi } from "vitest";
import { memoryStorage, type Storage } from "../src/drafts";
import { openRoom, type RoomStore } from "../src/room";
import { House } from "./house";

export let house: House;
export let storage: Storage;
const open: RoomStore[] = [];

export interface Guest {
  slot?: number;
  viewOnly?: boolean;
  storage?: Storage;
  tab?: string;
}

/** A new house, storage and clock for each test of a file. */
export function eachInANewHouse(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 23) });
    house = new House();
    storage = memoryStorage();
  });
  afterEach(() => {
    for (const room of open.splice(0)) room.close();
    vi.useRealTimers();
  });
}

export async function enter(guest: Guest = {}): Promise<RoomStore> {
  const { slot = 1, viewOnly = false, storage: own = storage, tab = "tab" } = guest;
  const room = openRoom({ slug: "tide", viewOnly, transport: house.transport(slot), storage: own, tab });
  open.push(room);
  await pass(100);
  return room;
}

export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
export const prose = (words: number): string => "word ".repeat(words);

/** The page goes away as in a crash: nothing is said, nothing more is written. */
export function crash(room: RoomStore): void {
  room.close = () => {};
  house.line.silent = true;
}

/** What a command ends with, time going on meanwhile. */
export async function soon<T>(outcome: Promise<T>, ms = 100): Promise<T> {
  await pass(ms);
  return outcome;
}
